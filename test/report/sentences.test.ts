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
    for (const code of ['from-the-future', '__proto__', 'constructor', 'toString']) {
      expect(sentence({ code } as never)).toBe(`(${code})`);
    }
  });
});

describe('a GPU whose device nodes are missing', () => {
  const missing = (path: string) => sentence({ code: 'compute-door-missing', vendor: 'amd', path });

  it('can be used over Vulkan where only the door of ROCm is missing', () => {
    expect(missing('/dev/kfd')).toContain('only Vulkan can use the GPU');
  });

  it('cannot be used at all where all are missing', () => {
    expect(missing('/dev/kfd, /dev/dri')).toContain('(/dev/kfd, /dev/dri) are missing: nothing can use the GPU.');
  });
});

describe('pull and verify', () => {
  it('says why a loaded model cannot answer, in the server’s words', () => {
    const said = 'llama-server process has terminated: GGML_ASSERT failed.';
    expect(ollamaSentence({ code: 'generate-failed', said, causes: ['broken-files'] })).toBe(
      'Loaded, but cannot answer: llama-server process has terminated: GGML_ASSERT failed. Likely cause: a broken download: remove the model and pull it again.',
    );
  });

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
      'Context (KV cache): 1,200 bytes measured, 1,000 predicted (+20.0 %). Likely causes: Ollama serves several requests at once (OLLAMA_NUM_PARALLEL); or Ollama is set to another KV cache type (OLLAMA_KV_CACHE_TYPE).',
    );
  });
});
