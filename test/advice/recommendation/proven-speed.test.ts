import { describe, expect, it } from 'vitest';
import { type ProvenSpeed, withProofs } from '../../../src/advice/recommendation/proven-speed.ts';
import { ask, rtx4090 } from '../case.ts';

const result = ask(rtx4090(), { contextTokensTotal: 8192 });
const tag = result.recommendation?.tag ?? '';
const proof = (change: Partial<ProvenSpeed>): ProvenSpeed => ({
  tag,
  base: null,
  contextTokens: 8192,
  tokensPerSecond: 100,
  passed: true,
  ...change,
});
const measured = { lowTokensPerSecond: 95, expectedTokensPerSecond: 100, highTokensPerSecond: 105, basis: 'proof' };

describe('a proven speed', () => {
  it.each([
    ['of the same tag', {}],
    ['of a tag that was made from it', { tag: 'gemma4-fit:x', base: tag }],
  ])('%s takes the place of the predicted one, in the table and in the recommendation', (_what, change) => {
    const { candidates, recommendation } = withProofs(result, [proof(change)]);
    expect(recommendation?.speed).toEqual(measured);
    expect(candidates.find((one) => one.tag === tag)?.speed).toEqual(measured);
    expect(candidates.filter(({ speed }) => speed?.basis === 'proof').every((one) => one.tag === tag)).toBe(true);
  });

  it.each([
    ['that did not pass', { passed: false }],
    ['of another tag', { tag: 'gemma4:other', base: 'gemma4:another' }],
  ])('%s changes nothing', (_what, change) => {
    expect(withProofs(result, [proof(change)])).toEqual(result);
  });

  it('the first that fits counts; without a recommendation there is none', () => {
    const two = withProofs(result, [proof({ tag: 'x' }), proof({}), proof({ tokensPerSecond: 7 })]);
    expect(two.recommendation?.speed).toEqual(measured);
    expect(withProofs({ ...result, recommendation: null }, [proof({})]).recommendation).toBeNull();
  });

  it('a proven speed of a shorter context says nothing about a split, and all about what lies wholly on the device', () => {
    const split = ask(rtx4090(), { contextTokensTotal: 131_072 });
    const dense = split.candidates.find((one) => one.placement.mode === 'split')?.tag ?? '';
    const whole = split.candidates.find((one) => one.placement.mode === 'full')?.tag ?? '';
    const { candidates } = withProofs(split, [proof({ tag: dense }), proof({ tag: whole })]);
    expect(candidates.find((one) => one.tag === dense)?.speed?.basis).not.toBe('proof');
    expect(candidates.find((one) => one.tag === whole)?.speed?.basis).toBe('proof');
  });
});
