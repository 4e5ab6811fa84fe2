import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere, type Said } from '../cli/record.ts';
import { type Built, buildProgram, run, someMachine } from './run.ts';

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
  const { stdout } = await runHere(['doctor', '--json', ...someMachine]);
  machine = join(built.home, 'evil.json');
  const document = JSON.parse(stdout);
  document.os.name = evil;
  document.cpu.brand = evil;
  document.accelerators[0].name = evil;
  document.accelerators[0].source = evil;
  document.evidence.push({ ...document.evidence[0], subject: evil, value: evil, source: evil, rule: evil });
  await writeFile(machine, JSON.stringify(document));
  await writeFile(noMachine(), `${evil} is not JSON`);
  await writeFile(twoOfOneId(), JSON.stringify({ ...document, accelerators: twice(document) }));
});
afterAll(() => built.remove());

const noMachine = () => join(built.home, 'no.json');
const twoOfOneId = () => join(built.home, 'twice.json');
const twice = ({ accelerators: [one] }: { accelerators: object[] }) => [
  { ...one, id: evil },
  { ...one, id: evil },
];

type Texts = Pick<Said, 'stdout' | 'stderr'>;
function expectClean({ stdout, stderr }: Texts) {
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
    ['an output', ['check', '--output', `./no/${evil}`]],
    ['a command', [evil]],
    ['an option', [`--${evil}`]],
  ])('foreign text comes out clean in %s', async (_what, args) => {
    const said = await runHere(args);
    expect(said.code).toBe(2);
    expect(said.stderr).not.toBe('');
    expectClean(said);
    expectClean(await runHere([...args, '--json']));
    expectClean(await runHere([...args, '--debug']));
  });

  it.each([[], ['--json'], ['--debug']])(
    'foreign text comes out clean by the program itself, which says the same: %s',
    async (...more) => {
      const args = ['check', '--gpu', evil, ...more];
      const ended = await run(built, args);
      const said = await runHere(args);
      const opening = ({ stdout, stderr }: Texts) => (stdout + stderr).split('\n')[0];
      expect([ended.code, opening(ended)]).toEqual([said.code, opening(said)]);
      expectClean(ended);
    },
  );

  it.each([
    ['no JSON', noMachine],
    ['two devices of one id', twoOfOneId],
  ])('foreign text comes out clean from a file that is no machine: %s', async (_what, file) => {
    const said = await runHere(['check', '--machine', file()]);
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expectClean(said);
  });

  it.each([
    ['check'],
    ['check', '--json'],
    ['check', '--format', 'markdown'],
    ['check', '--explain', 'e2b'],
    ['check', '--grid'],
    ['doctor'],
    ['doctor', '--json'],
  ])('foreign text comes out clean of a machine file: %s %s %s', async (...args) => {
    const said = await runHere([...args, '--machine', machine]);
    expect([0, 3, 4]).toContain(said.code);
    expectClean(said);
  });

  it('foreign text comes out clean of a machine file by the program itself', async () => {
    const ended = await run(built, ['doctor', '--machine', machine]);
    expect(ended.code).toBe(0);
    expectClean(ended);
  });

  it('foreign text comes out clean and no longer than a sentence may be', async () => {
    const path = join(built.home, 'long.json');
    await writeFile(path, JSON.stringify([`${'x'.repeat(500_000)}@1`]));
    const said = await runHere(['check', '--require-file', path]);
    expect(said.code).toBe(2);
    expect(said.stderr.length).toBeLessThan(3000);
  });
});

it.runIf(process.platform !== 'win32')('a file that takes half of the answer is told, with exit 2', async () => {
  const file = join(built.home, 'half.json');
  // The shell sets the limit of this test's child alone: 1 block of 1024 bytes.
  const script = 'ulimit -f 1; exec "$@" > "$0"';
  const list = [process.execPath, built.bin, 'list', '--json'];
  const ended = (() => {
    try {
      execFileSync('bash', ['-c', script, file, ...list], {
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
