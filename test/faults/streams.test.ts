import { existsSync, openSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildProgram, run } from './run.ts';

let built: Built;
beforeAll(async () => {
  built = await buildProgram();
});
afterAll(() => built.remove());

/** Of the machines that run something, one whose answer takes the least time. */
const check = ['check', '--os', 'linux', '--gpu', 'none', '--ram', '16GiB'];
const table = [...check, '--grid', 'e2b'];
const posix = process.platform !== 'win32';

describe('a reader that has seen enough', () => {
  it('a reader that has seen enough ends a long answer without a word', async () => {
    const ended = await run(built, ['list', '--json'], { during: (child) => child.stdout?.destroy() });
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('a reader that has seen enough ends the help without a word', async () => {
    const ended = await run(built, ['--help'], { during: (child) => child.stdout?.destroy() });
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('a reader that has seen enough of failures keeps the exit code', async () => {
    const ended = await run(built, ['check', '--context', 'many'], { during: (child) => child.stderr?.destroy() });
    expect(ended).toMatchObject({ code: 2, signal: null, stdout: '' });
  });

  it('a reader that has seen enough of a requirement that is not met does not make it met', async () => {
    const ended = await run(built, [...check, '--require', '31b@256k'], { during: (child) => child.stdout?.destroy() });
    expect(ended).toMatchObject({ code: 3, signal: null, stderr: '' });
  });

  it('a reader that has seen enough that is slow gets all of it', async () => {
    const ended = await run(built, [...check, '--json'], {
      during: ({ stdout }) => {
        stdout?.pause();
        setTimeout(() => stdout?.resume(), 300);
      },
    });
    expect(ended.code).toBe(0);
    expect(ended.stdout.length).toBeGreaterThan(64 * 1024);
    expect(JSON.parse(ended.stdout)).toMatchObject({ schemaVersion: '1.0' });
  });
});

describe('standard input', () => {
  it('standard input may be closed', async () => {
    const ended = await run(built, [...check, '--quiet'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      during: (c) => c.stdin?.destroy(),
    });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^Recommended: gemma4:\S+/);
  });

  it('standard input that ends before a machine came is a bad file', async () => {
    const ended = await run(built, ['check', '--machine', '-']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/JSON|empty/);
  });

  it('standard input that does not end with a machine but with rubbish is a bad file', async () => {
    const ended = await run(built, ['check', '--machine', '-'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      during: (child) => child.stdin?.end(Buffer.from([0xff, 0xfe, 0, 1, 0x80])),
    });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr.split('\n').filter(Boolean).length).toBeLessThanOrEqual(2);
  });
});

describe('standard output', () => {
  it.runIf(posix).each([check, [...table, '--json']])(
    'standard output that is full is told, with its own exit code: %s',
    async (...args) => {
      const ended = await run(built, args, { stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'] });
      expect(ended.code).not.toBe(0);
      expect(ended.code).not.toBe(1);
      expect(ended.stderr).toMatch(/no space|ENOSPC|full/i);
      expect(ended.stderr).not.toContain('    at ');
    },
  );
});

describe.runIf(existsSync('/dev/full'))('what cannot be written', () => {
  const full = () => openSync('/dev/full', 'w');

  it.each([['--help'], ['--version'], ['check', '--help']])(
    'what cannot be written of %s is told with exit 2',
    async (...args) => {
      const ended = await run(built, args, { stdio: ['ignore', full(), 'pipe'] });
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(/disk is full/);
    },
  );

  it.each([['check', '--require', 'xx'], ['nonsense']])(
    'what cannot be written of a failure leaves its exit code: %s',
    async (...args) => {
      expect((await run(built, args, { stdio: ['ignore', 'pipe', full()] })).code).toBe(2);
    },
  );

  it.each([
    [['--require', 'e2b@4k'], 2],
    [['--require', '31b:bf16@256k'], 3],
  ] as const)('what cannot be written of a GitHub step hides no verdict: %j is exit %i', async (require, code) => {
    const env = { GITHUB_OUTPUT: '/no/such/folder/output', GITHUB_STEP_SUMMARY: '' };
    const ended = await run(built, [...check, '--format', 'github', ...require], { env });
    expect(ended.code).toBe(code);
    expect(ended.stdout).not.toBe('');
    expect(ended.stderr).toContain('Cannot write /no/such/folder/output');
  });
});

describe('--output', () => {
  it('--output writes the file whole and nothing to the terminal', async () => {
    const file = join(built.home, 'größe und 名前.json');
    const ended = await run(built, [...check, '--json', '--output', file]);
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schemaVersion: '1.0' });
  });

  it.runIf(posix)('--output on a full disk leaves nothing behind and says why', async () => {
    const ended = await run(built, [...check, '--output', '/dev/full']);
    expect(ended).toMatchObject({ stdout: '' });
    expect(ended.code).toBeGreaterThan(1);
    expect(ended.stderr).toContain('the disk is full');
  });

  it('--output keeps the old file when the new one cannot be written', async () => {
    const folder = join(built.home, 'taken');
    await writeFile(folder, 'old');
    const ended = await run(built, [...check, '--output', join(folder, 'x.txt')]);
    expect(ended.code).toBeGreaterThan(1);
    expect(ended.stderr).toContain('Cannot write');
    expect(await readFile(folder, 'utf8')).toBe('old');
  });

  it('--output leaves no half-written files', async () => {
    expect((await readdir(built.home)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

it.each([
  ['an exception', "setTimeout(() => { throw new Error('nobody caught \\u001b[31m this'); }, 0)"],
  ['a rejection', "setTimeout(() => { Promise.reject(new Error('nobody caught \\u001b[31m this')); }, 0)"],
])('%s that nobody caught is a bug with its sentence and exit 70, and no trace', async (_what, code) => {
  const preload = join(built.home, 'crash.cjs');
  await writeFile(preload, `process.nextTick(() => setImmediate(() => setTimeout(() => { ${code} }, 150)));`);
  const never = createServer(() => {});
  await new Promise<void>((resolve) => never.listen(0, '127.0.0.1', resolve));
  const env = { OLLAMA_HOST: `127.0.0.1:${(never.address() as AddressInfo).port}` };
  const ended = await run(built, ['verify'], { node: ['--require', preload], env });
  never.closeAllConnections();
  never.close();
  expect(ended).toMatchObject({ code: 70, signal: null, stdout: '' });
  expect(ended.stderr).toMatch(/^Something went wrong inside gemma-fit: nobody caught this\nThis is a bug/);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
});
