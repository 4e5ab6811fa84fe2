import { describe, expect, it } from 'vitest';
import { exitOf } from '../../src/advice/exit.ts';
import { sumParts } from '../../src/advice/parts.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import { buildById } from '../../src/data/tables.ts';
import { shapeOfBuild } from '../../src/model/memory/build-shape.ts';
import { planFor } from '../../src/ollama/pull/plan.ts';
import { adviceSentences } from '../../src/report/sentences/advice.ts';
import { decideSchedule } from '../../src/server-rules/scheduler.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { ask, candidate, codes, finding, rtx4090 } from './case.ts';
import { gib, gpu, machine, mib, ram } from './machines.ts';

const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);
const needGB = (build: string, contextTokens: number) =>
  sumParts({
    ...candidate(card(200), build, { contextTokensTotal: contextTokens, microBatch: 512 }).need.device,
    projectorBytes: 0,
  }) / 1e9;

/** What people of other tools complain about most, one test each where the advice can be asked. */
describe('pains', () => {
  it('1: sliding layers are not charged the full context', () => {
    expect(needGB('12b-it-q4_K_M', 131_072)).toBeLessThan(10.5);
    expect(needGB('31b-it-q4_K_M', 131_072)).toBeCloseTo(31, 0);
  });

  it('2: 26B QAT does not need 86 GB', () => {
    expect(needGB('26b-a4b-it-qat', 262_144)).toBeLessThan(21);
  });

  it('3: the answer comes before the download, with an exit for scripts', () => {
    const result = ask(card(8), { requirements: [parseRequirement('31b@32k:gpu')] });
    expect(result.requirements[0]?.outcome).toBe('failed');
    expect(exitOf(result)).toBe('no-fit');
  });

  it('4: no estimate without its context, and never at the native 256K unasked', () => {
    const { candidates } = ask(card(12));
    const told = candidates
      .filter(({ verdict }) => verdict !== 'no')
      .map(({ workload }) => workload.contextTokensTotal);
    expect(Math.max(...told)).toBe(32_768);
  });

  it('5: the largest context is told for every build, and grows as the build shrinks', () => {
    const ceilings = ['31b-it-q8_0', '31b-it-q4_K_M', '31b-it-qat'].map(
      (id) => candidate(card(40), id).ceilingTokens ?? 0,
    );
    expect(ceilings).toEqual([...ceilings].sort((a, b) => a - b));
    expect(new Set(ceilings).size).toBe(3);
  });

  it("6: Ollama's default context is named, and what it would do", () => {
    const result = ask(rtx4090());
    expect(finding(result.recommendation?.because ?? [], 'plain-run')).toMatchObject({ contextTokens: 32_768 });
    expect(result.plainRun).toMatchObject({ contextTokens: 32_768, mode: 'full' });
    expect(ask(card(22)).plainRun).toMatchObject({ contextTokens: 4096, microBatch: 512 });
  });

  it('7: where the embeddings lie is shown: a copy on the device, the tables in RAM', () => {
    const { need } = candidate(card(16), 'e4b-it-q4_K_M', { contextTokensTotal: 4096 });
    expect(need.host.weightsBytes).toBeGreaterThan(5.5e9);
    expect(need.device.weightsBytes).toBeLessThan(3.2e9);
  });

  it('8: a mixture of experts takes its whole size in memory and a fraction of it in time', () => {
    const moe = candidate(rtx4090(), '26b-a4b-it-qat', { contextTokensTotal: 8192 });
    const dense = candidate(rtx4090(), '31b-it-qat', { contextTokensTotal: 8192 });
    expect(sumParts(moe.need.device)).toBeGreaterThan(0.7 * sumParts(dense.need.device));
    expect(moe.speed?.lowTokensPerSecond).toBeGreaterThan(2 * (dense.speed?.highTokensPerSecond ?? Infinity));
  });

  it('9: speed is a range with its basis', () => {
    const { speed } = candidate(rtx4090(), '31b-it-qat', { contextTokensTotal: 8192 });
    expect(speed?.highTokensPerSecond).toBeGreaterThan(speed?.lowTokensPerSecond ?? Infinity);
    expect(['formula', 'class', 'measured']).toContain(speed?.basis);
  });

  it('10: a card of unknown bandwidth gets a wide number that says it is assumed', () => {
    const on = machine([gpu({ freeBytes: 24 * gib, name: 'Some Card', bandwidthBytesPerSecond: null })]);
    expect(candidate(on, '12b-it-qat', { contextTokensTotal: 8192 })).toMatchObject({
      verdict: 'gpu',
      speed: { basis: 'assumed' },
    });
  });

  it('12: bytes count, not names: a 4090 that shows 8 GiB is an 8 GiB card', () => {
    expect(candidate(card(8), '31b-it-qat', { contextTokensTotal: 8192 }).verdict).toBe('split');
  });

  it('14: a device whose memory is not told is unknown, not absent', () => {
    const result = ask(machine([gpu({ freeBytes: null, totalBytes: null, name: 'NVIDIA GB10' })]));
    expect(result.recommendation).toBeNull();
    expect(exitOf(result)).toBe('unknown');
    expect(result.warnings).toContainEqual({ code: 'device-memory-unknown', device: 'NVIDIA GB10' });
  });

  it('15: an integrated GPU that claims all RAM does not get all of it', () => {
    const shared = gpu({ kind: 'integrated', backend: 'vulkan', vendor: 'amd', freeBytes: 60 * gib });
    const on = machine([shared], { memory: ram(20 * gib) });
    expect(candidate(on, '31b-it-q4_K_M', { contextTokensTotal: 8192 }).verdict).not.toBe('gpu');
  });

  it('17: memory that others hold is not counted on, and the one to close is named', () => {
    const holders = [{ name: 'blender', bytes: 6 * gib }];
    const on = machine([gpu({ totalBytes: 24 * gib, freeBytes: 18 * gib, holders })]);
    expect(candidate(on, '31b-it-qat', { contextTokensTotal: 16_384 }).verdict).toBe('split');
    const told = ask(on, { contextTokensTotal: 16_384, useCase: 'code' }).recommendation;
    expect(told?.variant).not.toBe('31b');
  });

  it('18: nothing is refused: what does not fit on the device is placed, with its cost', () => {
    const split = candidate(card(16), '26b-a4b-it-q4_K_M', { contextTokensTotal: 32_768 });
    expect(split.verdict).toBe('split');
    expect(split.speed).not.toBeNull();
    expect(finding(split.reasons, 'experts-on-cpu').layers).toBe(split.placement.overflowingLayers);
  });

  it('19: several cards are shown one by one, and two are not one big one', () => {
    const two = machine([gpu({ freeBytes: 10 * gib }), gpu({ id: 'nvidia:1', freeBytes: 10 * gib })]);
    const { placement, verdict } = candidate(two, '26b-a4b-it-q4_K_M', { contextTokensTotal: 32_768 });
    expect(placement.devices.map(({ accelerator }) => accelerator)).toEqual(['nvidia:0', 'nvidia:1']);
    expect(verdict).toBe('split');
    expect(candidate(card(22), '26b-a4b-it-q4_K_M', { contextTokensTotal: 32_768 }).verdict).toBe('gpu');
  });

  it('21: a large machine is not offered a small model', () => {
    expect(ask(card(80), { contextTokensTotal: 32_768 }).recommendation).toMatchObject({ variant: '31b' });
    expect(ask(card(24), { contextTokensTotal: 16_384 }).recommendation).toMatchObject({ variant: '31b' });
    expect(['12b', '26b']).toContain(ask(card(12), { contextTokensTotal: 16_384 }).recommendation?.variant);
  });

  it('22: the requirement, the table and the ceiling are one calculation', () => {
    const on = rtx4090();
    const { ceilingTokens } = candidate(on, '31b-it-qat', { contextTokensTotal: 4096 });
    const outcome = (tokens: number) => {
      const requirements = [parseRequirement(`gemma4:31b-it-qat@${tokens}:gpu`)];
      return ask(on, { requirements }).requirements[0]?.outcome;
    };
    expect(outcome(ceilingTokens ?? 0)).toBe('met');
    expect(outcome((ceilingTokens ?? 0) + 256)).toBe('failed');
  });

  it('24: the options of the tag that runs it so are told', () => {
    const chosen = planFor(candidate(rtx4090(), '31b-it-qat', { contextTokensTotal: 16_384 }));
    expect(chosen).toMatchObject({ contextTokensPerSequence: 16_384, microBatch: 512 });
    expect(chosen).not.toHaveProperty('gpuLayers');
    const split = candidate(card(16), '31b-it-qat', { contextTokensTotal: 16_384 });
    expect(planFor(split)).toMatchObject({ gpuLayers: split.placement.gpuLayers });
  });

  it('25: projector and drafter are counted', () => {
    const { need } = candidate(rtx4090(), '12b', { contextTokensTotal: 8192, ollamaVersion: '0.40.2' });
    expect(need.device).toMatchObject({ projectorBytes: 175_115_584 });
    expect(need.device.drafterBytes).toBeGreaterThan(470_000_000);
    expect(candidate(rtx4090(), '12b', { ollamaVersion: '0.32.0' }).need.device.drafterBytes).toBe(0);
  });

  it("Ollama's guess for e2b at 128K is nearly three times what it takes, and both are told", () => {
    const build = buildById('e2b-it-q4_K_M');
    if (build === null) throw new Error('no e2b');
    const decision = decideSchedule(toSchedulerTarget(card(24)), shapeOfBuild(build), 131_072);
    expect((decision?.predictedBytes ?? 0) / 1e9).toBeGreaterThan(2.9 * needGB('e2b-it-q4_K_M', 131_072));
    const { reasons } = candidate(card(24), 'e2b-it-q4_K_M', { contextTokensTotal: 131_072 });
    const told = adviceSentences['preflight-differs'](finding(reasons, 'preflight-differs'));
    expect(told).toContain('GiB');
  });

  it('what the advice says of a card with 100 MiB free is still an answer', () => {
    const { candidates } = ask(machine([gpu({ freeBytes: 100 * mib })]));
    expect(candidates.every(({ reasons }) => codes(reasons).length > 0)).toBe(true);
  });
});
