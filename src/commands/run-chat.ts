import { FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import { runInteractive } from '../system/run-program.ts';

/** `pull --run`: Ollama's chat in this terminal until the person leaves it. Throws FitError `ollama-unreachable` without its program. */
export async function runChat(tag: string, env: Readonly<Record<string, string | undefined>>): Promise<ExitName> {
  const ended = await runInteractive('ollama', ['run', tag], env);
  if (ended.kind === 'missing') {
    throw new FitError(
      'ollama-unreachable',
      'The ollama program is not on PATH, so the chat cannot be started.',
      `${tag} is installed: use it from any OpenAI client, or run ollama run ${tag} where Ollama is.`,
    );
  }
  return ended.code === 0 || ended.code === null ? 'ok' : 'ollama-unavailable';
}
