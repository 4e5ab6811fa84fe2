import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface RealOllama {
  /** `127.0.0.1:PORT`. */
  host: string;
  logFile: string;
  /** Ends it at once (SIGKILL), as a crash or a power cut does. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder, with other settings where given. */
  restart(env?: Record<string, string>): Promise<void>;
}

/** A real Ollama with a home and a models folder of its own. Throws when it does not answer within 20 s. */
export async function startOllama(binary: string, folder: string, env: Record<string, string>): Promise<RealOllama> {
  const host = `127.0.0.1:${await freePort()}`;
  const logFile = join(folder, 'serve.log');
  let child: ChildProcess | null = null;
  const kill = async () => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.on('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  const restart = async (more: Record<string, string> = {}) => {
    await kill();
    const log = openSync(logFile, 'a');
    const own = { HOME: folder, OLLAMA_HOST: host, OLLAMA_MODELS: join(folder, 'models'), OLLAMA_DEBUG: '1' };
    child = spawn(binary, ['serve'], {
      env: { PATH: process.env.PATH ?? '', ...own, ...env, ...more },
      stdio: ['ignore', log, log],
    });
    await answering(host, logFile);
  };
  await restart();
  return { host, logFile, kill, restart };
}

async function answering(host: string, logFile: string): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    const answer = await fetch(`http://${host}/api/version`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Ollama does not answer at ${host}: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
