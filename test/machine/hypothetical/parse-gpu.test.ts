import { describe, expect, it } from 'vitest';
import { parseGpuSpecs } from '../../../src/machine/hypothetical/parse-gpu.ts';

const GiB = 2 ** 30;
const read = (text: string) =>
  parseGpuSpecs(text, null).map(({ count, device, memoryBytes }) => [count, device.name, (memoryBytes ?? 0) / GiB]);

describe('how many are wished for', () => {
  it.each([
    ['7900 XTX', 1, 'Radeon RX 7900 XTX', 24],
    ['7900xtx', 1, 'Radeon RX 7900 XTX', 24],
    ['6700 XT', 1, 'Radeon RX 6700 XT', 12],
    ['3090 x2', 2, 'GeForce RTX 3090', 24],
    ['7900 XTX x2', 2, 'Radeon RX 7900 XTX', 24],
    ['2x 7900 XTX', 2, 'Radeon RX 7900 XTX', 24],
    ['2xTesla T4', 2, 'Tesla T4', 16],
    ['3x3090', 3, 'GeForce RTX 3090', 24],
    ['12 * RTX 3090', 12, 'GeForce RTX 3090', 24],
  ])('%s', (text, count, name, size) => {
    expect(read(text)).toEqual([[count, name, size]]);
  });
});

describe('where one wish ends', () => {
  it.each([
    ['Ryzen AI Max+ 395 32GB', ['Radeon 8060S']],
    ['Ryzen AI Max+ 395 64GB + RTX 3090', ['Radeon 8060S', 'GeForce RTX 3090']],
    ['M3 Max, 64GB', ['Apple M3 Max']],
    ['RTX 3060, 12GB, RTX 3090', ['GeForce RTX 3060', 'GeForce RTX 3090']],
    ['RTX 3060, 12 GiB + 3090', ['GeForce RTX 3060', 'GeForce RTX 3090']],
    ['3090+3090,3090', ['GeForce RTX 3090', 'GeForce RTX 3090', 'GeForce RTX 3090']],
  ])('%s', (text, names) => {
    expect(parseGpuSpecs(text, null).map(({ device }) => device.name)).toEqual(names);
  });

  it('the size goes to the name before the comma', () => {
    expect(read('M3 Max, 64GB')).toMatchObject([[1, expect.any(String), 64]]);
    expect(read('Ryzen AI Max+ 395 32GB')).toEqual([[1, 'Radeon 8060S', 32]]);
  });
});
