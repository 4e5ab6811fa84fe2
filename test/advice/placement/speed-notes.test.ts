import { describe, expect, it } from 'vitest';
import { candidate, finding } from '../case.ts';
import { gib, gpu, machine, ram } from '../machines.ts';

const withGpu = (overrides: Parameters<typeof gpu>[0], brand = 'AMD Ryzen 7 9800X3D 8-Core Processor') => {
  const plain = machine([gpu({ freeBytes: 24 * gib, ...overrides })], { memory: ram(64 * gib) });
  return { ...plain, cpu: { ...plain.cpu, brand } };
};
const reasonsOf = (on: ReturnType<typeof withGpu>, build: string) =>
  candidate(on, build, { contextTokensTotal: 8192 }).reasons;

describe('the length of drafts', () => {
  it('the length of drafts is best none under Vulkan, which is said', () => {
    const vulkan = withGpu({
      backend: 'vulkan',
      vendor: 'amd',
      name: 'AMD Radeon RX 9060 XT',
      architecture: null,
      bandwidthBytesPerSecond: 322e9,
    });
    expect(finding(reasonsOf(vulkan, '12b'), 'draft-length')).toMatchObject({
      draftTokens: 0,
      usualTokens: 3,
      factor: 1,
    });
  });

  it('the length of drafts is no matter under CUDA, nor for a build without a draft model', () => {
    const codes = (on: ReturnType<typeof withGpu>, build: string) => reasonsOf(on, build).map(({ code }) => code);
    expect(codes(withGpu({}), '12b')).not.toContain('draft-length');
    expect(codes(withGpu({ backend: 'vulkan', architecture: null }), '12b-it-qat')).not.toContain('draft-length');
  });
});

describe('a processor that may hold the card back', () => {
  const radeon = { backend: 'rocm', vendor: 'amd', name: 'AMD Radeon RX 7900 XT', architecture: 'gfx1100' } as const;
  const slow = 'Intel(R) Xeon(R) Gold 5318N CPU @ 2.10GHz';

  it('a processor that may hold the card back is named beside a Radeon under ROCm', () => {
    expect(finding(reasonsOf(withGpu(radeon, slow), '26b-a4b-it-qat'), 'slow-host')).toEqual({
      code: 'slow-host',
      cpu: slow,
    });
  });

  it('a processor that may hold the card back is none where it is fast, or where CUDA replays its kernels as one graph', () => {
    const codes = (on: ReturnType<typeof withGpu>) => reasonsOf(on, '26b-a4b-it-qat').map(({ code }) => code);
    expect(codes(withGpu(radeon))).not.toContain('slow-host');
    expect(codes(withGpu({}, slow))).not.toContain('slow-host');
  });
});
