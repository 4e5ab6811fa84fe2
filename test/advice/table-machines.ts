import fc from 'fast-check';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import type { CheckRequest, CheckResult } from '../../src/advice/types.ts';
import { deviceSpecs } from '../../src/data/devices.ts';
import { acceleratorsOfSpec } from '../../src/machine/hypothetical/accelerators.ts';
import type { Accelerator, Machine } from '../../src/machine/types.ts';
import { gib, machine } from './machines.ts';

const rows = deviceSpecs.filter(({ memoryGiB }) => memoryGiB.length > 0);

/** Cards that go into a slot beside others. */
export const cards = rows.filter(({ kind, vendor }) => kind === 'discrete' && vendor !== 'apple');

/** Free memory comes in steps, so that what was worked out for one computer serves others. */
const stepBytes = gib / 8;
const inSteps = (bytes: number) => Math.floor(bytes / stepBytes) * stepBytes;
const share = fc.double({ min: 0.3, max: 1, noNaN: true });

/** What a computer of the laws is put together from. */
export interface Parts {
  device: (typeof rows)[number] | null;
  count: number;
  ramGiB: number;
  ramGBps: number;
  freeShare: number;
  freeRamShare: number;
}

export const parts = fc.record<Parts>({
  device: fc.option(fc.constantFrom(...rows)),
  count: fc.constantFrom(1, 1, 1, 2),
  ramGiB: fc.constantFrom(8, 16, 24, 32, 64, 128),
  ramGBps: fc.integer({ min: 20, max: 120 }),
  freeShare: share,
  freeRamShare: share,
});

export const useCase = fc.constantFrom<CheckRequest['useCase']>(null, 'chat', 'code', 'agent', 'vision', 'long');

/** A computer with a device of the table, or with none. */
export function build({ device, count, ramGiB, ramGBps, freeShare, freeRamShare }: Parts): Machine {
  const platform = device?.vendor === 'apple' ? 'darwin' : 'linux';
  const memoryBytes = Math.max(...(device?.memoryGiB ?? [0])) * gib;
  const spec = device && { count: device.kind === 'discrete' ? count : 1, device, memoryBytes };
  const accelerators = spec ? acceleratorsOfSpec([spec], platform, null) : [];
  const totalBytes = device?.kind === 'unified' ? memoryBytes : ramGiB * gib;
  return machine(
    accelerators.map((one) => withFree(one, (bytes) => inSteps(bytes * freeShare))),
    {
      os: { platform, arch: platform === 'darwin' ? 'arm64' : 'x64', name: null, version: null, environment: [] },
      memory: {
        totalBytes,
        availableBytes: inSteps(totalBytes * freeRamShare),
        limitBytes: null,
        limitedBy: 'none',
        bandwidthBytesPerSecond: ramGBps * 1e9,
      },
    },
  );
}

export function withFree(accelerator: Accelerator, change: (bytes: number) => number): Accelerator {
  const { totalBytes, freeBytes } = accelerator.memory;
  return { ...accelerator, memory: { totalBytes, freeBytes: freeBytes === null ? null : change(freeBytes) } };
}

/** The answer alone: what laws are about. */
export function answer(on: Machine, request: Partial<CheckRequest>): CheckResult {
  return checkMachine(on, { ...openRequest, ...request }, { version: '0', dataAgeDays: 0, brief: true });
}

/** Points of what is recommended; nothing is worth less than anything. */
export function pointsOf({ recommendation }: CheckResult): number {
  return recommendation?.value?.points ?? Number.NEGATIVE_INFINITY;
}

export function worth(on: Machine, use: CheckRequest['useCase']): number {
  return pointsOf(answer(on, { useCase: use }));
}
