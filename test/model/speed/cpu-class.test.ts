import { describe, expect, it } from 'vitest';
import type { CpuFeature } from '../../../src/data/ids.ts';
import { cpuClassOf } from '../../../src/model/speed/cpu-class.ts';

const named = (brand: string, more: object = {}) =>
  cpuClassOf({ bandwidthBytesPerSecond: null, features: [], brand, ...more });

describe('the class of a processor', () => {
  it.each([
    ['desktop', '13th Gen Intel(R) Core(TM) i9-13900K'],
    ['desktop', 'Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz'],
    ['desktop', 'Intel(R) Core(TM) Ultra 9 285K'],
    ['desktop', 'AMD Ryzen 7 9800X3D 8-Core Processor'],
    ['desktop', 'AMD Ryzen 9 7950X 16-Core Processor'],
    ['desktop', 'AMD Ryzen 7 5700G with Radeon Graphics'],
    ['mobile', 'Intel(R) Core(TM) i7-10750H CPU @ 2.60GHz'],
    ['mobile', '13th Gen Intel(R) Core(TM) i9-13980HX'],
    ['mobile', 'Intel(R) Core(TM) Ultra 7 155H'],
    ['mobile', 'Intel(R) Core(TM) Ultra 7 258V'],
    ['mobile', 'AMD Ryzen 9 7945HX with Radeon Graphics'],
    ['mobile', 'AMD Ryzen 7 7840HS w/ Radeon 780M Graphics'],
    ['mobile', 'AMD Ryzen AI 9 HX 370 w/ Radeon 890M'],
    ['mobile', 'Snapdragon(R) X Elite - X1E80100 - Qualcomm(R) Oryon(TM) CPU'],
    ['low-power', 'Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz'],
    ['low-power', '11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz'],
    ['low-power', 'Intel(R) Core(TM) Ultra 5 125U'],
    ['low-power', 'Intel(R) N100'],
    ['low-power', 'Intel(R) Celeron(R) N5105 @ 2.00GHz'],
    ['low-power', 'AMD Ryzen 5 5600U with Radeon Graphics'],
    ['low-power', 'AMD Ryzen Z1 Extreme'],
    ['workstation', 'Intel(R) Core(TM) i9-9900X CPU @ 3.50GHz'],
    ['workstation', 'AMD Ryzen Threadripper PRO 5995WX 64-Cores'],
    ['workstation', 'Intel(R) Xeon(R) W-2295 CPU @ 3.00GHz'],
    ['workstation', 'Intel(R) Xeon(R) w9-3495X'],
    ['server', 'AMD EPYC 9654 96-Core Processor'],
    ['server', 'Intel(R) Xeon(R) Gold 5318N CPU @ 2.10GHz'],
    ['server', 'Neoverse-V2'],
    ['apple', 'Apple M1 Max'],
    ['board', 'Raspberry Pi 5 Model B Rev 1.0'],
    ['phone', 'Snapdragon 888'],
    [null, 'Loongson-3A5000'],
    [null, ''],
  ])('the class of a processor is %s for %j', (expected, brand) => expect(named(brand)).toBe(expected));

  it('the class of a processor is that of two sockets where there are two, whatever their name', () => {
    expect(named('AMD EPYC 7763', { sockets: 2 })).toBe('two-sockets');
    expect(named('', { sockets: 2 })).toBe('two-sockets');
    expect(named('AMD EPYC 7763', { sockets: 1 })).toBe('server');
  });

  it.each([
    [['sse2'], true],
    [['sse4_2'], true],
    [['avx', 'sse2', 'sse4_2'], true],
    [['avx', 'avx2', 'sse2'], false],
    [['neon'], true],
    [['dotprod', 'neon'], false],
    [['rvv'], false],
    [[], false],
  ] satisfies [CpuFeature[], boolean][])('the class of a processor: with %j it is a weak one: %s', (features, weak) => {
    expect(named('Intel(R) Core(TM) i5', { features }) === 'weak').toBe(weak);
  });
});
