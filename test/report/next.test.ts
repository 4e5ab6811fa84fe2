import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { chooseCandidate } from '../../src/advice/select.ts';
import type { Alternative, CheckRequest } from '../../src/advice/types.ts';
import { requestOf, withWorkload } from '../../src/cli/workload-options.ts';
import { nextSteps } from '../../src/report/human/next.ts';
import { renderers } from '../../src/report/index.ts';
import { ask, rtx4090 } from '../advice/case.ts';
import { gib, gpu, mac, machine } from '../advice/machines.ts';
import { createCandidate, createOptions, createResult, createValue, recommend } from './result.ts';

const pulls = (result = createResult()): string[] =>
  nextSteps(result).flatMap(({ command }) => (command?.includes(' pull ') ? [command] : []));

/** The candidate that `pull` takes when the line is typed on that machine. */
function pulled(line: string, on = rtx4090()) {
  const [model = '', ...flags] = line.replace('npx gemma-fit pull ', '').split(' ');
  const options = withWorkload(new Command()).parse(flags, { from: 'user' }).opts();
  return chooseCandidate(on, { ...requestOf(options), requirements: [] }, model, { version: '0', dataAgeDays: 0 });
}

/** 12b beside 26b. */
function named(change: Partial<Alternative>): Alternative {
  const { speed } = createCandidate();
  return {
    variant: '12b',
    build: '12b-it-qat',
    tag: 'gemma4:12b-it-qat',
    verdict: 'gpu',
    contextTokensTotal: 65_536,
    contextTokensPerSequence: 16_384,
    speed,
    timesAsFast: 1,
    qualityDifference: -4.4,
    ...change,
  };
}

/** 64K over four conversations, of a build that could have 96K over them. */
function shared(request: Partial<CheckRequest> = {}) {
  const workload = {
    ...createCandidate().workload,
    contextTokensTotal: 65_536,
    contextTokensPerSequence: 16_384,
    sequences: 4,
  };
  const best = createCandidate({ workload });
  const longer = createCandidate({ tag: 'gemma4:12b-it-qat', workload, ceilingTokens: 98_304 });
  const base = createResult();
  return createResult({
    request: { ...base.request, contextTokensTotal: null, sequences: 4, ...request },
    candidates: [best, longer],
    recommendation: recommend(best),
    alternatives: {
      bestQuality: null,
      faster: named({ timesAsFast: 2 }),
      longerContext: named({ contextTokensTotal: 98_304, contextTokensPerSequence: 24_576 }),
    },
  });
}

describe('the line that sets it up to run like this', () => {
  const wide = rtx4090();
  const small = machine([gpu({ freeBytes: 6 * gib })]);

  it.each([
    ['no context asked', wide, {}],
    ['no context asked of several conversations', wide, { sequences: 4 }],
    ['no context asked of a smaller GPU', small, {}],
    ['a context over several conversations', wide, { contextTokensTotal: 65_536, sequences: 4 }],
    ['a context that does not go into them evenly', wide, { contextTokensTotal: 65_536, sequences: 3 }],
    ['a context beyond some models', wide, { contextTokensTotal: 262_144 }],
    ['a quantized cache', wide, { contextTokensTotal: 131_072, kvType: 'q8_0' }],
    ['text alone', wide, { vision: false }],
    ['a micro-batch', wide, { microBatch: 256 }],
    ['an MLX build', mac(30 * gib, 36 * gib), { kvType: 'q8_0', sequences: 2, microBatch: 256 }],
  ] as const)(
    'the line that sets it up to run like this makes pull take what check worked out: %s',
    (_, on, request) => {
      const result = ask(on, request);
      const best = result.recommendation;
      const taken = pulled(pulls(result)[0] ?? '', on);
      const workload = best?.workload ?? createCandidate().workload;
      expect(taken.build).toBe(best?.build);
      expect(taken.workload).toEqual({
        ...workload,
        contextTokensTotal: workload.contextTokensPerSequence * workload.sequences,
      });
      expect(taken.verdict).toBe(best?.verdict);
    },
  );

  it('the line that sets it up to run like this leaves out what was not asked for', () => {
    expect(pulls()).toEqual(['npx gemma-fit pull 26b-a4b-it-qat --context 32k']);
  });

  it('the line that sets it up to run like this has every flag of the request', () => {
    const workload = { ...createCandidate().workload, kvType: 'q4_0', vision: false, microBatch: 256 } as const;
    const request = { ...createResult().request, vision: false, microBatch: 256 };
    const result = createResult({ request, recommendation: recommend(createCandidate({ workload })) });
    expect(pulls(result)[0]).toMatch(/ --context 32k --kv-cache q4_0 --text-only --micro-batch 256$/);
  });

  it('the line that sets it up to run like this does not forbid images of a build that has no image part', () => {
    const workload = { ...createCandidate().workload, vision: false };
    expect(pulls(createResult({ recommendation: recommend(createCandidate({ workload })) }))[0]).not.toContain(
      '--text-only',
    );
  });
});

describe('other answers', () => {
  it('other answers are set up for as many conversations, with the longest context that each can have', () => {
    expect(nextSteps(shared()).slice(1)).toEqual([
      {
        label: '2x faster, 4 points lower',
        command: 'npx gemma-fit pull 12b-it-qat --context 16k --parallel 4',
      },
      {
        label: 'Longer context (24K each)',
        command: 'npx gemma-fit pull 12b-it-qat --context 24k --parallel 4',
      },
    ]);
  });

  it('other answers say what their speed costs, and where there is no difference', () => {
    const best = createCandidate({ value: createValue(83, 40) });
    const coarse = createCandidate({
      build: '26b-a4b-it-q4_K_M',
      tag: 'gemma4:26b-a4b-it-q4_K_M',
      value: { ...createValue(82, 80), weightLoss: -2 },
    });
    const like = named({ variant: '26b', build: coarse.build, tag: coarse.tag, qualityDifference: 0 });
    const labels = (faster: Alternative | null, bestQuality: Alternative | null = null) =>
      nextSteps(
        createResult({
          candidates: [best, coarse],
          recommendation: recommend(best),
          alternatives: { bestQuality, faster, longerContext: null },
        }),
      ).map(({ label }) => label);
    expect(labels({ ...like, timesAsFast: 2 })).toContain('2x faster, coarser weights');
    expect(labels(null, { ...like, timesAsFast: 0.97 })).toContain('Best quality, as fast');
  });

  it('other answers with the longest context still lie wholly on the GPU, as asked for', () => {
    const result = ask(mac(30 * gib, 36 * gib), { sequences: 3, microBatch: 256, vision: false });
    const longest = result.alternatives.longerContext;
    const taken = pulled(pulls(result).at(-1) ?? '', result.machine);
    expect(taken).toMatchObject({ build: longest?.build, verdict: 'gpu' });
    const { contextTokensTotal } = longest ?? { contextTokensTotal: 0 };
    expect(taken.workload).toMatchObject({ sequences: 3, microBatch: 256, vision: false, contextTokensTotal });
  });

  it('other answers are the same lines in every format that has them', () => {
    const text = (['human', 'html', 'markdown'] as const).map((name) => renderers[name](shared(), createOptions()));
    for (const line of pulls(shared())) for (const one of text) expect(one).toContain(line);
  });
});
