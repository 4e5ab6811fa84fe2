import { describe, expect, it } from 'vitest';
import { alternativesTo } from '../../src/advice/recommendation/recommend.ts';
import type { Candidate } from '../../src/advice/types.ts';
import { clamped, made, pace, parts } from './made.ts';

const open = { useCase: null, minimumTokensPerSecond: null };
const chosen = made('31b-it-qat');
const to = (...others: Candidate[]) => alternativesTo(chosen, [chosen, ...others], open);
const quick = made('e2b-it-qat', 'gpu', { speed: pace(60, 90) });
const far = (ceilingTokens: number | null, id = '12b-it-qat') => made(id, 'gpu', { ceilingTokens });

describe('the fastest other answer', () => {
  it('is told by the middle of its speed', () => {
    const wide = made('12b-it-qat', 'gpu', { speed: pace(10, 130) });
    expect(to(wide, quick).fastest).toBe('gemma4:e2b-it-qat');
    expect(to(quick, wide).fastest).toBe('gemma4:e2b-it-qat');
  });

  it('is none when it is the chosen one, and the chosen one where two are as fast', () => {
    expect(to(made('12b-it-qat', 'gpu', { speed: pace(30, 40) })).fastest).toBeNull();
    expect(to(made('12b-it-qat', 'gpu', { speed: pace(40, 50) })).fastest).toBeNull();
  });

  it('is never one that is not comfortable', () => {
    const speed = pace(100);
    expect(to(made('e2b-it-qat', 'split', { speed })).fastest).toBeNull();
    expect(to(made('e2b-it-qat', 'gpu', { speed, reasons: [clamped] })).fastest).toBeNull();
  });

  it('of unknown speeds is the one that reads least for a token: of 26b only what is active, 3.8 of 25.2 billion', () => {
    const dark = (id: string, deviceGiB: number) =>
      made(id, 'gpu', { speed: null, need: { device: parts(deviceGiB), host: parts(0) } });
    // 26b: 20 GiB x 3.8 / 25.2 = 3.02 GiB a token; 12b all of its 4 and 3 GiB.
    const expert = dark('26b-a4b-it-qat', 20);
    const fastest = (dense: Candidate) => alternativesTo(null, [dense, expert], open).fastest;
    expect(fastest(dark('12b-it-qat', 4))).toBe('gemma4:26b-a4b-it-qat');
    expect(fastest(dark('12b-it-qat', 3))).toBe('gemma4:12b-it-qat');
  });

  it('of known and unknown speeds is a known one', () => {
    const dark = made('26b-a4b-it-qat', 'gpu', { speed: null });
    expect(alternativesTo(null, [dark, quick], open).fastest).toBe('gemma4:e2b-it-qat');
  });
});

describe('the other answer with the longest context', () => {
  it('is the one whose ceiling is highest, when that is higher than the ceiling of the chosen one', () => {
    expect(to(far(65_537), far(131_072, 'e4b-it-qat')).longestContext).toBe('gemma4:e4b-it-qat');
    expect(to(far(65_537), far(null, 'e4b-it-qat')).longestContext).toBe('gemma4:12b-it-qat');
    expect(to(far(65_536)).longestContext).toBeNull();
    expect(to(far(null)).longestContext).toBeNull();
  });

  it('counts a chosen one without a ceiling as nothing', () => {
    const none = made('31b-it-qat', 'split', { ceilingTokens: null });
    expect(alternativesTo(none, [none, far(1)], open).longestContext).toBe('gemma4:12b-it-qat');
    expect(alternativesTo(none, [none, far(null)], open).longestContext).toBeNull();
  });

  it('is there though nothing is chosen', () => {
    expect(alternativesTo(null, [far(4096)], open)).toEqual({
      fastest: 'gemma4:12b-it-qat',
      longestContext: 'gemma4:12b-it-qat',
    });
    expect(alternativesTo(null, [], open)).toEqual({ fastest: null, longestContext: null });
  });
});
