import { FitError } from '../../errors.ts';
import type { OllamaHost } from '../http/host.ts';

/** The official way to install Ollama on a platform (ollama.com/download). */
export function installHint(platform: string): string {
  const ways: Record<string, string> = {
    linux: 'curl -fsSL https://ollama.com/install.sh | sh',
    darwin: 'https://ollama.com/download/Ollama.dmg (or: brew install ollama && brew services start ollama)',
    win32: 'winget install --id Ollama.Ollama (or https://ollama.com/download/OllamaSetup.exe)',
  };
  return ways[platform] ?? 'https://ollama.com/download';
}

/** The error for a server that is not there: told apart by whether the program is installed. */
export function missingServer(host: OllamaHost, platform: string, programFound: boolean | null): FitError {
  const message = `Ollama does not answer at ${host.url}.`;
  if (host.remote) {
    const hint = 'Is OLLAMA_HOST right, and is that server started with OLLAMA_HOST=0.0.0.0?';
    return new FitError('ollama-unreachable', message, hint);
  }
  const start: Record<string, string> = {
    linux: 'sudo systemctl start ollama (or: ollama serve)',
    darwin: 'open -a Ollama (or: ollama serve)',
    win32: 'Start Ollama from the Start menu (or: ollama serve).',
  };
  const startHint = `Start it: ${start[platform] ?? 'ollama serve'}`;
  const install = `Install it: ${installHint(platform)}`;
  const hint =
    programFound === true ? startHint : programFound === false ? install : `${startHint}. Not installed? ${install}`;
  return new FitError('ollama-unreachable', message, hint);
}
