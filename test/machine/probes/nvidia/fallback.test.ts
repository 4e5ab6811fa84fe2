import { describe, expect, it } from 'vitest';
import { probeMachine } from '../../../../src/machine/probe.ts';
import { probes } from '../../../../src/machine/probes/index.ts';
import { fakeSystem, replay } from '../../replay.ts';

const uuid = (digit: string) => `GPU-${digit.repeat(8)}-2222-4333-8444-555555555555`;
const information = (bus: string, id: string) => ({
  [`/proc/driver/nvidia/gpus/0000:${bus}:00.0/information`]: `Model: \t NVIDIA GeForce RTX 3090\nGPU UUID: \t ${id}\n`,
});
const version = { '/proc/driver/nvidia/version': 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.124.04  x\n' };
const two = { ...version, ...information('01', uuid('1')), ...information('02', uuid('2')) };
const only = { nvidia: probes.nvidia };

async function usable(env: Record<string, string>, files: Record<string, string> = two) {
  const system = fakeSystem({ env, files: { '/dev/nvidiactl': '', ...files } });
  return (await probeMachine(system, { budgetMs: 15_000, probes: only })).accelerators.map((device) => device.usable);
}

describe('CUDA_VISIBLE_DEVICES where nvidia-smi is missing', () => {
  it.each([
    ['-1', [false, false]],
    ['', [false, false]],
    ['1', [false, true]],
    ['0,1', [true, true]],
    ['GPU-22222222', [false, true]],
  ])('%j', async (value, expected) => {
    expect(await usable({ CUDA_VISIBLE_DEVICES: value })).toEqual(expected);
  });

  it('a UUID hides nothing where the kernel does not tell them, and a slice of a card nothing ever', async () => {
    const untold = { ...two, ...information('01', 'GPU-????????-????-????-????-????????????') };
    expect(await usable({ CUDA_VISIBLE_DEVICES: 'GPU-22222222' }, untold)).toEqual([true, true]);
    expect(await usable({ CUDA_VISIBLE_DEVICES: `MIG-${uuid('1')}/1/0` })).toEqual([true, true]);
  });

  it('CUDA_VISIBLE_DEVICES where nvidia-smi is missing hides the chip of a board as well', async () => {
    const system = replay('linux-jetson-xavier-without-smi', { env: { CUDA_VISIBLE_DEVICES: '-1' } });
    const { accelerators, warnings } = await probeMachine(system, { budgetMs: 15_000, probes: only });
    const reason = { code: 'device-hidden', variable: 'CUDA_VISIBLE_DEVICES', value: '-1' };
    expect(accelerators).toMatchObject([{ usable: false, reason }]);
    expect(warnings).toContainEqual(expect.objectContaining(reason));
  });

  it('a card that no driver has keeps that for its reason', async () => {
    const system = replay('linux-nouveau', { env: { CUDA_VISIBLE_DEVICES: '-1' } });
    const { accelerators } = await probeMachine(system, { budgetMs: 15_000, probes: only });
    expect(accelerators).toMatchObject([{ usable: false, reason: { code: 'driver-missing' } }]);
  });
});

describe('a container that sees the card in /proc', () => {
  const probed = (files: Record<string, string>, env: Record<string, string> = {}) =>
    probeMachine(fakeSystem({ env, files: { ...two, ...files } }), { budgetMs: 15_000, probes: only });

  it('a container that sees the card in /proc cannot use it without /dev/nvidiactl', async () => {
    const { accelerators, warnings } = await probed({});
    const reason = { code: 'device-node-missing', vendor: 'nvidia', path: '/dev/nvidiactl' };
    expect(accelerators).toMatchObject([
      { usable: false, reason },
      { usable: false, reason },
    ]);
    expect(warnings.filter(({ code }) => code === reason.code)).toEqual([reason]);
  });

  it.each([
    [{ '/dev/nvidiactl': '' }, {}],
    [{ '/dev/dxg': '' }, {}],
    [{}, { GEMMA_FIT_SYSROOT: '/captured' }],
  ])('a container that sees the card in /proc can with %j and %j', async (files, env) => {
    expect((await probed(files, env)).accelerators).toMatchObject([{ usable: true }, { usable: true }]);
  });
});
