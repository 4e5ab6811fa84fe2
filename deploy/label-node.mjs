// Keeps the labels of one node current: runs `gemma-fit check --format nfd` now and then, until it is told to stop.
// In place of a shell: it hears SIGTERM at once. Variables: FEATURES_FILE (where Node Feature Discovery reads), INTERVAL_SECONDS (3600), REQUIRE.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = process.env.GEMMA_FIT_BIN ?? fileURLToPath(new URL('bin/gemma-fit.js', import.meta.url));
const file = process.env.FEATURES_FILE ?? '/etc/kubernetes/node-feature-discovery/features.d/gemma-fit';
const intervalSeconds = Number(process.env.INTERVAL_SECONDS ?? '3600');
const requirements = (process.env.REQUIRE ?? '').split(/[\s,]+/).filter((text) => text !== '');
/** 0, 3 and 4 are answers (yes, does not fit, unknown); the file is written with each of them. */
const answered = [0, 3, 4];

if (!(intervalSeconds >= 1 && intervalSeconds <= 86_400)) {
  console.error(`INTERVAL_SECONDS must be between 1 and 86400, not "${process.env.INTERVAL_SECONDS}".`);
  process.exit(2);
}

let stopped = false;
let wake = () => {};
let running = null;
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    stopped = true;
    running?.kill(signal);
    wake();
  });
}

while (!stopped) {
  const code = await label();
  if (!stopped && !answered.includes(code))
    console.error(`gemma-fit ended with exit code ${code}; next try in ${intervalSeconds} s.`);
  if (!stopped) await pause(intervalSeconds * 1000);
}

function label() {
  const words = [
    bin,
    'check',
    '--format',
    'nfd',
    '--output',
    file,
    ...requirements.flatMap((text) => ['--require', text]),
  ];
  return new Promise((resolve) => {
    running = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'] });
    running.on('error', () => resolve(70));
    running.on('exit', (code) => resolve(code ?? 70));
  });
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
