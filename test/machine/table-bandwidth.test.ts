import { describe, expect, test } from 'vitest';
import { accelerator } from '../../src/machine/probes/shared/report.ts';
import { withTableBandwidth } from '../../src/machine/table-bandwidth.ts';
import type { Accelerator } from '../../src/machine/types.ts';

const GiB = 1024 ** 3;
const of = (given: Partial<Accelerator>, ram: number | null = null) =>
  withTableBandwidth(
    [
      accelerator({
        id: 'amd:card0',
        vendor: 'amd',
        name: 'AMD Radeon RX 7900 XTX',
        kind: 'discrete',
        backend: 'rocm',
        memory: { totalBytes: 24 * GiB, freeBytes: null },
        source: 'x',
        confidence: 'reported',
        ...given,
      }),
    ],
    ram,
  ).accelerators[0]?.bandwidthBytesPerSecond;

describe('the bandwidth that no probe read', () => {
  test.each([
    ['a card by its exact name', {}, 960e9],
    ['as Vulkan writes it', { name: 'AMD Radeon RX 7900 XTX (RADV NAVI31)' }, 960e9],
    [
      'as Windows writes it',
      { vendor: 'intel', name: 'Intel(R) Arc(TM) A770 Graphics', memory: { totalBytes: 15.9 * GiB, freeBytes: null } },
      560e9,
    ],
    [
      'the smaller card of one name',
      { vendor: 'intel', name: 'Intel(R) Arc(TM) A770 Graphics', memory: { totalBytes: 8 * GiB, freeBytes: null } },
      512e9,
    ],
    ['a name that only resembles one', { name: 'AMD Radeon RX 7900 XTZ' }, null],
    ['a name of another vendor', { vendor: 'nvidia' }, null],
    ['a name without a size', { memory: { totalBytes: null, freeBytes: null } }, null],
    ['one that a probe read', { bandwidthBytesPerSecond: 1 }, 1],
  ] satisfies [string, Partial<Accelerator>, number | null][])('%s', (_, given, bandwidth) => {
    expect(of(given)).toBe(bandwidth);
  });

  test("graphics in a processor have the RAM's", () => {
    expect(of({ kind: 'integrated', name: 'AMD Radeon 780M Graphics' }, 83.2e9)).toBe(83.2e9);
  });
});
