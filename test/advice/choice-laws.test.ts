import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, openRequest } from '../../src/advice/check.ts';
import { exitOf } from '../../src/advice/exit.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { deviceSpecs } from '../../src/data/devices.ts';
import { acceleratorsOfSpec } from '../../src/machine/hypothetical/accelerators.ts';
import type { Accelerator, Machine } from '../../src/machine/types.ts';
import { gib, machine } from './machines.ts';

/** GEMMA_FIT_LAW_RUNS=10000 for a long run. */
const settings = { numRuns: Number(process.env.GEMMA_FIT_LAW_RUNS ?? 60) };
/** Points: values are rounded to hundredths, and bands of a split are not monotone in their last digits. */
const tolerance = 0.05;
const timeout = 60_000 + settings.numRuns * 500;

const rows = deviceSpecs.filter(({ memoryGiB }) => memoryGiB.length > 0);
const cards = rows.filter(({ kind, vendor }) => kind === 'discrete' && vendor !== 'apple');
const share = fc.double({ min: 0.3, max: 1, noNaN: true });
const useCase = fc.constantFrom<CheckRequest['useCase']>(null, 'chat', 'code', 'agent', 'vision', 'long');

interface Parts {
  device: (typeof rows)[number] | null;
  count: number;
  ramGiB: number;
  ramGBps: number;
  freeShare: number;
  freeRamShare: number;
}

const parts = fc.record<Parts>({
  device: fc.option(fc.constantFrom(...rows)),
  count: fc.constantFrom(1, 1, 1, 2),
  ramGiB: fc.constantFrom(8, 16, 24, 32, 64, 128),
  ramGBps: fc.integer({ min: 20, max: 120 }),
  freeShare: share,
  freeRamShare: share,
});

/** A computer with a device of the table, or with none. */
function build({ device, count, ramGiB, ramGBps, freeShare, freeRamShare }: Parts): Machine {
  const platform = device?.vendor === 'apple' ? 'darwin' : 'linux';
  const memoryBytes = Math.max(...(device?.memoryGiB ?? [0])) * gib;
  const spec = device && { count: device.kind === 'discrete' ? count : 1, device, memoryBytes };
  const accelerators = spec ? acceleratorsOfSpec([spec], platform, null) : [];
  const totalBytes = device?.kind === 'unified' ? memoryBytes : ramGiB * gib;
  return machine(
    accelerators.map((one) => freed(one, (bytes) => Math.floor(bytes * freeShare))),
    {
      os: { platform, arch: platform === 'darwin' ? 'arm64' : 'x64', name: null, version: null, environment: [] },
      memory: {
        totalBytes,
        availableBytes: Math.floor(totalBytes * freeRamShare),
        limitBytes: null,
        limitedBy: 'none',
        bandwidthBytesPerSecond: ramGBps * 1e9,
      },
    },
  );
}

function freed(accelerator: Accelerator, change: (bytes: number) => number): Accelerator {
  const { totalBytes, freeBytes } = accelerator.memory;
  return { ...accelerator, memory: { totalBytes, freeBytes: freeBytes === null ? null : change(freeBytes) } };
}

const answer = (on: Machine, request: Partial<CheckRequest>) =>
  check(on, { ...openRequest, ...request }, { version: '0', dataAgeDays: 0, brief: true });

const worth = (on: Machine, use: CheckRequest['useCase']) =>
  answer(on, { useCase: use }).recommendation?.value?.points ?? Number.NEGATIVE_INFINITY;

/** A device about as slow as the RAM: what Ollama moves onto it gets slower, and that is told as it is. */
function isSlow({ accelerators, memory }: Machine): boolean {
  const ramBandwidth = memory.bandwidthBytesPerSecond ?? 0;
  return accelerators.some((one) => (one.bandwidthBytesPerSecond ?? 0) < 2 * ramBandwidth);
}

