import { describe, expect, it } from 'vitest';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { useCases } from '../../src/advice/types.ts';
import { profileOf } from '../../src/advice/use-case.ts';
import { variants } from '../../src/data/variants.ts';
import { FitError } from '../../src/errors.ts';
import { ask, codes, finding, rtx4090 } from './case.ts';
import { gib, gpu, machine, ram } from './machines.ts';

const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);

describe('the recommendation', () => {
  it('the recommendation prefers QAT to a plain Q4_K_M and says so', () => {
    const { recommendation } = ask(card(24));
    expect(recommendation).toMatchObject({ variant: '31b', quantization: 'QAT Q4_0' });
    expect(finding(recommendation?.because ?? [], 'build-choice')).toMatchObject({ why: 'qat' });
  });

  it('the recommendation takes the build that loses least only where its speed is worth more than the loss', () => {
    const fast = machine([gpu({ freeBytes: 80 * gib, name: 'Some Card', bandwidthBytesPerSecond: 3350e9 })]);
    expect(ask(fast).recommendation).toMatchObject({ variant: '31b', quantization: 'Q8_0' });
    expect(ask(card(80)).recommendation).toMatchObject({ variant: '31b', quantization: 'QAT Q4_0' });
  });

  it('the recommendation hears with a model that has ears: never 26b or 31b for audio', () => {
    const { recommendation } = ask(card(80), { useCase: 'audio' });
    const hears = variants.filter(({ input }) => input.includes('audio')).map(({ id }) => id);
    expect(hears).not.toContain('26b');
    expect(recommendation?.variant).toBe(hears.at(-1));
  });

  it('the recommendation plans the context that the use wants when none is asked', () => {
    for (const useCase of useCases) {
      const wanted = profileOf(useCase).contextTokens;
      const { recommendation } = ask(card(40), { useCase });
      expect(recommendation?.workload.contextTokensPerSequence, useCase).toBe(wanted);
    }
  });

  it('the recommendation warns when the asked context is too short for the use', () => {
    const { warnings } = ask(card(24), { useCase: 'agent', contextTokensTotal: 8192 });
    expect(finding(warnings, 'context-too-short')).toMatchObject({ contextTokens: 8192, minimumTokens: 65_536 });
  });

  it('the recommendation takes a faster model when a speed is insisted on', () => {
    expect(ask(rtx4090()).recommendation?.variant).toBe('31b');
    expect(ask(rtx4090(), { minimumTokensPerSecond: 80 }).recommendation?.variant).toBe('26b');
  });

  it('the recommendation is none where no model reaches the speed', () => {
    expect(ask(rtx4090(), { minimumTokensPerSecond: 1500 }).recommendation).toBeNull();
  });

  it('the recommendation prefers a model that was trained for the asked context', () => {
    expect(ask(card(20), { contextTokensTotal: 262_144 }).recommendation?.variant).toBe('26b');
  });

  it('the recommendation tells what would have been better and what it lacks', () => {
    const small = machine([gpu({ freeBytes: 16 * gib })], { memory: ram(4 * gib) });
    const { because = [] } = ask(small, { contextTokensTotal: 16_384 }).recommendation ?? {};
    expect(finding(because, 'larger-does-not-fit').tag).toMatch(/31b/);
  });

  it('the recommendation on a CPU alone is one that keeps a pace, and says that nothing fits on a GPU', () => {
    const { recommendation } = ask(machine([]), { contextTokensTotal: 8192 });
    expect(recommendation?.verdict).toBe('cpu');
    expect(finding(recommendation?.because ?? [], 'only-slower').why).toBe('nothing-fits');
  });

  it('the recommendation is none when RAM holds nothing', () => {
    expect(ask(machine([], { memory: ram(1 * gib) })).recommendation).toBeNull();
  });
});

describe('levers', () => {
  const because = (request: Partial<CheckRequest> = {}, holders = [{ name: 'blender', bytes: 4 * gib }]) =>
    ask(machine([gpu({ totalBytes: 24 * gib, freeBytes: 20 * gib, holders })]), {
      contextTokensTotal: 8192,
      ...request,
    }).recommendation?.because ?? [];
  const levers = (found = because()) => found.filter((reason) => reason.code === 'lever');

  it('levers are told with the ceiling that each would give, the largest first', () => {
    const found = levers();
    const ceilings = found.map((lever) => lever.ceilingTokens);
    expect(ceilings).toEqual([...ceilings].sort((a, b) => b - a));
    const { ceilingTokens } = finding(because(), 'ceiling');
    expect(Math.min(...ceilings)).toBeGreaterThan(ceilingTokens ?? Infinity);
  });

  it('levers name the process to close and the value to set', () => {
    expect(levers().find(({ lever }) => lever === 'close-process')?.detail).toBe('blender');
    expect(levers().find(({ lever }) => lever === 'fit-target')?.detail).toBe('1533');
  });

  it('levers never offer what does nothing: no text-only for a text-only plan, no q8_0 twice', () => {
    const names = levers(because({ vision: false, kvType: 'q8_0' })).map(({ lever }) => lever);
    expect(names).not.toContain('text-only');
    expect(names).not.toContain('kv-q8_0');
    expect(names).not.toContain('fit-target');
  });
});

