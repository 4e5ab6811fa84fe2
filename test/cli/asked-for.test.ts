import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyMachine, hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { runHere, splitCommand } from './record.ts';

const said = (command: string) => runHere(splitCommand(command));
const card = '--os linux --gpu "RTX 4090" --ram 64GiB';
const firstLine = (text: string) => text.split('\n')[0];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gemma-fit-asked-'));
  const on = (gpu: string) =>
    JSON.stringify({ machine: hypotheticalMachine({ gpu, ramBytes: 2 ** 36 }, emptyMachine()) });
  await writeFile(join(folder, 'card.json'), on('RTX 4090'));
  await writeFile(join(folder, 'none.json'), on('none'));
  await writeFile(join(folder, 'two.list'), '["26b@32k", "31b@64k:gpu"]');
  await writeFile(join(folder, 'one.list'), '["26b@32k"]');
});
afterAll(() => rm(folder, { recursive: true }));

describe('what was asked for counts', () => {
  it('what was asked for counts from every file of requirements', async () => {
    const files = ['two.list', 'one.list'].map((name) => `--require-file ${join(folder, name)}`);
    for (const order of [files, [...files].reverse()]) {
      const { code, stdout } = await said(`check ${card} ${order.join(' ')}`);
      expect(firstLine(stdout)).toBe('Failed: 31b@64k:gpu (1 of 3).');
      expect(code).toBe(3);
    }
  });

  it('what was asked for counts for a model that is named: a minimum speed', async () => {
    const slow = await said(`check ${card} --model 26b --min-speed 5000`);
    expect(firstLine(slow.stdout)).toMatch(/^gemma4:26b\S* does not reach 5000 tok\/s on this machine/);
    expect(slow.stdout).not.toContain('gemma-fit pull');
    expect(slow.code).toBe(3);
    expect((await said(`check ${card} --model 26b --min-speed 50`)).code).toBe(0);
  });

  it('what was asked for counts for a model that is named: a speed that nobody knows is no answer', async () => {
    const { code, stdout } = await said('check --gpu "M2 Ultra 128GB" --model 31b-mlx-bf16 --min-speed 60');
    expect(firstLine(stdout)).toMatch(/^Could not determine/);
    expect(code).toBe(4);
  });

  it.each(['check --model 26b --for audio', 'check --model 31b-it-qat --for audio --json'])(
    'what was asked for counts for a model that is named: an input, %s',
    async (command) => {
      const { code, stdout } = await said(`${command} ${card}`);
      expect(code).toBe(3);
      if (command.endsWith('--json')) expect(JSON.parse(stdout).recommendation).toBeNull();
      else expect(firstLine(stdout)).toMatch(/^gemma4:26b\S* does not take audio input\.$/);
    },
  );

  it('what was asked for counts in needs: hardware of unknown speed reaches no minimum', async () => {
    const { code, stdout } = await said('needs 26b --min-speed 5000');
    expect(firstLine(stdout)).toMatch(/^No known GPU runs 26b/);
    expect(code).toBe(3);
  });

  it.each(['31b', '12b:q8_0'])('what was asked for counts in needs %s: the version of Ollama', async (model) => {
    const { code, stdout } = await said(`needs ${model} --ollama-version 0.19.0`);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /^No known hardware runs .* needs Ollama \S+ or newer; this is 0\.19\.0\./,
    );
    expect(code).toBe(5);
  });

  it('what was asked for counts for many machines: speed and the version of Ollama', async () => {
    const slow = await said(`check --machine ${folder} --min-speed 100`);
    expect(slow.stdout).toMatch(/No model runs as asked on all 2 machines/);
    expect(slow.stdout).toMatch(/none\.json|none /);
    expect(slow.stdout).toContain('✗ too slow');
    expect(slow.stdout).not.toContain('too big');
    expect(slow.code).toBe(3);
    const old = await said(`check --machine ${folder} --ollama-version 0.19.0`);
    expect(old.stdout).toContain('needs another Ollama');
    expect(old.code).toBe(5);
  });

  it('what was asked for is said for each conversation of many machines', async () => {
    const { stdout } = await said(`check --machine ${folder} --parallel 4`);
    for (const [, thousands] of stdout.matchAll(/(\d+)K/g)) expect(Number(thousands)).toBeLessThanOrEqual(256);
    expect(stdout).not.toMatch(/\d+M\b/);
  });

  it('what was asked for is refused where it would be ignored: another system without its GPU', async () => {
    const file = join(folder, 'card.json');
    const refused = await said(`check --machine ${file} --os win32`);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--os win32 alone would leave out the GPU of this machine.');
    expect((await said(`check --machine ${file} --os win32 --gpu "RTX 4090"`)).code).toBe(0);
    expect((await said(`check --machine ${join(folder, 'none.json')} --os win32`)).code).toBe(0);
  });

  it('what was asked for is refused where no server does it: more conversations than llama.cpp serves', async () => {
    const refused = await said(`check ${card} --parallel 257 --context 4k`);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('256 conversations at a time at most');
    expect((await said(`check ${card} --parallel 256 --context 1k --runtime llama.cpp`)).code).toBe(0);
  });

  it.each([
    [`check ${card} --text-only --for vision`, '--text-only leaves out what "vision" needs: image input.'],
    [`check ${card} --text-only --require audio@16k`, '--text-only leaves out what "audio" needs: audio input.'],
    ['needs e2b --text-only --for audio', '--text-only leaves out what "audio" needs: audio input.'],
    ['needs 26b --parallel max', '--parallel max is for one machine.'],
    ['check --gpu "RTX 4090" --gpu "RTX 3090" --require 31b@256k', '--require does not go with several --gpu.'],
  ])('what was asked for is refused where it contradicts itself or has no place: %s', async (command, sentence) => {
    const { code, stdout, stderr } = await said(command);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('what was asked for counts for a model that is named: as many conversations as stay on the GPU', async () => {
    const { stdout } = await said(`check ${card} --model 26b --parallel max --context 8k --json`);
    const { sequences, contextTokensPerSequence } = JSON.parse(stdout).recommendation.workload;
    expect(sequences).toBeGreaterThan(4);
    expect(contextTokensPerSequence).toBe(8192);
    const most = (await said(`check ${card} --model 26b --parallel ${sequences} --context 8k`)).stdout;
    const more = (await said(`check ${card} --model 26b --parallel ${sequences + 1} --context 8k`)).stdout;
    expect(most).toContain('fully on GPU');
    expect(more).not.toContain('fully on GPU');
  });

  it('what was asked for is told where none of many conversations stays on the GPU', async () => {
    const { stdout } = await said('check --os linux --gpu "RTX 4060" --ram 32GiB --parallel max');
    expect(stdout).toContain('No conversation of 32K stays fully on the GPU');
    const phone = await said('check --gpu "Pixel 10 Pro" --parallel max');
    expect(phone.stdout).not.toContain('conversation');
  });

  it('what was asked for of a phone is told as what is missing, and no Deployment is made for it', async () => {
    const slow = await said('check --gpu "iPhone 17 Pro" --min-speed 50');
    expect(firstLine(slow.stdout)).toBe('No Gemma 4 model on this phone does what was asked: too slow or too weak.');
    expect(slow.code).toBe(3);
    const { stdout } = await said('check --gpu "iPhone 17 Pro" --format k8s');
    expect(stdout).toContain('# No Deployment: no Ollama runs on a phone.');
    expect(stdout).not.toContain('kind:');
  });

  it.each(['e2b', 'e4b', '12b', '26b', '31b'])(
    'what was asked for as the longest context is never less than without asking: %s',
    async (model) => {
      for (const machine of [
        '--gpu none --ram "64GB DDR4-3200"',
        '--gpu "RTX 3060 12GB" --ram 32GiB',
        '--gpu "GTX 1650" --ram 16GiB',
      ]) {
        const tokens = async (more: string) => {
          const { stdout } = await said(`check --os linux ${machine} --model ${model} --json ${more}`);
          return JSON.parse(stdout).candidates[0].workload.contextTokensTotal as number;
        };
        expect(await tokens('--context max'), machine).toBeGreaterThanOrEqual(await tokens(''));
      }
    },
  );

  it.each([
    ['--require 31b@64k', 'needs 31b --context 64k'],
    ['--require 31b@64k>=30tps --parallel 2', 'needs 31b --context 64k --parallel 2 --min-speed 30'],
    ['--require 26b --for agent', 'needs 26b --for agent'],
  ])('what was asked for is what the hint looks for hardware for: %s', async (asked, command) => {
    const { stdout } = await said(`check --gpu none --os linux --ram 4GiB ${asked}`);
    expect(stdout.replaceAll(/:?\s+/g, ' ')).toContain(`Hardware that runs it gemma-fit ${command}`);
  });
});
