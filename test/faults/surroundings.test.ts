import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildProgram, type Ended, run, someMachine } from './run.ts';

let built: Built;
/** The whole answer, and a table of it, which costs a quarter of the time. */
let usual: { answer: Ended; table: Ended };
beforeAll(async () => {
  built = await buildProgram();
  usual = { answer: await run(built, check), table: await run(built, table) };
});
afterAll(() => built.remove());

const check = ['check', ...someMachine];
const table = [...check, '--grid', '12b'];
const posix = process.platform !== 'win32';
const sameAnswer = (ended: Ended) => expect(ended).toEqual(usual.answer);
const sameTable = (ended: Ended) => expect(ended).toEqual(usual.table);

it('the answer and its table are there to compare with', () => {
  for (const ended of [usual.answer, usual.table]) expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(usual.answer.stdout).toMatch(/^Recommended: gemma4:/);
  expect(usual.table.stdout).toMatch(/12b-it-q8_0/);
});

describe('the answer does not change', () => {
  it('the answer does not change without a home', async () => {
    sameTable(await run(built, table, { env: { HOME: undefined } }));
    sameTable(await run(built, table, { env: { HOME: '/nowhere/at/all' } }));
  });

  it.runIf(posix)('the answer does not change with a home that nobody may write to', async () => {
    const home = join(built.home, 'locked');
    await mkdir(home);
    await chmod(home, 0o500);
    sameTable(await run(built, table, { env: { HOME: home, OLLAMA_MODELS: join(home, 'models') } }));
  });

  it.each([
    ['a Turkish locale and a far time zone', { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' }],
    ['a German locale and a time zone that does not exist', { LC_NUMERIC: 'de_DE.UTF-8', TZ: 'Mars/Olympus' }],
  ])('the answer does not change with %s', async (_what, env) => sameAnswer(await run(built, check, { env })));

  it('the answer does not change with an empty PATH', async () =>
    sameTable(await run(built, table, { env: { PATH: '' } })));

  it('the answer does not change in a folder with spaces and letters of the world, started from there', async () => {
    const folder = join(built.home, 'mein Ordner 模型 é');
    await cp(built.folder, folder, { recursive: true });
    sameTable(await run({ ...built, bin: join(folder, 'bin/gemma-fit.js') }, table, { cwd: folder }));
  });

  it('the answer does not change with 128 MB of memory', async () => {
    sameAnswer(await run(built, check, { node: ['--max-old-space-size=128'] }));
  });

  it('the answer does not change when the clock goes backwards', async () => {
    const clock = join(built.home, 'clock.cjs');
    await writeFile(
      clock,
      'let now = Date.now(); Date.now = () => (now -= 3600e3); performance.now = () => now / 1e3;',
    );
    const ended = await run(built, check, { node: ['--require', clock] });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.split('\n')[0]).toBe(usual.answer.stdout.split('\n')[0]);
  });

  it('the answer does not change when many ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => run(built, table)));
    for (const ended of all) sameTable(ended);
  });
});

describe('programs', () => {
  it.runIf(posix)('programs are never taken from the current folder', async () => {
    const trap = join(built.home, 'trap');
    await mkdir(trap);
    const sprung = join(trap, 'sprung');
    for (const name of [
      'nvidia-smi',
      'rocm-smi',
      'vulkaninfo',
      'xpu-smi',
      'ollama',
      'llama-server',
      'lspci',
      'sysctl',
    ]) {
      await writeFile(join(trap, name), `#!/bin/sh\necho ${name} >> '${sprung}'\n`);
      await chmod(join(trap, name), 0o755);
    }
    for (const PATH of ['', '.:', '../trap']) {
      expect((await run(built, ['doctor'], { cwd: trap, env: { PATH } })).code).toBe(0);
    }
    await expect(readFile(sprung, 'utf8')).rejects.toThrow('ENOENT');
  });
});

describe('the network', () => {
  it.each(['check', 'list', 'needs e2b:bf16', 'doctor'])('%s stays on this computer', async (command) => {
    const before = await built.trespasses();
    const ended = await run(built, command.split(' '));
    expect([0, 3, 4]).toContain(ended.code);
    expect(await built.trespasses()).toEqual(before);
  });

  it('a trespass would be seen', async () => {
    await run(built, ['doctor'], { env: { OLLAMA_HOST: 'ollama.example:11434' } });
    expect(new Set(await built.trespasses())).toEqual(new Set(['ollama.example']));
  });
});
