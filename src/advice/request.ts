import { runtimeIds } from '../data/ids.ts';
import { FitError } from '../errors.ts';
import { completeLoad } from '../model/memory/load.ts';
import { type CheckRequest, useCases } from './types.ts';

/** Throws FitError `bad-number` or `usage`, naming the field, for an impossible request. */
export function requireSensible(request: CheckRequest): void {
  const {
    contextTokensTotal: contextTokens,
    kvType,
    sequences,
    microBatch,
    useCase,
    minimumTokensPerSecond,
    ollamaVersion,
    runtime = 'ollama',
  } = request;
  // An open context is always valid.
  const largest = Number.MAX_SAFE_INTEGER;
  const tokens = typeof contextTokens === 'number' ? contextTokens : largest;
  completeLoad({ contextTokensTotal: tokens, kvType, sequences, microBatch: microBatch ?? 512 });
  if (useCase !== null && !useCases.includes(useCase)) {
    throw new FitError('usage', `"${useCase}" is not a use.`, `Choose one of ${useCases.join(', ')}.`);
  }
  if (
    minimumTokensPerSecond !== null &&
    !(minimumTokensPerSecond > 0 && minimumTokensPerSecond < Number.POSITIVE_INFINITY)
  ) {
    throw new FitError('bad-number', `minimumTokensPerSecond must be above 0, not ${minimumTokensPerSecond}.`);
  }
  if (!runtimeIds.includes(runtime)) {
    throw new FitError('usage', `"${runtime}" is not a runtime.`, `Choose one of ${runtimeIds.join(', ')}.`);
  }
  if (ollamaVersion !== null && runtime !== 'ollama') {
    throw new FitError(
      'usage',
      'A version of Ollama says nothing about llama.cpp.',
      'Leave out --ollama-version or --runtime.',
    );
  }
  if (ollamaVersion !== null && !/^v?\d+\.\d+(\.\d+)?(-[\w.]+)?$/.test(ollamaVersion)) {
    throw new FitError('usage', `"${ollamaVersion}" is not a version of Ollama.`, 'Expected something like 0.40.2.');
  }
}
