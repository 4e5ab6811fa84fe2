import { describe, expect, it } from 'vitest';
import { githubOutputs, githubSummary } from '../../src/report/github.ts';
import { renderers } from '../../src/report/index.ts';
import { hostileNames } from './hostile.ts';
import {
  createCandidate,
  createOptions,
  createResult,
  createSplit,
  createUnknownResult,
  noRequirement,
  recommend,
} from './result.ts';

const render = renderers.github;

describe('annotations', () => {
  it('annotations are one, when nothing was required', () => {
    expect(render(createResult(), createOptions())).toMatch(
      /^::notice title=gemma-fit::Recommended: gemma4:26b-a4b-it-qat, fully on GPU.*\n$/,
    );
  });

  it('annotations are one for each requirement: notice, warning, error', () => {
    const requirements = (['met', 'unknown', 'failed'] as const).map((outcome) => ({
      requirement: { text: `26b@32k,${outcome}`, ...noRequirement },
      outcome,
      tag: null,
      contextTokensPerSequence: null,
      refusal: null,
      reasons: [],
    }));
    expect(render(createResult({ requirements }), createOptions()).split('\n').slice(0, 3)).toEqual([
      '::notice title=gemma-fit 26b@32k%2Cmet::Passed.',
      '::warning title=gemma-fit 26b@32k%2Cunknown::Unknown.',
      '::error title=gemma-fit 26b@32k%2Cfailed::Failed.',
    ]);
  });
});

describe('outputs', () => {
  it('outputs name the model to take and what else runs', () => {
    const small = createCandidate({ variant: 'e4b', tag: 'gemma4:e4b-it-qat' });
    const second = createCandidate({ tag: 'gemma4:26b' });
    expect(githubOutputs(createResult({ candidates: [createCandidate(), second, small, createSplit()] }))).toBe(
      'recommended=gemma4:26b-a4b-it-qat\nvariant=26b\nfits=true\ncontext=32768\nmax-context=180224\nmodels=["gemma4:e4b-it-qat","gemma4:26b-a4b-it-qat"]\n',
    );
  });

  it('outputs are empty words when nothing is known', () => {
    expect(githubOutputs(createUnknownResult())).toBe(
      'recommended=\nvariant=\nfits=unknown\ncontext=\nmax-context=\nmodels=[]\n',
    );
  });

  it.each(hostileNames)('outputs are six lines whatever the name: %j', (tag) => {
    const result = createResult({
      candidates: [createCandidate({ tag })],
      recommendation: recommend(createCandidate({ tag })),
    });
    expect(githubOutputs(result).split('\n')).toHaveLength(7);
  });
});

describe('summary', () => {
  it('summary is the Markdown report', () => {
    expect(githubSummary(createResult())).toBe(renderers.markdown(createResult(), createOptions()));
  });
});
