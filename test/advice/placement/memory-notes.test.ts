import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { cpuRepackBytes } from '../../../src/data/cpu-repack.ts';
import { quantizations, type VariantId, variantIds } from '../../../src/data/ids.ts';
import { estimateMemory } from '../../../src/model/memory/estimate.ts';
import { candidate, finding } from '../case.ts';
import { gib, gpu, machine, mib, ram } from '../machines.ts';

const cpuWith = (freeGib: number, flags: string[]) => {
  const plain = machine([], { memory: ram(freeGib * gib) });
  return { ...plain, cpu: { ...plain.cpu, flags } } as typeof plain;
};
const card = (freeGib: number) => machine([gpu({ freeBytes: freeGib * gib })], { memory: ram(64 * gib) });

describe('a large image', () => {
  it('a large image is told where images are wanted, with what is left for it', () => {
    const { reasons, placement } = candidate(card(24), '26b-a4b-it-qat', { vision: true, contextTokensTotal: 8192 });
    expect(finding(reasons, 'large-image')).toEqual({
      code: 'large-image',
      imageBytes: 533_000_000,
      remainingBytes: placement.devices[0]?.remainingBytes,
    });
  });

  it('a large image is no matter where nobody asked for images, and where the growth is not known', () => {
    const codes = (build: string, vision: boolean | null) =>
      candidate(card(24), build, { vision, contextTokensTotal: 8192 }).reasons.map(({ code }) => code);
    expect(codes('26b-a4b-it-qat', null)).not.toContain('large-image');
    expect(codes('12b-it-qat', true)).not.toContain('large-image');
  });
});

describe('what is resident on a CPU', () => {
  /** Peak of the process on an i9-9900X, QAT Q4_0, 8K, micro-batch 2048 (HilbertraumAI/HilbertRaum, i9-9900X-cpu-speed.csv), MiB. */
  it.each([
    ['e4b', 7495.68],
    ['12b', 14_305.28],
    ['26b', 28_200.96],
    ['31b', 37_038.08],
  ] as const)(
    '%s: the mapped file and the copy in the CPU’s own order, as measured within 5 %%',
    (variant, measured) => {
      const load = { contextTokens: 8192, microBatch: 2048, gpuLayers: 'none' } as const;
      const { host } = estimateMemory({ variant, quantization: 'Q4_0', ...load });
      const asked = { contextTokensTotal: 8192, microBatch: 2048, vision: false };
      const { reasons } = candidate(
        cpuWith(64, ['avx2', 'fma']),
        `${variant === '26b' ? '26b-a4b' : variant}-it-qat`,
        asked,
      );
      const { peakBytes, copyBytes } = finding(reasons, 'cpu-peak');
      expect(copyBytes).toBe(cpuRepackBytes(variant, 'Q4_0'));
      expect(peakBytes).toBeGreaterThan(host.weightsBytes);
      expect(Math.abs(peakBytes / mib / measured - 1)).toBeLessThan(0.05);
    },
  );

  it('what is resident on a CPU is the file alone where the CPU has no order of its own, and for types that are not copied', () => {
    const codes = (flags: string[], build: string) =>
      candidate(cpuWith(64, flags), build, { contextTokensTotal: 8192 }).reasons.map(({ code }) => code);
    expect(codes(['neon'], '12b-it-qat')).not.toContain('cpu-peak');
    expect(codes(['avx2'], '12b-it-q8_0')).not.toContain('cpu-peak');
  });

  it('what is resident on a CPU has a row for every model and quantization', () => {
    for (const variant of variantIds) {
      for (const quantization of quantizations) expect(cpuRepackBytes(variant, quantization)).toBeGreaterThanOrEqual(0);
    }
    expect(() => cpuRepackBytes('none' as VariantId, 'Q4_0')).toThrow('data/cpu-repack.json has no none');
  });
});

describe('an Ollama that is newer than any known one', () => {
  it('an Ollama that is newer than any known one is told to be taken as the newest known', () => {
    const { reasons } = candidate(card(24), '12b-it-qat', {
      ...openRequest,
      contextTokensTotal: 8192,
      ollamaVersion: '9.0.0',
    });
    expect(finding(reasons, 'engine-assumed')).toEqual({
      code: 'engine-assumed',
      ollamaVersion: '9.0.0',
      llamaCpp: 'b10864',
    });
  });
});
