import { describe, expect, it } from 'vitest';
import { expertStreamingComputeBytes } from '../../../../src/model/memory/compute-buffer/experts.ts';
import {
  fullComputeBytes,
  headComputeBytes,
  hostComputeBytes,
  laterComputeBytes,
  pipelineComputeBytes,
} from '../../../../src/model/memory/compute-buffer/full.ts';
import { gateUpBytes } from '../../../../src/model/memory/expert-parts.ts';
import { completeLoad } from '../../../../src/model/memory/load.ts';
import { stockShape } from '../../../../src/model/memory/shape.ts';
import type { Load } from '../../../../src/model/types.ts';

const load = (change: Partial<Load> = {}) => completeLoad({ contextTokensTotal: 4096, ...change });
const shape12b = stockShape('12b', 'Q4_K_M');
const shape26b = stockShape('26b', 'Q4_K_M');

/** The matrices that rotate K and V of a quantized cache, f32. */
const rotation = 4 * (512 ** 2 + 256 ** 2 + 2 * 64 ** 2);
/** Of 4096 tokens in one sequence: the full mask and that of the window with one micro-batch, two bytes a cell. */
const masks = 2 * (4096 + 1024 + 512);

describe('scratch of a device that holds', () => {
  it('the last blocks is its share for each token, the masks and the allocator’s remainder', () => {
    expect(laterComputeBytes(shape12b, load())).toBe(512 * (215_076 + masks) + 128);
  });

  it('the last blocks takes one rotation more with a quantized cache, and all of it without flash attention', () => {
    const plain = laterComputeBytes(shape12b, load());
    expect(laterComputeBytes(shape12b, load({ kvType: 'q8_0' })) - plain).toBe(rotation);
    const noFlash = load({ flashAttention: false });
    expect(laterComputeBytes(shape12b, noFlash)).toBe(fullComputeBytes(shape12b, noFlash));
  });

  it('the head alone is the last hidden states and a row of logits for each sequence', () => {
    const { hiddenSize, vocabulary } = shape12b.architecture;
    expect(headComputeBytes(shape12b, load())).toBe(4 * (512 * hiddenSize + vocabulary));
    expect(headComputeBytes(shape12b, load({ sequences: 4 }))).toBe(4 * (512 * hiddenSize + 4 * vocabulary));
  });
});

describe('a pipeline of devices', () => {
  it('keeps the masks once for each copy', () => {
    expect(pipelineComputeBytes(shape12b, load(), 'first', 4)).toBe(512 * (309_392 + 4 * masks) + 128);
    expect(pipelineComputeBytes(shape12b, load(), 'next', 4)).toBe(512 * (370_832 + 4 * masks) + 128);
  });

  it('keeps the rotation of a quantized cache once for each copy, on the devices and on the host', () => {
    const onDevice = (kvType: Load['kvType']) => pipelineComputeBytes(shape12b, load({ kvType }), 'next', 4);
    expect(onDevice('q8_0') - onDevice('f16')).toBe(4 * rotation);
    const onHost = (kvType: Load['kvType']) => hostComputeBytes(shape12b, load({ kvType }), 4);
    expect(onHost('q8_0') - onHost('f16')).toBe(4 * rotation);
  });

  it('keeps the masks of each copy in host memory too', () => {
    expect(hostComputeBytes(shape12b, load(), 4) - hostComputeBytes(shape12b, load(), 1)).toBe(512 * (3 * masks + 120));
    expect(hostComputeBytes(shape12b, load())).toBe(512 * (30_760 + masks) + 32);
  });

  it('takes at least the scores on top without flash attention', () => {
    const noFlash = load({ flashAttention: false, contextTokensTotal: 65_536 });
    const flash = load({ contextTokensTotal: 65_536 });
    const more =
      pipelineComputeBytes(shape12b, noFlash, 'first', 4) - pipelineComputeBytes(shape12b, flash, 'first', 4);
    const extra = fullComputeBytes(shape12b, noFlash) - fullComputeBytes(shape12b, flash);
    const widerMasks = 512 * 4 * 2 * (65_536 + 1536);
    expect(more).toBe(extra + widerMasks);
  });
});

describe('scratch of experts on the CPU', () => {
  it('is the larger expert tensor, the masks and what is computed beside it', () => {
    expect(expertStreamingComputeBytes(shape26b, load(), {})).toBe(gateUpBytes(shape26b) + 512 * masks + 47_895_000);
  });

  it('has no masks where the attention lies on another device', () => {
    const there = expertStreamingComputeBytes(shape26b, load(), { elsewhere: true });
    expect(there).toBe(gateUpBytes(shape26b) + 47_895_000);
  });

  it('takes a quantized cache’s part on top', () => {
    const plain = expertStreamingComputeBytes(shape26b, load(), {});
    expect(expertStreamingComputeBytes(shape26b, load({ kvType: 'q8_0' }), {}) - plain).toBe(rotation);
  });

  it('takes the larger of its two further buffers, not both', () => {
    const extra = (split: object) =>
      expertStreamingComputeBytes(shape26b, load(), split) - expertStreamingComputeBytes(shape26b, load(), {});
    expect(extra({ heavyDown: true })).toBe(28_836_000);
    expect(extra({ noneWhole: true })).toBe(144_171_000);
    expect(extra({ noneWhole: true, heavyDown: true })).toBe(144_171_000);
  });

  it('is never less than the whole model’s', () => {
    const long = load({ contextTokensTotal: 262_144, flashAttention: false });
    expect(expertStreamingComputeBytes(shape26b, long, {})).toBe(fullComputeBytes(shape26b, long));
  });
});
