import type { Launch } from '../advice/launch-options.ts';
import type { Platform } from '../machine/types.ts';

/** Where a file is to be named instead of a repository. */
interface LaunchOptions {
  modelFile?: string | null;
  platform?: Platform;
}

/** What to type so that a llama-server runs a model as it was calculated. */
export function launchLine(launch: Launch, { modelFile = null, platform = 'linux' }: LaunchOptions = {}): string {
  const { environment, model, contextTokensTotal, flags } = launch;
  const named = modelFile === null ? model : ['-m', modelFile];
  const words = ['llama-server', ...named, '-c', String(contextTokensTotal), ...flags].map(quoted).join(' ');
  if (platform === 'win32') return [...environment.map((name) => `set ${name}&&`), words].join(' ');
  return [...environment, words].join(' ');
}

/** In double quotes where a shell would break it. */
function quoted(word: string): string {
  return /^[\w./:@=+,-]+$/.test(word) ? word : `"${word.replace(/["$`\\]/g, '\\$&')}"`;
}
