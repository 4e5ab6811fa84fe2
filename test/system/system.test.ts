import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { realSystem } from '../../src/system/system.ts';

const folder = mkdtempSync(join(tmpdir(), 'gemma-fit-system-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string, mode = 0o755): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), mode);
}

const system = realSystem({ PATH: `${folder}:/usr/bin:/bin` });
const alive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/\(\S+\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe.skipIf(process.platform === 'win32')('running a program', () => {
  it('running a program gives exit code, stdout and stderr apart', async () => {
    program('speaks', 'echo out; echo err >&2; exit 9');
    expect(await system.run('speaks', [])).toEqual({
      kind: 'done',
      exitCode: 9,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    });
  });

  it('a program that is not there is missing, not an error', async () => {
    expect(await system.run('no-such-program', [])).toEqual({ kind: 'missing' });
  });

  it('running a program passes over a file that cannot be executed, and finds the next place', async () => {
    program('elsewhere', 'echo no', 0o644);
    mkdirSync(join(folder, 'place'), { recursive: true });
    program('place/elsewhere', 'echo yes');
    expect(await system.run('elsewhere', [], { places: [join(folder, 'place')] })).toMatchObject({ stdout: 'yes\n' });
  });

  it('running a program never looks in the current folder or in a relative place', async () => {
    program('relative', 'echo no');
    const here = realSystem({ PATH: '.::' });
    expect(await here.run('relative', [], { places: ['.', 'place'] })).toEqual({ kind: 'missing' });
  });

  it('running a program kills what hangs, with everything it started', async () => {
    program('hangs', `sleep 60 & echo $! > ${folder}/child.pid\nwait`);
    const result = await system.run('hangs', [], { timeoutMs: 250 });
    expect(result).toEqual({ kind: 'timeout', timeoutMs: 250 });
    const child = Number(readFileSync(join(folder, 'child.pid'), 'utf8'));
    await expect.poll(() => alive(child)).toBe(false);
  });

  it('running a program does not wait for a grandchild that keeps the pipe open', async () => {
    program('forks', 'sleep 60 & echo answer');
    const start = performance.now();
    expect(await system.run('forks', [], { timeoutMs: 10_000 })).toMatchObject({ kind: 'done', stdout: 'answer\n' });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('running a program stops reading at the size limit', async () => {
    program('endless', 'yes 0123456789');
    const result = await system.run('endless', [], { maxBytes: 100_000, timeoutMs: 10_000 });
    expect(result).toMatchObject({ kind: 'done', truncated: true });
    if (result.kind === 'done') expect(result.stdout.length).toBe(100_000);
  });

  it('running a program reads UTF-16 with a mark, and puts a sign in place of bytes that are not UTF-8', async () => {
    program('wide', "printf '\\377\\376G\\000P\\000U\\000'");
    program('latin', "printf 'Radeon\\256'");
    expect(await system.run('wide', [])).toMatchObject({ stdout: 'GPU' });
    expect(await system.run('latin', [])).toMatchObject({ stdout: 'Radeon\ufffd' });
  });

  it('running a program runs in the C locale', async () => {
    program('locale-of', 'echo "$LC_ALL"');
    const german = realSystem({ PATH: `${folder}:/bin`, LC_ALL: 'de_DE.UTF-8' });
    expect(await german.run('locale-of', [])).toMatchObject({ stdout: 'C\n' });
  });
});

describe.skipIf(process.platform === 'win32')('reading files', () => {
  it('reading files takes the system’s own paths from GEMMA_FIT_SYSROOT and leaves others alone', async () => {
    mkdirSync(join(folder, 'root/proc'), { recursive: true });
    writeFileSync(join(folder, 'root/proc/meminfo'), 'MemTotal: 1 kB\n');
    writeFileSync(join(folder, 'other'), 'text');
    const replayed = realSystem({ GEMMA_FIT_SYSROOT: join(folder, 'root') });
    expect(await replayed.read('/proc/meminfo')).toBe('MemTotal: 1 kB\n');
    expect(await replayed.read('/proc/cpuinfo')).toBeNull();
    expect(await replayed.list('/proc')).toEqual(['meminfo']);
    expect(await replayed.exists('/.dockerenv')).toBe(false);
    expect(await replayed.read(join(folder, 'other'))).toBe('text');
  });

  it('reading files reads no further than asked, and null for what cannot be read', async () => {
    writeFileSync(join(folder, 'long'), 'x'.repeat(200_000));
    expect((await system.read(join(folder, 'long'), 70_000))?.length).toBe(70_000);
    expect(await system.read(join(folder, 'absent'))).toBeNull();
    expect(await system.read(folder)).toBeNull();
  });

  it('reading files reads the end of a file where that is asked for, and all of a short one', async () => {
    writeFileSync(join(folder, 'log'), `${'x'.repeat(200_000)}the end`);
    expect(await system.read(join(folder, 'log'), 7, 'end')).toBe('the end');
    expect(await system.read(join(folder, 'log'), 90_000, 'end')).toMatch(/^x{89993}the end$/);
    expect(await system.read(join(folder, 'log'), 300_000, 'end')).toHaveLength(200_007);
  });
});
