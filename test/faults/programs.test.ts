import { chmod, mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import module from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildProgram, run } from './run.ts';

let built: Built;
/** A working folder full of planted programs, each of which records that it ran. */
let here: string;
const ran = () => readFile(join(built.home, 'ran.txt'), 'utf8').catch(() => '');
const planted = ['nvidia-smi', 'dmidecode', 'chcp', 'chcp.com', 'reg', 'reg.exe', 'powershell', 'powershell.exe', 'sh'];

beforeAll(async () => {
  built = await buildProgram();
  here = await mkdtemp(join(built.home, 'here-'));
  for (const name of [...planted, 'lscpu', 'sysctl', 'cat', 'vulkaninfo', 'ollama', 'journalctl', 'python3']) {
    await writeFile(join(here, name), `#!/bin/sh\necho ${name} >> '${join(built.home, 'ran.txt')}'\n`);
    await chmod(join(here, name), 0o755);
  }
  await writeFile(
    join(built.home, 'platform.cjs'),
    `const platform = process.env.FAKE_PLATFORM;
if (platform) Object.defineProperty(process, 'platform', { value: platform });
const processes = require('node:child_process');
const { appendFileSync } = require('node:fs');
const note = (text) => appendFileSync(process.env.STARTED, text + '\\n');
for (const name of ['exec', 'execSync']) {
  const real = processes[name];
  processes[name] = (...args) => (note('shell ' + args[0]), real(...args));
}
for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) {
  const real = processes[name];
  processes[name] = (...args) => (note('file ' + args[0] + ' in ' + (args.find((arg) => arg?.cwd)?.cwd ?? 'here')), real(...args));
}
require('node:module').syncBuiltinESMExports();
`,
  );
});
afterAll(() => built.remove());

describe.runIf(process.platform === 'linux')('the folder one stands in', () => {
  it.each([
    ['linux', 'check'],
    ['darwin', 'doctor'],
    ['win32', 'check'],
    ['win32', 'doctor'],
    ['freebsd', 'doctor'],
    ['openbsd', 'doctor'],
  ])(
    'the folder one stands in: on %s nothing of it runs by %s, no shell gets a string, and nothing starts in it',
    async (platform, command) => {
      const started = join(built.home, `started-${platform}-${command}.txt`);
      await writeFile(started, '');
      const ended = await run(built, [command], {
        cwd: here,
        env: {
          PATH: '.::/usr/bin:/bin',
          FAKE_PLATFORM: platform,
          STARTED: started,
          NODE_OPTIONS: `--require ${join(built.home, 'platform.cjs')}`,
          SystemRoot: 'C:\\Windows',
          WINDIR: 'C:\\Windows',
        },
      });
      expect([0, 3, 4]).toContain(ended.code);
      expect(await ran()).toBe('');
      const lines = (await readFile(started, 'utf8')).split('\n').filter(Boolean);
      if (!['linux', 'darwin'].includes(platform)) expect(lines.join()).toContain(process.execPath);
      expect(lines.filter((line) => line.startsWith('shell'))).toEqual([]);
      expect(lines.filter((line) => /^file (?!\/|[A-Z]:\\)/.test(line))).toEqual([]);
      // A faked Windows on a POSIX system has no absolute SystemRoot: the real ones are looked at alone.
      if (platform !== 'win32') expect(lines.filter((line) => line.endsWith(' in here'))).toEqual([]);
    },
  );

  it('the child that asks systeminformation holds no other way to start a program', async () => {
    const code = await readFile(join(built.folder, 'dist/chunks/system-information.js'), 'utf8');
    expect(code).not.toMatch(/require\(["'](node:)?child_process["']\)/);
    expect(code.match(/from\s*["']node:child_process["']/g)).toHaveLength(1);
  });
});

describe('compiled code', () => {
  it.runIf('enableCompileCache' in module && process.platform === 'linux')(
    'compiled code is kept where only this user writes, and never in the shared temporary folder',
    async () => {
      const home = await mkdtemp(join(built.home, 'home-'));
      const temporary = await mkdtemp(join(built.home, 'tmp-'));
      await chmod(temporary, 0o1777);
      const env = { HOME: home, TMPDIR: temporary };
      expect((await run(built, ['list'], { env })).code).toBe(0);
      expect(await readdir(temporary)).toEqual([]);
      expect((await stat(join(home, '.cache/gemma-fit'))).mode & 0o777).toBe(0o700);
      expect((await readdir(join(home, '.cache/gemma-fit'))).length).toBeGreaterThan(0);
    },
  );

  it.runIf(process.platform === 'linux')(
    'compiled code is kept nowhere when others can write to its folder',
    async () => {
      const cache = await mkdtemp(join(built.home, 'cache-'));
      await mkdir(join(cache, 'gemma-fit'));
      await chmod(join(cache, 'gemma-fit'), 0o777);
      expect((await run(built, ['list'], { env: { XDG_CACHE_HOME: cache } })).code).toBe(0);
      expect(await readdir(join(cache, 'gemma-fit'))).toEqual([]);
    },
  );
});