describe('requirements', () => {
  const outcome = (text: string, on = card(24), request: Partial<CheckRequest> = {}) =>
    ask(on, { ...request, requirements: [parseRequirement(text)] }).requirements[0];

  it.each([
    ['26b@32k', 'met'],
    ['31b@256k:gpu', 'failed'],
    ['31b:bf16@4k', 'failed'],
    ['vision@16k', 'met'],
    ['audio@8k', 'met'],
    ['e2b@256k', 'failed'],
    ['31b@16k>=20tps', 'met'],
    ['31b@16k>=200tps', 'failed'],
  ])('%s on a 24 GiB card: %s', (text, expected) => expect(outcome(text)?.outcome).toBe(expected));

  it('a requirement is unknown where the speed has no better basis than what such cards have', () => {
    const on = machine([gpu({ freeBytes: 24 * gib, name: 'Some Card', bandwidthBytesPerSecond: null })]);
    expect(outcome('12b@8k>=60tps', on)).toMatchObject({ outcome: 'unknown' });
    expect(codes(outcome('12b@8k>=60tps', on)?.reasons ?? [])).toContain('speed-unknown');
  });

  it('a requirement holds wherever the model runs fast enough to read along, with :gpu only on devices', () => {
    expect(outcome('e2b@8k', machine([]))?.outcome).toBe('met');
    expect(outcome('26b@8k', card(16))?.outcome).toBe('met');
    expect(outcome('26b:q8_0@8k', card(16))?.outcome).toBe('met');
    expect(outcome('26b:q8_0@8k:gpu', card(16))?.outcome).toBe('failed');
    expect(outcome('e2b@8k:gpu', machine([]))?.outcome).toBe('failed');
  });

  it('a requirement names the tag that decided and the reason', () => {
    expect(outcome('31b@256k:gpu')?.tag).toMatch(/^gemma4:31b/);
    expect(codes(outcome('31b@256k:gpu')?.reasons ?? [])).toEqual(['spills']);
  });

  it('a context is one conversation: parallel requests multiply it', () => {
    const four = outcome('12b@32k:gpu', card(11), { sequences: 8 });
    expect(outcome('12b@32k:gpu', card(11))?.outcome).toBe('met');
    expect(four?.outcome).toBe('failed');
  });

  it('an older server fails what it cannot run, and says which it needs', () => {
    const result = outcome('12b:qat@8k', card(24), { ollamaVersion: '0.30.5' });
    expect(result).toMatchObject({
      outcome: 'failed',
      reasons: [{ code: 'server-too-old', minimumVersion: '0.30.6' }],
    });
  });
});

describe('a development build of the server', () => {
  it('a development build of the server is taken as the newest known, not as the oldest', () => {
    expect(ask(card(24), { contextTokensTotal: 8192, ollamaVersion: '0.0.0' }).recommendation?.variant).toBe('31b');
    expect(ask(card(24), { contextTokensTotal: 8192, ollamaVersion: '0.20.5' }).recommendation?.quantization).toBe(
      'Q4_K_M',
    );
  });
});

describe('a request that cannot be meant', () => {
  it.each([
    { contextTokensTotal: 0 },
    { contextTokensTotal: 1.5 },
    { sequences: 0 },
    { sequences: 8, contextTokensTotal: 4 },
    { microBatch: -1 },
    { minimumTokensPerSecond: 0 },
    { ollamaVersion: 'banana' },
    { kvType: 'q5_1' as never },
    { useCase: 'poetry' as never },
  ])('%j is refused', (request) => {
    expect(() => ask(card(24), request)).toThrow(FitError);
  });
});

describe('what happens if it is just run', () => {
  it.each([
    ['a small card', card(12), { contextTokens: 4096, microBatch: 512 }],
    ['a 4090', rtx4090(), { contextTokens: 32_768, mode: 'full' }],
    ['a processor', machine([]), { contextTokens: 4096, microBatch: 512, mode: 'cpu' }],
  ])('what happens if it is just run is told beside the answer: %s', (_, on, expected) => {
    const { plainRun, recommendation } = ask(on);
    expect(plainRun).toMatchObject(expected);
    expect(finding(recommendation?.because ?? [], 'plain-run')).toMatchObject(expected);
  });

  it('what happens if it is just run is a spill where the default context is more than fits, though a shorter one would not spill', () => {
    const busy = { totalBytes: 24 * gib, freeBytes: 19 * gib };
    const two = machine([gpu(busy), gpu({ ...busy, id: 'nvidia:1' })]);
    const { plainRun, warnings } = ask(two, { contextTokensTotal: 32_768 });
    expect(plainRun).toMatchObject({ contextTokens: 262_144, mode: 'split' });
    expect(codes(ask(two).warnings)).toContain('known-problem');
    expect(codes(warnings)).not.toContain('known-problem');
  });
});
