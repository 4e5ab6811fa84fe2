import { describe, expect, it } from 'vitest';
import { findingCodes, ollamaSentence, sentence } from '../../src/report/sentences/index.ts';
import { everyFinding, exampleOf } from './findings.ts';

describe('a sentence for each finding', () => {
  it.each(findingCodes)('%s', (code) => {
    const text = sentence(exampleOf(code));
    expect(text).toMatch(/^\S.*[.!]$/);
    // Arguments made up by their names may miss a row of a table.
    if (everyFinding.some((finding) => finding.code === code)) expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it('names a code from another version as it is', () => {
    expect(sentence({ code: 'from-the-future' } as never)).toBe('(from-the-future)');
  });
});

describe('pull and verify', () => {
  it('says what differs, by how much, and what may lie behind it', () => {
    expect(
      ollamaSentence({
        code: 'part-differs',
        part: 'kvCache',
        predictedBytes: 1000,
        measuredBytes: 1200,
        causes: ['parallel-on-server', 'kv-type-on-server'],
      }),
    ).toBe(
      'Context (KV cache): 1,200 bytes measured, 1,000 predicted (+20.0 %). Likely causes: the server answers several at once (OLLAMA_NUM_PARALLEL); or the server sets another cache type (OLLAMA_KV_CACHE_TYPE).',
    );
  });
});
