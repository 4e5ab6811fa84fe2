import { describe, expect, it } from 'vitest';
import { parseBandwidth, parseRam } from '../../src/cli/ram.ts';
import { GiB } from '../../src/data/units.ts';
import { FitError } from '../../src/errors.ts';
import { record } from './record.ts';

const refusalOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error instanceof FitError ? error.code : String(error);
  }
  return 'accepted';
};

describe('--ram', () => {
  it('--ram is a size alone', () => {
    expect(parseRam('64GB')).toEqual({ bytes: 64 * GiB, bandwidth: null });
    expect(parseRam('64')).toEqual({ bytes: 64 * GiB, bandwidth: null });
    expect(parseRam('2x16GB')).toEqual({ bytes: 32 * GiB, bandwidth: null });
  });

  it.each([
    ['32GiB DDR5-5600', 32, 89.6, 'DDR5-5600, assumed 2 channels'],
    ['32 GB ddr4 3200', 32, 51.2, 'DDR4-3200, assumed 2 channels'],
    ['16GB, LPDDR5X-7500 MT/s', 16, 120, 'LPDDR5X-7500, assumed 2 channels'],
    ['8 DDR3-1600MHz single channel', 8, 12.8, 'DDR3-1600, 1 channel'],
    ['256GiB DDR4-3200 8-channel', 256, 204.8, 'DDR4-3200, 8 channels'],
    ['384GiB DDR5-4800, 12 channels', 384, 460.8, 'DDR5-4800, 12 channels'],
    ['2x16GB DDR5-5600', 32, 89.6, 'DDR5-5600, assumed 2 channels'],
    ['4 x 8 GiB DDR4-3200', 32, 51.2, 'DDR4-3200, assumed 2 channels'],
    ['1x16GB DDR4-3200', 16, 25.6, 'DDR4-3200, assumed 1 channel'],
    ['8x32GB DDR4-3200', 256, 204.8, 'DDR4-3200, assumed 8 channels'],
    ['2x32GB DDR5-4800 single channel', 64, 38.4, 'DDR5-4800, 1 channel'],
    ['128GB DDR4-2666 quad-channel', 128, 85.312, 'DDR4-2666, 4 channels'],
  ])('%s is so many bytes, at transfers x 8 bytes x channels', (text, size, gigabytes, from) => {
    const { bytes, bandwidth } = parseRam(text);
    expect(bytes).toBe(size * GiB);
    expect((bandwidth?.bytesPerSecond ?? 0) / 1e9).toBeCloseTo(gigabytes, 6);
    expect(bandwidth?.from).toBe(from);
  });

  it.each([
    'DDR5-5600',
    '0x16GB DDR5-5600',
    '2x DDR5-5600',
    'x16GB',
    '32GiB DDR5',
    '32GiB DDR5-56',
    '32GiB DDR5-99999',
    'much DDR5-5600',
    '32GiB DDR5-5600 fast',
    '32GiB DDR5-5600 0 channels',
    '32GiB DDR5-5600 99 channels',
    '32GiB SDRAM-133',
  ])('--ram refuses %s', (text) => expect(refusalOf(() => parseRam(text))).toBe('bad-number'));
});

describe('--ram-bandwidth', () => {
  it.each([
    ['60GB/s', 60e9],
    ['51.2 gb/s', 51.2e9],
    ['25600MB/s', 25.6e9],
    ['1.2TBps', 1.2e12],
    ['60GiB/s', 60 * GiB],
  ])('%s', (text, value) => expect(parseBandwidth(text)).toBe(Math.round(value)));

  it.each(['60', '60GB', '0GB/s', '60 tok/s', '-5GB/s', '9999TB/s', ''])('--ram-bandwidth refuses "%s"', (text) =>
    expect(refusalOf(() => parseBandwidth(text))).toBe('bad-number'),
  );
});

describe('a stated speed of the RAM', () => {
  const said = (options: string) =>
    record({ name: '', command: `check --os linux ${options}`, machine: null, env: { COLUMNS: '120' } });

  it.each([
    ['--gpu none --ram "32GiB DDR5-5600"', 'RAM bandwidth: 89.6 GB/s, nominal (DDR5-5600, assumed 2 channels).'],
    ['--gpu none --ram 32GiB --ram-bandwidth 60GB/s', 'RAM bandwidth: 60 GB/s, nominal (--ram-bandwidth).'],
    ['--gpu none --ram 32GiB', 'RAM bandwidth: unknown, 35-85 GB/s assumed.'],
  ])('a stated speed of the RAM is told with its basis: %s', async (options, line) => {
    expect(await said(`${options} --explain 26b`)).toContain(line);
  });

  it('a stated speed of the RAM makes a split faster the faster it is', async () => {
    const speed = async (ram: string) => {
      const text = await said(`--gpu "RTX 4060" --ram ${ram} --explain 26b`);
      return Number(/Speed: (\d+)/.exec(text)?.[1]);
    };
    expect(await speed('"32GiB DDR5-6400"')).toBeGreaterThan(await speed('"32GiB DDR4-2400"'));
  });

  it('a stated speed of the RAM says so beside the machine: --json has it in a warning', async () => {
    expect(await said('--gpu none --ram "32GiB DDR5-5600" --json')).toContain(
      'RAM at 89.6 GB/s (DDR5-5600, assumed 2 channels)',
    );
  });

  it.each([
    ['--ram "32GiB DDR5-5600" --ram-bandwidth 60GB/s', '--ram-bandwidth does not go with a --ram that names its speed'],
    ['--measure --ram-bandwidth 60GB/s', '--measure times the RAM of this computer'],
    ['--measure --ram "32GiB DDR5-5600"', '--measure times the RAM of this computer'],
  ])('a stated speed of the RAM is refused beside what it does not go with: %s', async (options, sentence) => {
    const text = await said(options);
    expect(text).toContain(sentence);
    expect(text).toContain('Exit code: 2');
  });

  it.each(['M3 Max 64GB', 'iPhone 16 Pro', 'DGX Spark'])(
    'a stated speed of the RAM does not go with a chip that comes with its memory: %s',
    async (gpu) => {
      const text = await record({ name: '', command: `check --gpu "${gpu}" --ram-bandwidth 60GB/s`, machine: null });
      expect(text).toContain('A speed of the RAM does not go with');
      expect(text).toContain('Exit code: 2');
    },
  );

  it('a stated speed of the RAM is the speed of graphics in the processor too', async () => {
    const text = await said('--gpu "Radeon 780M 32GB" --ram "32GiB DDR5-4800" --json');
    expect(text.match(/"bandwidthBytesPerSecond": 76800000000/g)).toHaveLength(2);
  });
});
