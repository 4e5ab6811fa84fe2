import { describe, expect, it } from 'vitest';
import { assumedRamOf } from '../../../src/advice/placement/assumed-ram.ts';
import { assumedRamBandwidth } from '../../../src/data/advice.ts';

const kindOf = (brand: string | null, cores: number | null, sockets: number | null) => {
  const found = assumedRamOf({ bandwidthBytesPerSecond: null, features: ['avx', 'avx2'], brand, cores, sockets });
  return found.low === assumedRamBandwidth('server').low ? 'server' : 'desktop or laptop';
};

describe('RAM of unknown speed', () => {
  it.each([
    ['AMD EPYC 7502P 32-Core Processor', 32, 1, 'server'],
    ['Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz', 32, 2, 'server'],
    ['AMD EPYC 7B13', 4, 1, 'desktop or laptop'],
    ['Common KVM processor', 4, 4, 'desktop or laptop'],
    ['Intel(R) Core(TM) i7-13700K', 16, 1, 'desktop or laptop'],
    ['AMD EPYC 7502P 32-Core Processor', null, 1, 'desktop or laptop'],
    [null, null, null, 'desktop or laptop'],
  ] as const)(
    'RAM of unknown speed beside %s with %s cores in %s sockets counts as that of a %s',
    (brand, cores, sockets, kind) => {
      expect(kindOf(brand, cores, sockets)).toBe(kind);
    },
  );
});
