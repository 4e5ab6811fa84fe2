import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateFor } from '../../../src/advice/candidate.ts';
import { openRequest } from '../../../src/advice/check.ts';
import { fasterPlacement } from '../../../src/advice/recommendation/faster-placement.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { deviceSpecs } from '../../../src/data/devices.ts';
import { buildById } from '../../../src/data/tables.ts';
import { acceleratorsOfSpec } from '../../../src/machine/hypothetical/accelerators.ts';
import type { Accelerator, Machine } from '../../../src/machine/types.ts';
import { type SchedulerTarget, toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { ask, finding } from '../case.ts';
import { gib, gpu, machine, mib } from '../machines.ts';

function judge(on: Machine | SchedulerTarget, id: string, contextTokens: number) {
  const target = 'groups' in on ? on : toSchedulerTarget(on);
  const build = buildById(id);
  if (build === null) throw new Error(`no build ${id}`);
  const workload = workloadFor(openRequest, build.variant, contextTokens);
  const told = candidateFor(target, build, workload);
  return { target, build, workload, told, found: fasterPlacement(target, told, workload) };
}

const card = (id: string, name: string, architecture: string, freeMiB: number, gigabytesPerSecond: number) =>
  gpu({ id, name, architecture, freeBytes: freeMiB * mib, bandwidthBytesPerSecond: gigabytesPerSecond * 1e9 });
const rtx3060 = (index: number) => card(`nvidia:${index}`, 'NVIDIA GeForce RTX 3060', '8.6', 12_113, 360);
const titanXp = card('nvidia:2', 'NVIDIA TITAN Xp', '6.1', 12_190, 547);
const p40 = card('nvidia:0', 'Tesla P40', '6.1', 24_400, 347);
const rtx3090 = (index: number) => card(`nvidia:${index}`, 'NVIDIA GeForce RTX 3090', '8.6', 24_100, 936);
const rtx5090 = card('nvidia:0', 'NVIDIA GeForce RTX 5090', '12.0', 31_800, 1792);
const strixHalo = gpu({
  id: 'amd:0',
  vendor: 'amd',
  name: 'AMD Radeon 8060S',
  kind: 'unified',
  backend: 'rocm',
  architecture: 'gfx1151',
  freeBytes: 115 * gib,
  bandwidthBytesPerSecond: 256e9,
});
const ram128 = { ...machine().memory, totalBytes: 128 * gib, availableBytes: 120 * gib };
const strixWith = (...cards: Accelerator[]) => machine([strixHalo, ...cards], { memory: ram128 });

describe('a faster placement that Ollama does not choose', () => {
  it('a faster placement that Ollama does not choose is main_gpu where the card with a little more free memory is the slower one (2x RTX 3060 and a TITAN Xp)', () => {
    const { told, found } = judge(machine([rtx3060(0), rtx3060(1), titanXp]), 'e2b-it-qat', 32_768);
    expect(told.placement.devices.map(({ accelerator }) => accelerator)).toEqual(['nvidia:2']);
    expect(found).toMatchObject({
      setting: 'main_gpu',
      devices: ['NVIDIA GeForce RTX 3060'],
      insteadOf: ['NVIDIA TITAN Xp'],
      variables: ['main_gpu 0'],
    });
    expect(found?.timesAsFast).toBeGreaterThanOrEqual(1.3);
  });

  it('a faster placement that Ollama does not choose is main_gpu beside an old card of the same size (RTX 3090 and P40)', () => {
    const { found } = judge(machine([p40, rtx3090(1)]), '12b-it-qat', 32_768);
    expect(found).toMatchObject({
      setting: 'main_gpu',
      devices: ['NVIDIA GeForce RTX 3090'],
      insteadOf: ['Tesla P40'],
      variables: ['main_gpu 1'],
    });
  });

  it('a faster placement that Ollama does not choose is main_gpu where the large graphics unit takes what the fast card holds too (Strix Halo and RTX 5090)', () => {
    const { told, found } = judge(strixWith(rtx5090), '31b-it-qat', 65_536);
    expect(told.placement.devices.map(({ accelerator }) => accelerator)).toEqual(['amd:0']);
    expect(found).toMatchObject({ setting: 'main_gpu', devices: ['NVIDIA GeForce RTX 5090'] });
  });

  it('a faster placement that Ollama does not choose is OLLAMA_SCHED_SPREAD where the model needs both fast cards (Strix Halo and 2x RTX 3090)', () => {
    const { found } = judge(strixWith(rtx3090(0), rtx3090(1)), '31b-it-q4_K_M', 131_072);
    expect(found).toMatchObject({
      setting: 'OLLAMA_SCHED_SPREAD',
      devices: ['NVIDIA GeForce RTX 3090', 'NVIDIA GeForce RTX 3090'],
      insteadOf: ['AMD Radeon 8060S'],
    });
  });

  it('a faster placement that Ollama does not choose is one that hides a library with more, slower memory, and Vulkan with it (2x W6800 and 2x RTX 3090)', () => {
    const w6800 = (index: number) =>
      gpu({
        id: `amd:${index}`,
        vendor: 'amd',
        name: 'AMD Radeon PRO W6800',
        backend: 'rocm',
        architecture: 'gfx1030',
        freeBytes: 31 * gib,
        bandwidthBytesPerSecond: 512e9,
      });
    const { found } = judge(machine([w6800(0), w6800(1), rtx3090(0), rtx3090(1)]), '31b-it-q4_K_M', 131_072);
    expect(found).toMatchObject({
      setting: 'hide-devices',
      variables: ['ROCR_VISIBLE_DEVICES=-1', 'GGML_VK_VISIBLE_DEVICES=-1'],
      devices: ['NVIDIA GeForce RTX 3090', 'NVIDIA GeForce RTX 3090'],
    });
  });

  it.each<[string, Accelerator[], string, string]>([
    ['all but the old card', [rtx3090(0), rtx3090(1), { ...p40, id: 'nvidia:2' }], '0,1', '31b-it-q4_K_M'],
    ['wherever it sits', [rtx3090(0), { ...p40, id: 'nvidia:1' }, rtx3090(2)], '0,2', '31b-it-q4_K_M'],
  ])('a faster placement that Ollama does not choose is one that shows CUDA %s', (_, cards, visible, build) => {
    const { found } = judge(machine(cards), build, 131_072);
    expect(found).toMatchObject({
      setting: 'hide-devices',
      variables: ['CUDA_DEVICE_ORDER=PCI_BUS_ID', `CUDA_VISIBLE_DEVICES=${visible}`, 'GGML_VK_VISIBLE_DEVICES=-1'],
      devices: ['NVIDIA GeForce RTX 3090', 'NVIDIA GeForce RTX 3090'],
    });
  });

  it('a faster placement that Ollama does not choose is told with the recommendation', () => {
    const { recommendation } = ask(strixWith(rtx5090), { contextTokensTotal: 131_072, useCase: 'long' });
    expect(recommendation?.placement.devices[0]?.accelerator).toBe('amd:0');
    expect(finding(recommendation?.because ?? [], 'faster-placement')).toMatchObject({ setting: 'main_gpu' });
  });

  it.each<[string, Accelerator[], string]>([
    ['on one card', [rtx3090(0)], '12b-it-qat'],
    ['on two cards of one kind', [rtx3090(0), rtx3090(1)], '12b-it-qat'],
    ['where Ollama takes the fast card itself', [{ ...p40, memory: rtx3060(0).memory }, rtx3090(1)], '12b-it-qat'],
    ['where the gain is small', [rtx3060(0), rtx3060(1), titanXp], '12b-it-qat'],
    ['where a bandwidth is unknown', [p40, { ...rtx3090(1), name: 'X', bandwidthBytesPerSecond: null }], '12b-it-qat'],
    ['without a device', [], '12b-it-qat'],
  ])('a faster placement that Ollama does not choose is not named %s', (_, cards, build) => {
    expect(judge(machine(cards), build, 32_768).found).toBeNull();
  });
});

describe('a setting that is named', () => {
  const rows = deviceSpecs.filter(
    ({ kind, vendor, memoryGiB }) => vendor !== 'apple' && kind === 'discrete' && memoryGiB.length > 0,
  );
  const devices = fc.array(fc.tuple(fc.constantFrom(...rows), fc.double({ min: 0.5, max: 1, noNaN: true })), {
    minLength: 2,
    maxLength: 3,
  });
  const builds = fc.constantFrom('e2b-it-qat', 'e4b-it-qat', '12b-it-qat', '26b-a4b-it-qat', '31b-it-qat');

  it('a setting that is named is faster by what it says, with that setting and nothing else, at an empty and a full context', () => {
    let named = 0;
    fc.assert(
      fc.property(devices, builds, fc.constantFrom(8192, 65_536), (made, id, tokens) => {
        const cards = made.flatMap(([row, share], index) => scaled(row, share, index));
        const { target, build, workload, told, found } = judge(machine(cards), id, tokens);
        if (found === null) return;
        named += 1;
        const again = chosenBy(target, found).map((changed) => candidateFor(changed, build, workload));
        const best = again.find(({ speed }) => speed?.lowTokensPerSecond === found.lowTokensPerSecond);
        const times = (which: 'speed' | 'speedAtFullContext') =>
          (best?.[which]?.expectedTokensPerSecond ?? 0) / (told[which]?.expectedTokensPerSecond ?? Infinity);
        expect(times('speed')).toBeCloseTo(found.timesAsFast, 9);
        expect(times('speed')).toBeGreaterThanOrEqual(1.3);
        expect(times('speedAtFullContext')).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 300, seed: 6 },
    );
    expect(named).toBeGreaterThan(5);
  });

  function scaled(device: (typeof rows)[number], share: number, index: number): Accelerator[] {
    const spec = { device, count: 1, memoryBytes: Math.max(...device.memoryGiB) * gib };
    return acceleratorsOfSpec([spec], 'linux', null).map((made) => {
      const { totalBytes } = made.memory;
      const freeBytes = totalBytes === null ? null : Math.floor(totalBytes * share);
      return { ...made, id: `${made.vendor}:${index}`, memory: { totalBytes, freeBytes } };
    });
  }

  /** What Ollama would see with the setting. */
  function chosenBy(target: SchedulerTarget, { setting }: { setting: string }): SchedulerTarget[] {
    if (setting === 'OLLAMA_SCHED_SPREAD') return [{ ...target, spread: true }];
    if (setting === 'hide-devices') {
      const names = [...new Set(target.groups.flat().map(({ name }) => name))];
      const parts = target.groups.flatMap((group) => [
        group,
        ...names.map((kept) => group.filter(({ name }) => name === kept)),
        ...names.map((left) => group.filter(({ name }) => name !== left)),
      ]);
      return parts.filter(({ length }) => length > 0).map((part) => ({ ...target, groups: [part] }));
    }
    return target.groups.flat().map((device) => ({ ...target, groups: [[device]] }));
  }
});
