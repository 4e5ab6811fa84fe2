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

  it('a sentence for each finding names a code from another version as it is', () => {
    for (const code of ['from-the-future', '__proto__', 'constructor', 'toString']) {
      expect(sentence({ code } as never)).toBe(`(${code})`);
    }
  });
});

describe('a faster choice of devices', () => {
  const names = { devices: ['RTX 3090', 'RTX 3090'], insteadOf: ['RTX 3090', 'RTX 3090', 'Tesla P40'] };
  const speed = { lowTokensPerSecond: 30, highTokensPerSecond: 42, timesAsFast: 1.62 };
  const told = (setting: 'main_gpu' | 'OLLAMA_SCHED_SPREAD' | 'hide-devices', variables: string[] = []) =>
    sentence({ code: 'faster-placement', setting, variables, ...names, ...speed });

  it('a faster choice of devices is told with what has to be set, and what it is compared with', () => {
    expect(told('hide-devices', ['CUDA_DEVICE_ORDER=PCI_BUS_ID', 'CUDA_VISIBLE_DEVICES=0,1'])).toBe(
      "With CUDA_DEVICE_ORDER=PCI_BUS_ID and CUDA_VISIBLE_DEVICES=0,1 in Ollama's environment it would run on 2x RTX 3090 and reach about 30-42 tok/s, 1.6 times as fast as on 2x RTX 3090 and Tesla P40.",
    );
    expect(told('OLLAMA_SCHED_SPREAD')).toMatch(
      /^Spread over 2x RTX 3090 \(OLLAMA_SCHED_SPREAD=1\) it would reach about 30-42/,
    );
    expect(told('main_gpu', ['main_gpu 1'])).toMatch(
      /alone \(main_gpu 1 in a Modelfile or a request\) it would reach about 30-42 tok\/s, 1\.6 times as fast as on /,
    );
  });
});

describe('a GPU whose device nodes are missing', () => {
  const missing = (path: string) => sentence({ code: 'device-node-missing', vendor: 'amd', path });

  it('a GPU whose device nodes are missing can be used over Vulkan where only the door of ROCm is missing', () => {
    expect(missing('/dev/kfd')).toContain('only Vulkan can use the GPU');
  });

  it('a GPU whose device nodes are missing cannot be used at all where all are missing', () => {
    expect(missing('/dev/kfd, /dev/dri')).toContain('(/dev/kfd, /dev/dri) are missing: nothing can use the GPU.');
  });
});

describe('pull and verify', () => {
  it('verify says why a loaded model cannot answer, in the server’s words', () => {
    const said = 'llama-server process has terminated: GGML_ASSERT failed.';
    expect(ollamaSentence({ code: 'generate-failed', said, causes: ['broken-files'] })).toBe(
      'Loaded, but cannot answer: llama-server process has terminated: GGML_ASSERT failed. Likely cause: a broken download: remove the model and pull it again.',
    );
  });

  it('verify says what differs, by how much, and what may lie behind it', () => {
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
