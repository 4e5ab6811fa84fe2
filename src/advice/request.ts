import { runtimeIds } from '../data/ids.ts';
import { FitError } from '../errors.ts';
import type { Machine } from '../machine/types.ts';
import { completeLoad } from '../model/memory/load.ts';
import { serviceSettingsOf } from '../server-rules/service-settings.ts';
import { machineFor } from './server.ts';
import { type CheckRequest, type CheckResult, useCases } from './types.ts';
import { profileOf } from './use-case.ts';

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
  for (const use of [useCase, ...request.requirements.map((one) => one.useCase)]) {
    const modality = use === null ? null : profileOf(use).modality;
    if (modality !== null && request.vision === false) {
      throw new FitError(
        'usage',
        `--text-only leaves out what "${use}" needs: ${modality} input.`,
        'Leave one of them out.',
      );
    }
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

/** The request with what the Ollama service of the machine sets where nothing was asked; the context stays what it is for one sequence. */
export function settledRequest(found: Machine, open: CheckRequest): CheckResult['request'] {
  const { leftOpen, ...request } = open;
  if (leftOpen === undefined) return open;
  const service = serviceSettingsOf(machineFor(found, request));
  const kvType = leftOpen.includes('kvType') ? (service.kvType ?? request.kvType) : request.kvType;
  const sequences = leftOpen.includes('sequences') ? (service.sequences ?? request.sequences) : request.sequences;
  const { contextTokensTotal: total } = request;
  const several = typeof total === 'number' && sequences !== request.sequences;
  const contextTokensTotal = several ? Math.floor(total / request.sequences) * sequences : total;
  return { ...request, kvType, sequences, contextTokensTotal };
}
