import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './sources.ts';

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

let place: string;
let clone: string;
/** A fresh clone: what is needed to start, no node_modules, no dist, an npm cache of its own that is empty. */
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'gemma-fit-first-'));
  clone = join(place, 'clone');
  for (const name of ['bin', 'scripts', 'package.json'])
    await cp(join(root, name), join(clone, name), { recursive: true });
});
afterEach(() => rm(place, { recursive: true, force: true }));

const windows = process.platform === 'win32';

function run(program: string, args: string[], cwd = clone): Promise<Ended> {
  const env = {
    ...process.env,
    npm_config_cache: join(place, 'cache'),
    npm_config_prefix: join(place, 'global'),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    npm_config_allow_scripts: '',
  };
  return new Promise((resolve) =>
    execFile(program, args, { cwd, env, shell: windows }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    ),
  );
}

const npx = (...args: string[]) => run(windows ? 'npx.cmd' : 'npx', ['--yes', 'gemma-fit', ...args]);
const notBuilt = 'gemma-fit is not built yet. Run: npm ci\n';

describe('a clone before npm ci', () => {
  it('a clone before npm ci says what to type to who runs npx, each time', async () => {
    expect(await npx('check')).toEqual({ code: 2, stdout: '', stderr: notBuilt });
    expect(await npx('--version')).toEqual({ code: 2, stdout: '', stderr: notBuilt });
  }, 60_000);

  it('a clone before npm ci leaves npx a link that works once it is built', async () => {
    await npx('check');
    await cp(join(root, 'package.json'), join(clone, 'dist/package.json'));
    await writeFile(
      join(clone, 'dist/cli.js'),
      "export const main = async (argv) => (console.log('built:', ...argv.slice(2)), 0); export const compileCacheFolder = () => null;",
    );
    expect(await npx('hello')).toEqual({ code: 0, stdout: 'built: hello\n', stderr: '' });
  }, 60_000);

  it('a clone before npm ci can be linked, and says the same', async () => {
    await mkdir(join(place, 'global/lib/node_modules'), { recursive: true });
    expect(await run(windows ? 'npm.cmd' : 'npm', ['link'])).toMatchObject({ code: 0 });
    const linked = windows ? join(place, 'global/gemma-fit.cmd') : join(place, 'global/bin/gemma-fit');
    expect(await run(linked, ['check'], place)).toEqual({ code: 2, stdout: '', stderr: notBuilt });
  }, 60_000);
});

describe('prepare', () => {
  it('npm run prepare ends well where the development packages are missing, and says so', async () => {
    const ended = await run(process.execPath, ['scripts/prepare.mjs']);
    expect(ended).toEqual({ code: 0, stdout: '', stderr: 'gemma-fit: not built: run npm ci\n' });
  });

  it('npm run prepare does not hide a build that fails', async () => {
    const { devDependencies } = JSON.parse(await readFile(join(clone, 'package.json'), 'utf8'));
    for (const name of Object.keys(devDependencies))
      await mkdir(join(clone, 'node_modules', name), { recursive: true });
    expect((await run(process.execPath, ['scripts/prepare.mjs'])).code).not.toBe(0);
  });
});

describe('a copy without dist', () => {
  it('a copy without dist in node_modules asks for another installation: there npm ci builds nothing', async () => {
    const home = join(place, 'node_modules/gemma-fit');
    await cp(join(clone, 'bin'), join(home, 'bin'), { recursive: true });
    await cp(join(clone, 'package.json'), join(home, 'package.json'));
    const ended = await run(process.execPath, [join(home, 'bin/gemma-fit.js'), 'check'], place);
    expect(ended.stderr).toBe('gemma-fit is not built yet. Install it again without --ignore-scripts.\n');
    expect(ended.code).toBe(2);
  });
});

it.each(['18.20.8', '20.18.3'])('Node %s is refused in one line', async (version) => {
  const older = join(place, 'older.cjs');
  await writeFile(older, `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`);
  const ended = await run(process.execPath, ['--require', older, 'bin/gemma-fit.js', 'check']);
  expect(ended).toEqual({
    code: 2,
    stdout: '',
    stderr: `gemma-fit needs Node 20.19 or newer; this is ${version}.\n`,
  });
});
