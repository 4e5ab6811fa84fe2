import { describe, expect, it } from 'vitest';
import { onePerVariant, stripRows } from '../../src/report/context-matrix.ts';
import type { Curve } from '../../src/report/options.ts';
import { createCandidate, createResult, createSplit, recommend } from './result.ts';

const cells = (candidate = createCandidate(), curves: Parameters<typeof stripRows>[1] = []): string =>
  stripRows([candidate], curves)[0]!.cells.join(' ');

describe('the context strip', () => {
  it('the context strip is on the GPU up to the ceiling; beyond it nothing is claimed', () => {
    expect(cells()).toBe('gpu gpu gpu gpu gpu gpu unknown');
  });

  it('the context strip knows the asked context from the verdict', () => {
    expect(cells(createSplit())).toBe('gpu gpu gpu split unknown unknown unknown');
  });

  it('the context strip knows that what does not fit does not fit with more', () => {
    expect(cells(createSplit({ verdict: 'no', ceilingTokens: null }))).toBe('unknown unknown unknown no no no no');
  });

  it('the context strip takes what a curve says, and stops where the model was not trained', () => {
    const curve: Curve = {
      variant: '26b',
      tag: 'gemma4:26b-a4b-it-qat',
      points: [{ contextTokens: 262144, needBytes: 1, verdict: 'split' }],
      trainedContextTokens: 262144,
    };
    expect(cells(createCandidate(), [curve])).toBe('gpu gpu gpu gpu gpu gpu split');
    expect(cells(createCandidate({ variant: 'e2b', ceilingTokens: 131072 }))).toMatch(/gpu beyond$/);
  });

  it('the context strip has one row a variant, smallest first, the recommended build where there is one', () => {
    const other = createCandidate({ tag: 'gemma4:26b-a4b-it-q8_0' });
    const small = createCandidate({ variant: 'e4b', tag: 'gemma4:e4b' });
    const result = createResult({
      candidates: [other, createCandidate(), small],
      recommendation: recommend(createCandidate()),
    });
    expect(onePerVariant(result).map(({ tag }) => tag)).toEqual(['gemma4:e4b', 'gemma4:26b-a4b-it-qat']);
  });
});
