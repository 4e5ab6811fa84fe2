import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variantIds } from '../../src/data/ids.ts';
import { emptyMachine, hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { record } from './record.ts';

const said = (command: string, stdin = '') => record({ name: '', command, machine: null, stdin });
const card = '--os linux --gpu "RTX 4090" --ram 64GiB';

describe('check --grid refuses what it would ignore', () => {
  it.each([
    '--require 26b@32k',
    '--require-file nosuch.json',
    '--format json',
    '--output nosuch/file.txt',
    '--model 26b',
    '--explain 26b',
    '--quiet',
  ])('%s', async (option) => {
    const [flag] = option.split(' ');
    const text = await said(`check ${card} --grid e2b ${option}`);
    expect(text).toContain(`${flag} does not go with --grid.`);
    expect(text).toContain('Exit code: 2');
  });

  it('check --grid takes --json', async () => {
    expect(await said(`check ${card} --grid e2b --json`)).toContain('Exit code: 0');
  });
});

describe('many machines', () => {
  let folder: string;
  const document = JSON.stringify({ machine: hypotheticalMachine({ gpu: 'RTX 4090' }, emptyMachine()) });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gemma-fit-refusals-'));
    await writeFile(join(folder, 'a.json'), document);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(['folder', 'files', 'lines'])('many machines make no grid: %s', async (kind) => {
    const file = join(folder, 'a.json');
    const named = { folder, files: `${file} ${file}`, lines: '-' }[kind];
    const text = await said(`check --grid --machine ${named}`, `${document}\n${document}`);
    expect(text).toContain('--machine with several machines does not go with --grid.');
    expect(text).toContain('Exit code: 2');
  });

  it.skipIf(process.platform === 'win32')('many machines do not fail for one file that cannot be read', async () => {
    const link = join(folder, 'gone.json');
    await symlink(join(folder, 'nowhere'), link);
    const text = await said(`check --machine ${folder} --json`);
    await rm(link);
    expect(text).toContain('there is no such file');
    expect(text).toContain('"everywhere"');
  });

  it('many machines fail for a file of lines that is not there', async () => {
    const text = await said(`check --machine ${join(folder, 'no.ndjson')}`);
    expect(text).toContain('there is no such file');
    expect(text).toContain('Exit code: 2');
  });

  it('one machine makes a grid, from standard input too', async () => {
    expect(await said(`check --grid e2b --machine ${join(folder, 'a.json')}`)).toContain('Exit code: 0');
    expect(await said('check --grid e2b --machine -', document)).toContain('Exit code: 0');
  });

  it.each([
    '--gpu "RTX 4090"',
    '--vram 8GiB',
    '--ram 8GiB',
    '--ram-bandwidth 60GB/s',
    '--os linux',
    '--model 26b',
    '--explain 26b',
    '--all',
  ])('many machines refuse what is about one: %s', async (option) => {
    const [flag] = option.split(' ');
    const text = await said(`check --machine ${folder} ${option}`);
    expect(text).toContain(`${flag} does not go with several machines.`);
    expect(text).toContain('Exit code: 2');
  });
});

describe('--measure beside a machine that is not here', () => {
  it.each([
    'check --gpu "RTX 4090"',
    'check --ram 16GiB',
    'check --vram 8GiB',
    'check --os linux',
    'doctor --ram 16GiB',
  ])('%s', async (command) => {
    const text = await said(`${command} --measure`);
    expect(text).toContain('--measure times the RAM of this computer');
    expect(text).toContain('Exit code: 2');
  });
});

describe('--gpu twice', () => {
  const two = 'check --gpu "RTX 4090" --gpu "M3 Max 64GB" --ram 64GiB';

  it('--gpu twice shows the machines side by side', async () => {
    const text = await said(two);
    expect(text).toMatch(/^ +RTX 4090 24 GB.* {2}.*M3 Max 64 GB/m);
    for (const model of ['31b', '26b', '12b', 'e4b', 'e2b']) expect(text).toMatch(new RegExp(`^${model} +\\S`, 'm'));
    expect(text).toContain('Exit code: 0');
  });

  it('--gpu twice keeps to the width, and puts what has no room below', async () => {
    for (const columns of [40, 60, 80]) {
      const text = await record({ name: '', command: two, machine: null, env: { COLUMNS: String(columns) } });
      const lines = text.split('\n').filter((line) => !line.startsWith('    $'));
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      expect(text).toContain('M3 Max');
    }
  });

  it('--gpu twice is one document with --json', async () => {
    const [, json = ''] = /```text\n([\s\S]*?)\n```/.exec(await said(`${two} --json`)) ?? [];
    expect(JSON.parse(json).machines).toHaveLength(2);
  });

  it.each(['--why', '--all', '--explain 26b', '--grid', '--vram 8GiB', '--format html'])(
    '--gpu twice refuses %s',
    async (option) => {
      expect(await said(`${two} ${option}`)).toContain('Exit code: 2');
    },
  );

  it('--gpu twice is one machine too many for doctor', async () => {
    expect(await said('doctor --gpu "RTX 4090" --gpu "RTX 3090"')).toContain('Only one machine');
  });
});

describe('what commander refuses is said as everything else', () => {
  it.each([
    ['check --context', '--context needs a value, for example --context 32k.', 'gemma-fit check --help'],
    ['needs 31b --for', '--for needs a value, for example --for code.', 'gemma-fit needs --help'],
    ['pull --tag', '--tag needs a value.', 'gemma-fit pull --help'],
    ['completion tcsh', 'Unknown shell "tcsh".', 'Choose bash, zsh or fish.'],
  ])('%s', async (command, message, hint) => {
    const text = await said(command);
    expect(text).toContain(message);
    expect(text).toContain(hint);
    expect(text).toContain('Exit code: 2');
  });

  it('what commander refuses is said as everything else names the program as it was called', async () => {
    const text = await record({ name: '', command: 'check --context', machine: null, env: { npm_command: 'exec' } });
    expect(text).toContain('Run npx gemma-fit check --help for the options.');
  });

  it.each(['coding', 'agents', 'images', 'speech'])('--for %s is understood', async (use) => {
    expect(await said(`check ${card} --for ${use} --quiet`)).toContain('Recommended');
  });

  it.each(['macos', 'windows', 'mac'])('--os %s is understood', async (os) => {
    expect(await said(`check --os ${os} --ram 16GB --quiet`)).not.toContain('Exit code: 2');
  });
});

describe('an unset variable of the shell', () => {
  it.each(['""', '" "'])('--gpu %s is not this computer', async (name) => {
    const text = await said(`check --gpu ${name}`);
    expect(text).toContain('No device was named.');
    expect(text).toContain('Exit code: 2');
  });

  it('--explain "" is no model', async () => {
    expect(await said(`check ${card} --explain ""`)).toContain('Exit code: 2');
  });
});

describe('check --explain', () => {
  it.each(['', '--format markdown', '--model 26b'])(
    'check --explain refuses a name that is not in the answer, %s',
    async (more) => {
      const text = await said(`check ${card} --explain nosuch ${more}`);
      expect(text).toContain('No model called "nosuch" is in this answer.');
      expect(text).toContain(
        more === '--model 26b' ? 'Choose one of 26b, or' : `Choose one of ${variantIds.join(', ')}, or`,
      );
      expect(text).toContain('Exit code: 2');
    },
  );

  it('check --explain says how to see a build that is not compared', async () => {
    const text = await said('check --gpu "M4 Max 64GB" --explain gemma4:31b-mlx');
    expect(text).toContain('gemma-fit check --model gemma4:31b-mlx --explain gemma4:31b-mlx');
  });
});

describe('check --model of a machine in a file', () => {
  const server = { host: 'http://127.0.0.1:11434', remote: false, version: '0.31.0', loaded: [] };
  const model = { sizeBytes: 8e9, digest: null, modifiedAt: null };
  const installed = ['gemma4:12b', 'mine:latest'].map((name) => ({ ...model, name }));
  const document = JSON.stringify({
    ...hypotheticalMachine({ gpu: 'RTX 4090', ramBytes: 64 * 2 ** 30 }),
    ollama: { ...server, installed },
  });

  it('check --model of a machine in a file looks up what is installed there, and asks no server here', async () => {
    const text = await said('check --machine - --model gemma4:12b', document);
    expect(text).not.toContain('did not answer');
    expect(text).toContain('Exit code: 0');
  });

  it('check --model of a machine in a file knows no model of that computer alone', async () => {
    expect(await said('check --machine - --model mine', document)).toContain('There is no Gemma 4 model "mine".');
  });
});

describe('a model that there is not', () => {
  it.each([
    'list 7x',
    'needs 7x',
    'check --grid 7x --gpu "RTX 4090"',
    'pull 7x --dry-run',
    'check --model 7x --machine -',
  ])('a model that there is not is refused in the same words by %s', async (command) => {
    const text = await said(command, JSON.stringify(hypotheticalMachine({ gpu: 'RTX 4090', ramBytes: 64 * 2 ** 30 })));
    expect(text).toContain(`There is no Gemma 4 model "7x".\nChoose one of ${variantIds.join(', ')}`);
    expect(text).toContain('Exit code: 2');
  });
});

describe('needs', () => {
  it('needs refuses a build that the table lacks, and takes those that it has', async () => {
    const text = await said('needs 31b:nosuch');
    expect(text).toContain('There is no Gemma 4 model "31b:nosuch".');
    expect(text).toContain('Exit code: 2');
    expect(await said('needs 31b:q8_0')).toContain('Exit code: 0');
  });
});

describe('help', () => {
  it('help of a word that is no command names the word, and what may be meant', async () => {
    const text = await said('help nosuch');
    expect(text).toContain('"nosuch" is not a command of gemma-fit.');
    expect(text).toContain('Exit code: 2');
    expect(text).not.toMatch(/Usage:|outputHelp/);
    expect(await said('help chekc')).toContain('Did you mean gemma-fit check?');
  });

  it.each(['help', 'help check', 'help help'])('%s shows help', async (command) => {
    const text = await said(command);
    expect(text).toContain('Usage: gemma-fit');
    expect(text).toContain('Exit code: 0');
  });
});