const better: [string, (on: Machine) => Machine][] = [
  [
    'more memory on every device',
    (on) => ({
      ...on,
      accelerators: on.accelerators.map((one) => {
        const more = freed(one, (bytes) => bytes + 3 * gib);
        return { ...more, memory: { ...more.memory, totalBytes: (more.memory.totalBytes ?? 0) + 3 * gib } };
      }),
    }),
  ],
  [
    'more bandwidth of every device',
    (on) => ({
      ...on,
      accelerators: on.accelerators.map((one) => ({
        ...one,
        bandwidthBytesPerSecond: one.bandwidthBytesPerSecond && one.bandwidthBytesPerSecond * 1.6,
      })),
    }),
  ],
  [
    'more RAM',
    (on) => ({
      ...on,
      memory: {
        ...on.memory,
        totalBytes: (on.memory.totalBytes ?? 0) + 16 * gib,
        availableBytes: (on.memory.availableBytes ?? 0) + 16 * gib,
      },
    }),
  ],
  [
    'faster RAM',
    (on) => ({
      ...on,
      memory: { ...on.memory, bandwidthBytesPerSecond: (on.memory.bandwidthBytesPerSecond ?? 0) * 1.5 },
    }),
  ],
];

describe('laws of what is recommended, on machines with any device of the table', () => {
  it.each(better)(
    '%s never lowers what the recommendation is worth',
    (_what, improve) => {
      fc.assert(
        fc.property(parts, useCase, (made, use) => {
          const on = build(made);
          fc.pre(!isSlow(on));
          expect(worth(improve(on), use)).toBeGreaterThanOrEqual(worth(on, use) - tolerance);
        }),
        settings,
      );
    },
    timeout,
  );

  it(
    'a second card like the first never lowers it',
    () => {
      fc.assert(
        fc.property(parts, fc.constantFrom(...cards), useCase, (made, device, use) => {
          const [one, two] = [1, 2].map((count) => worth(build({ ...made, device, count }), use));
          expect(two).toBeGreaterThanOrEqual((one ?? 0) - tolerance);
        }),
        settings,
      );
    },
    timeout,
  );

  it(
    'nothing is recommended without a speed, nor what an unknown would have to be guessed for',
    () => {
      fc.assert(
        fc.property(parts, useCase, (made, use) => {
          const { recommendation } = answer(build(made), { useCase: use });
          if (recommendation === null) return;
          expect(recommendation.value).not.toBeNull();
          expect(recommendation.speed).not.toBeNull();
          expect(recommendation.refusal).toBeNull();
          expect(['gpu', 'split', 'cpu']).toContain(recommendation.verdict);
        }),
        settings,
      );
    },
    timeout,
  );

  it(
    'none that answers is better in quality, speed and context at once, of the same loss',
    () => {
      fc.assert(
        fc.property(parts, useCase, (made, use) => {
          const { recommendation: best, candidates } = answer(build(made), { useCase: use });
          if (best?.value == null) return;
          const { value, workload } = best;
          const ahead = candidates.filter(
            (one) =>
              one.value !== null &&
              one.refusal === null &&
              one.value.quality + one.value.weightLoss + one.value.cacheLoss >
                value.quality + value.weightLoss + value.cacheLoss &&
              one.value.tokensPerSecond >= value.tokensPerSecond &&
              one.workload.contextTokensPerSequence >= workload.contextTokensPerSequence &&
              one.verdict === best.verdict,
          );
          expect(ahead.map(({ tag }) => tag)).toEqual([]);
        }),
        settings,
      );
    },
    timeout,
  );

  it(
    'a speed that no computer reaches is never a yes',
    () => {
      fc.assert(
        fc.property(parts, useCase, (made, use) => {
          expect(exitOf(answer(build(made), { useCase: use, minimumTokensPerSecond: 5000 }))).not.toBe('ok');
        }),
        settings,
      );
    },
    timeout,
  );
});
