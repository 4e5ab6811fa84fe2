import { createInterface } from 'node:readline';
import { clean } from '../text.ts';

/** What decides whether a person can be asked. */
export interface Presence {
  stdinTTY: boolean;
  stderrTTY: boolean;
  env: Readonly<Record<string, string | undefined>>;
  /** A machine reads the output. */
  json: boolean;
}

/** A person is there: terminal on both ends, no CI, no `--json`. */
export function isInteractive({ stdinTTY, stderrTTY, env, json }: Presence): boolean {
  return stdinTTY && stderrTTY && !json && !env.CI;
}

/** Yes in the ways people type it; Enter alone means yes. null when it is neither yes nor no. */
export function readAnswer(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  if (word === '' || word === 'y' || word === 'yes') return true;
  return word === 'n' || word === 'no' ? false : null;
}

/**
 * Asks on standard error until the answer is yes or no. The end of the input counts as no.
 * Rejects with the signal's reason when it is aborted.
 */
export async function confirm(
  question: string,
  streams: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
  signal?: AbortSignal,
): Promise<boolean> {
  signal?.throwIfAborted();
  const asked = `${clean(question)} [Y/n] `;
  const reader = createInterface({ input: streams.input });
  const stop = () => reader.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    streams.output.write(asked);
    for await (const line of reader) {
      const answer = readAnswer(line);
      if (answer !== null) return answer;
      streams.output.write(asked);
    }
    signal?.throwIfAborted();
    return false;
  } finally {
    signal?.removeEventListener('abort', stop);
    reader.close();
  }
}
