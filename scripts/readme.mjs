// Runs every example of README.md and updates its output; with --check it only tells whether README is up to date.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, 'README.md');
const marked = /<!-- example: (.+?) -->\n[\s\S]*?<!-- \/example -->/g;

/** The same README on every machine: no server, no probes, 80 columns, no colour. */
const env = {
  PATH: '',
  COLUMNS: '80',
  LANG: 'C.UTF-8',
  NO_COLOR: '1',
  OLLAMA_HOST: '127.0.0.1:1',
  npm_command: 'exec',
  HOME: join(root, 'no-home'),
};

const before = readFileSync(file, 'utf8');
const after = before.replace(
  marked,
  (_, command) =>
    `<!-- example: ${command} -->\n\`\`\`console\n$ npx gemma-fit ${command}\n${run(command)}\`\`\`\n<!-- /example -->`,
);
if (process.argv.includes('--check')) process.exitCode = before === after ? 0 : 1;
else writeFileSync(file, after);

function run(command) {
  const [plain, filter] = command.split(' | ');
  const { stdout } = spawnSync(process.execPath, [join(root, 'bin/gemma-fit.js'), ...words(plain)], {
    encoding: 'utf8',
    env,
  });
  const head = /^head -(\d+)$/.exec(filter ?? '');
  return head ? `${stdout.split('\n').slice(0, Number(head[1])).join('\n')}\n` : stdout;
}

function words(text) {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
}
