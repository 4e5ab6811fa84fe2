import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitOf } from '../../src/advice/exit.ts';
import type { CheckRequest, CheckResult } from '../../src/advice/types.ts';
import type { CpuFeature } from '../../src/data/ids.ts';
import type { Machine } from '../../src/machine/types.ts';
import { gib } from './machines.ts';
import { answer, build, cards, parts, pointsOf, useCase, withFree, worth } from './table-machines.ts';

/** GEMMA_FIT_LAW_RUNS=10000 for a long run. */
const settings = { numRuns: Number(process.env.GEMMA_FIT_LAW_RUNS ?? 60) };
/** Points: values are rounded to hundredths, and bands of a split are not monotone in their last digits. */
const tolerance = 0.05;
const timeout = 60_000 + settings.numRuns * 500;

/**
 * The one thing that no tag can undo: a card too small for a layer still holds the vision encoder and computes batches, so RAM has more left
 * than with the card unused. With more memory Ollama puts layers there, though they are slower than in RAM, and num_gpu 0 takes the rest off
 * the card as well (ollama llm/llama_server.go). What RAM alone is worth is kept all the same.
 */
function relievesRam(on: Machine, use: CheckRequest['useCase'], before: CheckResult): boolean {
  const { verdict, placement } = before.recommendation ?? {};
  if (verdict !== 'cpu' || placement?.devices.length === 0) return false;
  return pointsOf(before) > worth({ ...on, accelerators: [] }, use);
}

const moreMemory = (on: Machine): Machine => ({
  ...on,
  accelerators: on.accelerators.map((one) => {
    const more = withFree(one, (bytes) => bytes + 3 * gib);
    return { ...more, memory: { ...more.memory, totalBytes: (more.memory.totalBytes ?? 0) + 3 * gib } };
  }),
});

const better: [string, (on: Machine) => Machine][] = [
  ['more memory on every device', moreMemory],
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
  ['a processor with more cores', (on) => ({ ...on, cpu: { ...on.cpu, physicalCores: 16, threads: 32 } })],
  ['a processor with faster instructions', (on) => ({ ...on, cpu: { ...on.cpu, flags: faster } })],
];

const faster: CpuFeature[] = ['avx2', 'avx512f', 'avx512_vnni', 'avx_vnni'];

describe('laws of what is recommended, on machines with any device of the table', () => {
  it.each(better)(
    '%s never lowers what the recommendation is worth',
    (_what, improve) => {
      fc.assert(
        fc.property(parts, useCase, (made, use) => {
          const on = build(made);
          const before = answer(on, { useCase: use });
          fc.pre(!(improve === moreMemory && relievesRam(on, use, before)));
          expect(worth(improve(on), use)).toBeGreaterThanOrEqual(pointsOf(before) - tolerance);
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
    'a card in a computer that had none never lowers it',
    () => {
      fc.assert(
        fc.property(parts, fc.constantFrom(...cards), useCase, (made, device, use) => {
          const on = build({ ...made, device });
          expect(worth(on, use)).toBeGreaterThanOrEqual(worth({ ...on, accelerators: [] }, use) - tolerance);
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
