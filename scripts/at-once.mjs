// Runs scripts of package.json at the same time: `node scripts/at-once.mjs lint,types package-check`. Scripts joined by a comma run one
// after the other. The output of each is printed when it ends; a failure ends its row, and the exit code is 1.
import { spawn } from 'node:child_process';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const rows = process.argv.slice(2).map((row) => row.split(','));
const failed = (await Promise.all(rows.map(runRow))).some((isGreen) => !isGreen);
process.exitCode = failed ? 1 : 0;

async function runRow(names) {
  for (const name of names) if (!(await run(name))) return false;
  return true;
}

function run(name) {
  return new Promise((resolve) => {
    // On Windows npm is a script, which needs a shell; the names come from package.json.
    const child = spawn(npm, ['run', '--silent', name], { shell: process.platform === 'win32' });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
    child.on('error', (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      process.stdout.write(`> ${name}${code === 0 ? '' : `: failed (${code})`}\n${Buffer.concat(said)}`);
      resolve(code === 0);
    });
  });
}
