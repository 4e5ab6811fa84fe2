import { describe, expect, it } from 'vitest';
import { candidate, finding } from './case.ts';
import { gib, gpu, machine, ram } from './machines.ts';

const at8k = { contextTokensTotal: 8192 };
const slow = (change: Parameters<typeof gpu>[0] = {}) =>
  machine([gpu({ name: 'Quadro K2200', bandwidthBytesPerSecond: 10e9, freeBytes: 4 * gib, ...change })]);

describe('the way to place a build that is worth most', () => {
  it('the way to place a build that is worth most is RAM alone beside a card that is slower, even where the card holds all of it', () => {
    for (const on of [slow(), slow({ freeBytes: 40 * gib })]) {
      const { verdict, reasons, placement } = candidate(on, '12b-it-qat', at8k);
      expect(verdict).toBe('cpu');
      expect(placement.devices).toEqual([]);
      expect(finding(reasons, 'runs-on-cpu').why).toBe('faster');
    }
  });

  it('the way to place a build that is worth most is the card where it is faster, and where RAM alone is too small', () => {
    expect(candidate(machine([gpu({ freeBytes: 4 * gib })]), '12b-it-qat', at8k).verdict).toBe('split');
    expect(candidate({ ...slow({ freeBytes: 40 * gib }), memory: ram(3 * gib) }, '12b-it-qat', at8k).verdict).toBe(
      'gpu',
    );
  });

  it('the way to place a build that is worth most is RAM alone where a GPU that shares it would need buffers of its own beside it', () => {
    const radeon = { name: 'Radeon 780M', kind: 'integrated', backend: 'vulkan', architecture: null } as const;
    const shared = (bytes: number) =>
      machine([gpu({ ...radeon, freeBytes: bytes, bandwidthBytesPerSecond: 80e9 })], { memory: ram(bytes) });
    const sizes = Array.from({ length: 40 }, (_, step) => (4 + step / 40) * gib);
    const found = sizes.map((bytes) => candidate(shared(bytes), 'e2b-it-qat', at8k));
    const cpu = found.find(({ verdict }) => verdict === 'cpu');
    expect(finding(cpu?.reasons ?? [], 'runs-on-cpu').why).toBe('shared-memory-too-small');
    expect(found.at(0)?.verdict).toBe('no');
    expect(found.at(-1)?.verdict).toBe('gpu');
  });

  it('the way to place a build that is worth most is not sought on the CPU where a known problem stops it on the card', () => {
    const maxwell = machine([gpu({ freeBytes: 8 * gib, architecture: '5.2' })]);
    expect(candidate(maxwell, 'e2b-it-qat', { ...at8k, kvType: 'q8_0' })).toMatchObject({
      verdict: 'no',
      refusal: 'problem',
    });
  });
});
