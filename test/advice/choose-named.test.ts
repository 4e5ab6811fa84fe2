import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { sumParts } from '../../src/advice/parts.ts';
import { candidateNamed, chooseCandidate } from '../../src/advice/select.ts';
import { variantIds } from '../../src/data/ids.ts';
import type { Machine } from '../../src/machine/types.ts';
import { refusalOf } from '../refusal.ts';
import { candidate, rtx4090 } from './case.ts';
import { gib, gpu, machine, mib, ram } from './machines.ts';

const context = { version: '0', dataAgeDays: 0 };
const choose = (on: Machine, model: string | null = null, more = {}) =>
  chooseCandidate(on, { ...openRequest, ...more }, model, context);
const named = (on: Machine, model: string, more = {}) => candidateNamed(on, { ...openRequest, ...more }, model);

describe('a named model', () => {
  it.each([
    ['12b', '12b-it-q8_0'],
    [' 12B ', '12b-it-q8_0'],
    ['gemma4:12b', '12b'],
    [' gemma4:12b-it-qat ', '12b-it-qat'],
    ['12b:q4_k_m', '12b'],
    ['12b:hf.co/bartowski/google_gemma-4-12b-it-gguf:q6_k', '12b-gguf-Q6_K'],
    ['hf.co/bartowski/google_gemma-4-12B-it-GGUF:Q6_K', '12b-gguf-Q6_K'],
  ])('%j is that build, or the best of those that it may mean: %s', (name, build) => {
    expect(named(rtx4090(), name, { contextTokensTotal: 8192 }).build).toBe(build);
    expect(choose(rtx4090(), name, { contextTokensTotal: 8192 }).build).toBe(build);
  });

  it('a named model has the recommended context where none is asked, and its ceiling', () => {
    const { workload, ceilingTokens } = named(rtx4090(), '12b-it-qat');
    expect(workload.contextTokensTotal).toBe(32_768);
    expect(ceilingTokens).toBe(262_144);
  });

  it('a named model has the context that is asked', () => {
    expect(named(rtx4090(), '12b-it-qat', { contextTokensTotal: 65_536 }).workload.contextTokensTotal).toBe(65_536);
  });

  it.each(['7b', '26b:', '26b:q1_z', 'llama3:8b'])(
    '%s is refused where the tables lack it, with what there is',
    (name) => {
      for (const act of [() => named(rtx4090(), name), () => choose(rtx4090(), name)]) {
        const { code, message, hint } = refusalOf(act);
        expect(code).toBe('unknown-variant');
        expect(message).toBe(`There is no Gemma 4 model "${name}".`);
        expect(hint).toBe(`Choose one of ${variantIds.join(', ')}, or a tag from gemma-fit list.`);
      }
    },
  );
});

describe('the context', () => {
  it('the context is what check shows where nothing was asked: enough for the use, not all that fits', () => {
    const { workload, verdict } = choose(rtx4090(), '12b-it-qat');
    expect({ tokens: workload.contextTokensTotal, verdict }).toEqual({ tokens: 32_768, verdict: 'gpu' });
    expect(choose(rtx4090(), '12b-it-qat', { useCase: 'agent' }).workload.contextTokensTotal).toBe(65_536);
  });

  it('the context is all that keeps the placement for max', () => {
    const max = { contextTokensTotal: 'max' } as const;
    expect(choose(rtx4090(), '12b-it-qat', max)).toMatchObject({ workload: { contextTokensTotal: 262_144 } });
    const { ceilingTokens } = candidate(rtx4090(), '31b-it-qat');
    expect(ceilingTokens).toBeLessThan(65_536);
    const chosen = choose(rtx4090(), '31b-it-qat', max);
    expect(chosen).toMatchObject({ verdict: 'gpu', workload: { contextTokensTotal: ceilingTokens } });
  });

  it('the context is a step less than wanted where that keeps the model on the device', () => {
    const memory = { ...machine().memory, bandwidthBytesPerSecond: 5e9 };
    const busy = machine([gpu({ totalBytes: 24 * gib, freeBytes: 21.5 * gib })], { memory });
    const { ceilingTokens } = candidate(busy, '31b-it-qat');
    expect(ceilingTokens).toBeLessThan(32_768);
    const chosen = choose(busy, 'gemma4:31b-it-qat');
    expect(chosen).toMatchObject({ verdict: 'gpu', workload: { contextTokensTotal: 16_384 } });
  });

  it('the context is less where RAM would not hold what stays there', () => {
    const free = { freeBytes: 16 * gib };
    const inRam = sumParts(candidate(machine([gpu(free)]), '12b-it-qat', { contextTokensTotal: 4096 }).placement.host);
    const tight = machine([gpu(free)], { memory: ram(inRam) });
    expect(choose(tight, '12b-it-qat')).toMatchObject({ verdict: 'gpu', workload: { contextTokensTotal: 4096 } });
    const enough = machine([gpu(free)], { memory: ram(inRam + 512 * mib) });
    expect(choose(enough, '12b-it-qat')).toMatchObject({ verdict: 'gpu', workload: { contextTokensTotal: 32_768 } });
  });
});

describe('nothing to recommend', () => {
  it('nothing to recommend is told as too small, with a way to see what is missing', () => {
    const { code, message, hint } = refusalOf(() => choose(machine([], { memory: ram(gib) })));
    expect(code).toBe('no-fit');
    expect(message).toBe('No Gemma 4 model fits this machine as asked.');
    expect(hint).toBe('gemma-fit check shows what is missing; a shorter --context may do.');
  });

  it.each([
    ['where nothing could be measured', {}],
    ['where some builds are ruled out and the others could not be measured', { ollamaVersion: '0.30.5' }],
  ])('nothing to recommend is told as unknown %s, with a way round', (_, request) => {
    const dark = machine([gpu({ freeBytes: null, totalBytes: null })], { memory: ram(null) });
    const { code, message, hint } = refusalOf(() => choose(dark, null, request));
    expect(code).toBe('cannot-tell');
    expect(message).toBe('Which model fits is unknown: not enough could be measured.');
    expect(hint).toBe('Name one: gemma-fit pull e4b');
  });
});
