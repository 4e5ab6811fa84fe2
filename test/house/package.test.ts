import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../scripts/bundle.mjs';
import { writeProgram } from '../tools/program.ts';
import { root } from './sources.ts';

const exec = promisify(execFile);
const windows = process.platform === 'win32';
/** npm is a script on Windows, which no program starts without a shell; the arguments are all our own. */
const npm = (args: string[], cwd: string) =>
  exec(windows ? 'npm.cmd' : 'npm', args, {
    cwd,
    shell: windows,
    env: { ...process.env, npm_config_update_notifier: 'false' },
  });

let place: string;
let files: string[];
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'gemma-fit-package-'));
  const source = join(place, 'source');
  await writeProgram(source);
  const tops = (await readdir(root)).filter((name) => name === 'package.json' || /^[A-Z-]+(\.md)?$/.test(name));
  for (const name of tops) await cp(join(root, name), join(source, name), { recursive: true });
  const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', place], source);
  files = JSON.parse(stdout)[0].files.map(({ path }: { path: string }) => path);
}, 60_000);
afterAll(() => rm(place, { recursive: true, force: true }));

describe('the package', () => {
  it('the package holds the program, its licence and readme, and nothing else: each file is unpacked by a cold npx', () => {
    const expected =
      /^(bin\/gemma-fit\.js|dist\/(cli|index)\.js|dist\/chunks\/[\w-]+\.js|package\.json|README\.md|LICENSE)$/;
    expect(files.filter((path) => !expected.test(path))).toEqual([]);
    expect(files).toContain('bin/gemma-fit.js');
    expect(files).toContain('LICENSE');
  });

  it('the package runs nothing when it is installed', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });

  it('the package installs as one package and runs', async () => {
    const home = join(place, 'with spaces');
    await cp(join(place, `gemma-fit-${version}.tgz`), join(home, 'it.tgz'));
    await writeFile(join(home, 'package.json'), '{}');
    await npm(['install', '--offline', '--no-audit', '--no-fund', './it.tgz'], home);
    expect((await readdir(join(home, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual(['gemma-fit']);
    const { stdout } = await exec(
      process.execPath,
      ['node_modules/gemma-fit/bin/gemma-fit.js', 'check', '--json', '--gpu', 'RTX 4090'],
      { cwd: home },
    );
    expect(JSON.parse(stdout)).toMatchObject({ tool: { name: 'gemma-fit', version }, candidates: expect.any(Array) });
    const library =
      "import { estimateMemory } from 'gemma-fit'; console.log(estimateMemory({ variant: 'e2b', quantization: 'Q4_K_M', contextTokens: 4096 }).device.weightsBytes)";
    const used = await exec(process.execPath, ['--input-type=module', '-e', library], { cwd: home });
    expect(Number(used.stdout)).toBeGreaterThan(1e9);
  }, 60_000);
});
