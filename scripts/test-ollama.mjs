// `npm run test:ollama -- PATH`: the commands against a real Ollama, and the specifications of its answers. PATH is an ollama program that can
// run models (with its llama-server beside it, as it is installed). Needs openssl. GEMMA_FIT_KILLS=200 kills pull and server that often.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from './bundle.mjs';

const binary = process.argv[2];
if (binary === undefined || !existsSync(binary)) {
  console.error('Say where an ollama program is: npm run test:ollama -- /usr/local/bin/ollama');
  process.exit(2);
}
const env = { ...process.env, GEMMA_FIT_OLLAMA_BINARY: resolve(binary) };
const { status } = spawnSync('npx', ['vitest', 'run', 'test/real'], { cwd: root, env, stdio: 'inherit' });
process.exit(status ?? 1);
