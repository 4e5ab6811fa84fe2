import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildProgram, type Ended, run, someMachine } from './run.ts';

/** Everything that a terminal, a CI log or a reader could be misled by, in one text. */
const evil =
  '\u001b[31m\u001b]8;;http://x\u0007\u009b2J\u202e\u{e0041}\n::error::pwned\r##[stop-commands]t##vso[task.x]y';
const dirt =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]|##\w*\[|^\s*::/mu;

let built: Built;
let machine: string;
beforeAll(async () => {
  built = await buildProgram();
  const { stdout } = await run(built, ['doctor', '--json', ...someMachine]);
  machine = join(built.home, 'evil.json');
  const document = JSON.parse(stdout);
  document.os.name = evil;
  document.cpu.brand = evil;
  document.accelerators[0].name = evil;
  document.accelerators[0].source = evil;
  document.evidence.push({ ...document.evidence[0], subject: evil, value: evil, source: evil, rule: evil });
  await writeFile(machine, JSON.stringify(document));
  await writeFile(join(built.home, 'no.json'), `${evil} is not JSON`);
  await writeFile(join(built.home, 'twice.json'), JSON.stringify({ ...document, accelerators: twice(document) }));
});
afterAll(() => built.remove());

const twice = ({ accelerators: [one] }: { accelerators: object[] }) => [
  { ...one, id: evil },
  { ...one, id: evil },
];

function expectClean({ stdout, stderr }: Ended) {
  expect(stderr).not.toMatch(dirt);
  expect(stdout).not.toMatch(dirt);
}

describe('foreign text comes out clean', () => {
  it.each([
    ['a name in list', ['list', evil]],
    ['a name in needs', ['needs', evil]],
    ['a requirement', ['check', '--require', evil]],
    ['a context', ['check', '--context', evil]],
    ['a format', ['check', '--format', evil]],
    ['a device', ['check', '--gpu', evil]],
    ['a model', ['check', '--model', evil, ...someMachine]],
    ['a path', ['check', '--machine', `./${evil}`]],
    ['a file of requirements', ['check', '--require-file', `./${evil}`]],
    ['an output', ['check', ...someMachine, '--output', `./no/${evil}`]],
    ['a command', [evil]],
    ['an option', [`--${evil}`]],
  ])('in %s', async (_what, args) => {
    const ended = await run(built, args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).not.toBe('');
    expectClean(ended);
    expectClean(await run(built, [...args, '--json']));
    expectClean(await run(built, [...args, '--debug']));
  });

  it.each(['no.json', 'twice.json'])('from a file that is no machine: %s', async (file) => {
    const ended = await run(built, ['check', '--machine', file]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expectClean(ended);
  });

  it.each([
    ['check'],
    ['check', '--json'],
    ['check', '--format', 'markdown'],
    ['check', '--explain', 'e2b'],
    ['check', '--grid'],
    ['doctor'],
    ['doctor', '--json'],
  ])('of a machine file: %s %s %s', async (...args) => {
    const ended = await run(built, [...args, '--machine', machine]);
    expect([0, 3, 4]).toContain(ended.code);
    expectClean(ended);
  });

  it('and no longer than a sentence may be', async () => {
    const path = join(built.home, 'long.json');
    await writeFile(path, JSON.stringify([`${'x'.repeat(500_000)}@1`]));
    const ended = await run(built, ['check', '--require-file', path]);
    expect(ended.code).toBe(2);
    expect(ended.stderr.length).toBeLessThan(3000);
  });
});

it.runIf(process.platform !== 'win32')('a file that takes half of the answer is told, with exit 2', async () => {
  const file = join(built.home, 'half.json');
  // The shell sets the limit of this test's child alone: 1 block of 1024 bytes.
  const script = 'ulimit -f 1; exec "$@" > "$0"';
  const check = [process.execPath, built.bin, 'check', ...someMachine, '--json'];
  const ended = (() => {
    try {
      execFileSync('bash', ['-c', script, file, ...check], {
        stdio: 'pipe',
        env: { PATH: process.env.PATH, HOME: built.home },
      });
      return { status: 0, stderr: '' };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      return { status, stderr: String(stderr) };
    }
  })();
  expect(ended.status).toBe(2);
  expect(ended.stderr).toMatch(/^Cannot write the answer: /);
  expect((await readFile(file)).length).toBeLessThanOrEqual(1024);
});
