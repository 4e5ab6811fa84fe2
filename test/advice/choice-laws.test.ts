import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateAt } from '../../src/advice/candidate-at.ts';
import { openRequest } from '../../src/advice/check.ts';
import { exitOf } from '../../src/advice/exit.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import { runOutcome } from '../../src/advice/run-outcome.ts';
import { targetOf } from '../../src/advice/server.ts';
import type { Candidate, CheckRequest, CheckResult, Value } from '../../src/advice/types.ts';
import { adviceTable } from '../../src/data/advice.ts';
import type { CpuFeature } from '../../src/data/ids.ts';
import { buildByTag } from '../../src/data/tables.ts';
import type { Machine } from '../../src/machine/types.ts';
import { gib } from './machines.ts';
import { answer, build, cards, parts, pointsOf, useCase, withFree, worth } from './table-machines.ts';

/** GEMMA_FIT_LAW_RUNS=10000 for a long run. */
const settings = { numRuns: Number(process.env.GEMMA_FIT_LAW_RUNS ?? 25) };
/** Points: values are rounded to hundredths, and bands of a split are not monotone in their last digits. */
const tolerance = 0.05;
const timeout = 60_000 + settings.numRuns * 1000;

/** Models and uses, anywhere and on the GPU, with and without a speed or a context. */
const requirement = fc
  .constantFrom(
    ...['26b@32k', '12b@32k:gpu', '31b@16k>=10tps', 'e4b@8k:gpu', 'e2b@128k', 'vision@16k', 'chat@32k', 'code@16k:gpu'],
    ...['agent@64k>=20tps', '26b@4k', '26b@32k>=20tps', '31b:qat@8k:gpu'],
    ...['26b', '12b:gpu', '31b>=10tps', 'e4b:gpu', 'chat', 'agent>=20tps', 'code:gpu', 'vision', 'e2b:q8_0:gpu>=30tps'],
  )
  .map(parseRequirement);

/**
 * The one thing that no tag can undo: a card too small for the model still holds the vision encoder and computes batches, so RAM has more left
 * than with the card unused. With more memory Ollama puts more layers there, though they are slower than in RAM, and a number of layers that a
 * tag fixes takes the rest off the card as well (ollama llm/llama_server.go). What RAM alone is worth is kept all the same.
 */
function relievesRam(on: Machine, use: CheckRequest['useCase'], before: CheckResult): boolean {
  const { verdict, placement } = before.recommendation ?? {};
  const holdsEncoder = placement?.devices.some(({ projectorBytes }) => projectorBytes > 0) ?? false;
  const relieved = (verdict === 'cpu' && placement?.devices.length !== 0) || (verdict === 'split' && holdsEncoder);
  if (!relieved) return false;
  return pointsOf(before) > worth({ ...on, accelerators: [] }, use);
}

/**
 * The same of a requirement that Ollama's own split met, with the vision encoder on the card: with more memory it puts more layers there, which
 * are less certain to be fast than RAM is, and a tag that fixes fewer takes the encoder off the card into RAM that cannot hold it.
 */
function metWithEncoderOnCard(on: Machine, { requirements: [met] }: CheckResult): boolean {
  const build = met?.tag == null ? null : buildByTag(met.tag);
  if (met === undefined || build === null) return false;
  const { useCase: use } = met.requirement;
  const seeing = use === 'vision' || use === 'audio';
  const request = {
    ...openRequest,
    useCase: use,
    vision: seeing || null,
    contextTokensTotal: met.contextTokensPerSequence,
  };
  const suits = (run: Parameters<typeof runOutcome>[0]) => runOutcome(run, met.requirement) === 'met';
  const { verdict, placement } = candidateAt(targetOf(on, request), build, request, undefined, suits);
  return verdict === 'split' && placement.devices.some(({ projectorBytes }) => projectorBytes > 0);
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

/** What is worse with the second of two computers: the recommendation, or a requirement that the first one met. */
function worseWith(more: CheckResult, less: CheckResult): string[] {
  const [required, before] = [more, less].map(({ requirements }) => requirements[0]);
  const lower = pointsOf(more) < pointsOf(less) - tolerance;
  const unmet = before?.outcome === 'met' && required?.outcome !== 'met';
  return [
    ...(lower ? [`worth ${pointsOf(more)} instead of ${pointsOf(less)}`] : []),
    ...(unmet ? [`${before.requirement.text} is ${required?.outcome}`] : []),
  ];
}

describe('laws of what is recommended, on machines with any device of the table', () => {
  it(
    'better hardware never lowers what the recommendation is worth, and never turns a met requirement into an unmet one',
    () => {
      fc.assert(
        fc.property(parts, useCase, requirement, (made, use, required) => {
          const on = build(made);
          const ask = (one: Machine) => answer(one, { useCase: use, requirements: [required] });
          const before = ask(on);
          const worse = better.flatMap(([what, improve]) => {
            const found = worseWith(ask(improve(on)), before);
            const forgiven =
              found.length > 0 &&
              improve === moreMemory &&
              (relievesRam(on, use, before) || metWithEncoderOnCard(on, before));
            return forgiven ? [] : found.map((one) => `${what}: ${one}`);
          });
          expect(worse).toEqual([]);
        }),
        settings,
      );
    },
    timeout,
  );

  it(
    'a card in a computer that had none, or a second one like it, never lowers that worth, and never turns a met requirement into an unmet one',
    () => {
      fc.assert(
        fc.property(parts, fc.constantFrom(...cards), useCase, requirement, (made, device, use, required) => {
          const ask = (one: Machine) => answer(one, { useCase: use, requirements: [required] });
          const [one, two] = [1, 2].map((count) => build({ ...made, device, count })) as [Machine, Machine];
          const withOne = ask(one);
          expect(worseWith(withOne, ask({ ...one, accelerators: [] }))).toEqual([]);
          expect(worseWith(ask(two), withOne)).toEqual([]);
        }),
        settings,
      );
    },
    timeout,
  );

  it(
    'what is recommended has a speed, runs, and is no worse than another in quality, speed, context and RAM left at once',
    () => {
      fc.assert(
        fc.property(parts, useCase, (made, use) => {
          const { recommendation: best, candidates } = answer(build(made), { useCase: use });
          if (best === null) return;
          expect(best.value).not.toBeNull();
          expect(best.speed).not.toBeNull();
          expect(best.refusal).toBeNull();
          expect(['gpu', 'split', 'cpu']).toContain(best.verdict);
          expect(candidates.filter((one) => dominates(one, best)).map(({ tag }) => tag)).toEqual([]);
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

/** At least as good in quality (less what quantization costs), speed, context and RAM left, and better in one, wherever it runs. */
function dominates(one: Candidate, best: Candidate): boolean {
  if (one.value === null || best.value === null || one.refusal !== null) return false;
  const [own, others] = [axesOf(one.value, one.workload), axesOf(best.value, best.workload)];
  const gained = own.map((axis, index) => axis - (others[index] ?? 0));
  return gained.every((points) => points >= 0) && gained.some((points) => points > 0);
}

/** Full RAM counts; that the CPU takes part does not make a run worse than another. */
function axesOf(value: Value, { contextTokensPerSequence }: Candidate['workload']): number[] {
  const fullRam = Math.min(0, value.fragility + adviceTable.fragility.cpuTakesPart);
  return [value.quality + value.weightLoss + value.cacheLoss, value.tokensPerSecond, contextTokensPerSequence, fullRam];
}
