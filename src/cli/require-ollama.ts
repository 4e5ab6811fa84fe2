import type { Runtime } from '../data/ids.ts';
import { FitError } from '../errors.ts';

/** What only Ollama has. Throws FitError `usage` for another runtime. */
export function requireOllama(runtime: Runtime | undefined, what: string): void {
  if (runtime === undefined || runtime === 'ollama') return;
  throw new FitError(
    'usage',
    `${what} works with Ollama only; a llama-server fetches its model by itself.`,
    `gemma-fit check --runtime ${runtime} prints the command that starts it.`,
  );
}
