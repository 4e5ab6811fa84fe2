import { journalOfOllama } from '../../machine/host/ollama-service.ts';
import type { System } from '../../system/system.ts';

type LogSystem = Pick<System, 'platform' | 'env' | 'homeDir' | 'run' | 'read'>;

/** The last load is within this much of the end. */
const tailBytes = 512 * 1024;

/**
 * The end of the server's log, where this user may read it (ollama docs/troubleshooting.mdx): the journal on Linux, files on
 * macOS and Windows. null when it cannot be read; a container's log is not looked for.
 */
export async function readServerLog(system: LogSystem): Promise<string | null> {
  const text = system.platform === 'linux' ? await readJournal(system) : await readFile(system);
  return text === null || text.trim() === '' ? null : text.slice(-tailBytes);
}

async function readJournal(system: LogSystem): Promise<string | null> {
  const result = await system.run('journalctl', journalOfOllama, { timeoutMs: 4000 });
  if (result.kind === 'done' && result.exitCode === 0 && /llama-server|server config/.test(result.stdout)) {
    return result.stdout;
  }
  return readFile(system);
}

async function readFile(system: LogSystem): Promise<string | null> {
  const { LOCALAPPDATA } = system.env;
  if (system.platform === 'win32')
    return LOCALAPPDATA ? system.read(`${LOCALAPPDATA}\\Ollama\\server.log`, tailBytes, 'end') : null;
  return system.homeDir ? system.read(`${system.homeDir}/.ollama/logs/server.log`, tailBytes, 'end') : null;
}
