import { describe, expect, it } from 'vitest';
import type { CheckRequest } from '../../src/advice/types.ts';
import { lmStudioLines } from '../../src/report/human/lm-studio.ts';
import { plainOptions } from '../../src/report/options.ts';
import { candidate } from '../advice/case.ts';
import { gib, gpu, machine } from '../advice/machines.ts';

const options = (freeGiB: number, build: string, request: Partial<CheckRequest> = {}) =>
  lmStudioLines(
    candidate(machine([gpu({ freeBytes: freeGiB * gib })]), build, {
      runtime: 'llama.cpp',
      contextTokensTotal: 32_768,
      ...request,
    }),
    plainOptions,
  ).join('\n');

describe('the load options of LM Studio', () => {
  it('the load options of LM Studio are all layers and the context for what is whole on the GPU', () => {
    expect(options(24, '12b-gguf-QAT')).toContain('Context Length: 32,768\n  GPU Offload: 48 of 48 layers\n');
    expect(options(24, '12b-gguf-QAT')).toMatch(/lms load MODEL --gpu max --context-length 32768$/);
  });

  it('the load options of LM Studio name the layers whose experts stay on the CPU', () => {
    const run = candidate(machine([gpu({ freeBytes: 12 * gib })]), '26b-gguf-QAT', {
      runtime: 'llama.cpp',
      contextTokensTotal: 32_768,
    });
    expect(options(12, '26b-gguf-QAT')).toContain(`force MoE weights onto CPU: ${run.placement.overflowingLayers}\n`);
    expect(options(12, '26b-gguf-QAT')).toContain('--gpu max');
  });

  it('the load options of LM Studio are a share of the layers for a dense model that does not fit, and none without a GPU', () => {
    expect(options(12, '31b-gguf-QAT')).toMatch(/--gpu 0\.\d\d --context-length 32768/);
    expect(options(1, '12b-gguf-QAT')).toContain('--gpu off');
  });

  it('the load options of LM Studio say what a quantized cache and several conversations need', () => {
    expect(options(24, '12b-gguf-QAT', { kvType: 'q8_0' })).toContain('K and V Cache Quantization Type: q8_0');
    const four = options(24, '12b-gguf-QAT', { sequences: 4, contextTokensTotal: 4 * 8192 });
    expect(four).toMatch(/Max Concurrent Predictions: 4.*--context-length 32768 --parallel 4$/s);
  });

  it('the load options of LM Studio are not told for Ollama', () => {
    expect(lmStudioLines(candidate(machine([gpu()]), '12b-it-qat'), plainOptions)).toEqual([]);
  });
});
