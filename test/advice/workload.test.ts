import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { requireSensible } from '../../src/advice/request.ts';
import type { CheckRequest, UseCase } from '../../src/advice/types.ts';
import { profileOf, qualityPoints } from '../../src/advice/use-case.ts';
import { workloadFor } from '../../src/advice/workload.ts';
import type { VariantId } from '../../src/model/types.ts';

const asked = (request: Partial<CheckRequest>) => ({ ...openRequest, ...request });

describe('the context to work with', () => {
  it.each<[string, VariantId, Partial<CheckRequest>, number]>([
    ['no more than the model was trained for', 'e2b', { contextTokensTotal: 200_000 }, 131_072],
    ['2048 at least for each sequence that sees', '12b', { contextTokensTotal: 3000, sequences: 2 }, 4096],
    ['4 at least for each sequence that does not', '12b', { contextTokensTotal: 5, sequences: 2, vision: false }, 8],
    ['what was asked where no sequence is short', '12b', { contextTokensTotal: 4097, sequences: 2 }, 4097],
    ['that for each sequence', 'e2b', { contextTokensTotal: 300_000, sequences: 2 }, 262_144],
    ['more for a model that was trained for more', '12b', { contextTokensTotal: 200_000 }, 200_000],
    ['2048 at least for a build that sees', '12b', { contextTokensTotal: 100 }, 2048],
    ['2048 at least where seeing is asked for', '12b', { contextTokensTotal: 100, vision: true }, 2048],
    ['2048 at least for each sequence that sees', '12b', { contextTokensTotal: 4096, sequences: 8 }, 16_384],
    ['what does not divide evenly, as it is', '12b', { contextTokensTotal: 100_000, sequences: 11 }, 100_000],
    ['as little as asked where nothing is seen', '12b', { contextTokensTotal: 100, vision: false }, 100],
  ])(
    'the context to work with is %s, and what was asked stays known',
    (_rule, variant, request, contextTokensTotal) => {
      const { contextTokensTotal: tokens } = request;
      expect(workloadFor(asked(request), variant, typeof tokens === 'number' ? tokens : 0)).toEqual({
        contextTokensTotal,
        askedTokensTotal: request.contextTokensTotal,
        kvType: 'f16',
        sequences: request.sequences ?? 1,
        microBatch: null,
        vision: request.vision ?? null,
      });
    },
  );
});

describe('a use', () => {
  it.each<[UseCase | null, string | null, number, number, string[]]>([
    [null, null, 32_768, 25, ['mmluPro', 'gpqaDiamond']],
    ['chat', null, 32_768, 25, ['mmluPro', 'gpqaDiamond']],
    ['code', null, 32_768, 30, ['liveCodeBenchV6']],
    ['agent', null, 65_536, 40, ['tau2', 'liveCodeBenchV6']],
    ['vision', 'image', 16_384, 20, ['mmmuPro']],
    ['audio', 'audio', 16_384, 25, ['mmluPro', 'gpqaDiamond']],
    ['long', null, 131_072, 20, ['mrcrV2At128k', 'mmluPro']],
  ])('%s wants %s, %s tokens, %s a second and %s', (use, modality, contextTokens, tokensPerSecond, benchmarks) => {
    expect(profileOf(use)).toMatchObject({ modality, contextTokens, tokensPerSecond, benchmarks });
  });

  it('a use scores a model by the mean of its benchmarks on the card', () => {
    expect(qualityPoints('31b', 'long')).toBeCloseTo((66.4 + 85.2) / 2, 9);
    expect(qualityPoints('e2b', null)).toBeCloseTo((60 + 43.4) / 2, 9);
  });
});

describe('a request', () => {
  it.each<[string, Partial<CheckRequest>]>([
    ['leaves everything open', {}],
    ['names a use and a pace', { useCase: 'long', minimumTokensPerSecond: 0.1 }],
    ['has as many sequences as tokens', { contextTokensTotal: 8, sequences: 8 }],
    ['has as many sequences as llama.cpp serves, with the context open', { sequences: 256 }],
    ['fixes a micro-batch', { microBatch: 1 }],
    ['asks for a release', { ollamaVersion: '0.40.2' }],
    ['asks for a release of two parts', { ollamaVersion: 'v0.40' }],
    ['asks for a release of many digits', { ollamaVersion: '10.400.123' }],
    ['asks for a pre-release', { ollamaVersion: 'v0.40.0-rc1.2' }],
  ])('a request may be meant when it %s', (_what, request) => {
    expect(() => requireSensible(asked(request))).not.toThrow();
  });

  it.each<[Partial<CheckRequest>, string, string]>([
    [{ contextTokensTotal: 0 }, 'bad-number', 'contextTokens must be a whole number of at least 1, not 0.'],
    [{ sequences: 1.5 }, 'bad-number', 'sequences must be a whole number of at least 1, not 1.5.'],
    [{ microBatch: 0 }, 'bad-number', 'microBatch must be a whole number of at least 1, not 0.'],
    [{ kvType: 'q5_1' as never }, 'usage', '"q5_1" is not a KV cache type.'],
    [{ useCase: 'poetry' as never }, 'usage', '"poetry" is not a use.'],
    [{ minimumTokensPerSecond: 0 }, 'bad-number', 'minimumTokensPerSecond must be above 0, not 0.'],
    [{ minimumTokensPerSecond: Infinity }, 'bad-number', 'minimumTokensPerSecond must be above 0, not Infinity.'],
    [{ minimumTokensPerSecond: Number.NaN }, 'bad-number', 'minimumTokensPerSecond must be above 0, not NaN.'],
    [{ ollamaVersion: '40' }, 'usage', '"40" is not a version of Ollama.'],
    [{ ollamaVersion: '0.40.2 ' }, 'usage', '"0.40.2 " is not a version of Ollama.'],
    [{ ollamaVersion: 'x0.40.2' }, 'usage', '"x0.40.2" is not a version of Ollama.'],
    [{ ollamaVersion: '0.40.2-' }, 'usage', '"0.40.2-" is not a version of Ollama.'],
    [{ ollamaVersion: '0.40.2-rc 1' }, 'usage', '"0.40.2-rc 1" is not a version of Ollama.'],
  ])('%j is refused: %s, %s', (request, code, message) => {
    expect(() => requireSensible(asked(request))).toThrow(expect.objectContaining({ code, message }));
  });

  it('a request is told what it could have been', () => {
    const hint = (text: string) => expect.objectContaining({ hint: text });
    const uses = 'Choose one of chat, code, agent, vision, audio, long.';
    expect(() => requireSensible(asked({ useCase: 'poetry' as never }))).toThrow(hint(uses));
    const version = 'Expected something like 0.40.2.';
    expect(() => requireSensible(asked({ ollamaVersion: '' }))).toThrow(hint(version));
  });
});
