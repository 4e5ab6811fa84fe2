import { describe, expect, it } from 'vitest';
import type { Accelerator } from '../../src/machine/types.ts';
import { type MmapQuestion, mmapOff } from '../../src/server-rules/mmap.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { appleGpu, gib, gpu, machine } from '../advice/machines.ts';

const devicesOf = (...accelerators: Accelerator[]) => toSchedulerTarget(machine(accelerators)).groups.flat();
const amd = (more: Partial<Accelerator> = {}) =>
  gpu({ id: 'amd:0', vendor: 'amd', backend: 'rocm', freeBytes: 10 * gib, ...more });

/** An 8 GB file on a card of 10 GiB in a computer whose RAM holds less than the file and 8 GB. */
const pressed: MmapQuestion = {
  platform: 'linux',
  devices: devicesOf(gpu({ freeBytes: 10 * gib })),
  fileBytes: 8e9,
  predictedBytes: 8e9,
  hostAvailableBytes: 16e9 - 1,
  hostTotalBytes: 32e9,
};
const why = (change: Partial<MmapQuestion>) => mmapOff({ ...pressed, ...change });

describe('mapping of the file under pressure on RAM', () => {
  it('mapping of the file under pressure on RAM ends a byte below the file and 8 GB', () => {
    expect(why({})).toBe('host-pressure');
    expect(why({ hostAvailableBytes: 16e9 })).toBeNull();
  });

  it('mapping of the file under pressure on RAM keeps a tenth of the RAM clear where that is more than 8 GB', () => {
    const large = { hostTotalBytes: 256e9 };
    expect(why({ ...large, hostAvailableBytes: 8e9 + 25.6e9 - 1 })).toBe('host-pressure');
    expect(why({ ...large, hostAvailableBytes: 8e9 + 25.6e9 })).toBeNull();
  });

  it('mapping of the file under pressure on RAM keeps 8 GB clear where nobody knows the size of the RAM', () => {
    expect(why({ hostTotalBytes: null })).toBe('host-pressure');
    expect(why({ hostTotalBytes: null, hostAvailableBytes: 16e9 })).toBeNull();
  });

  it('mapping of the file under pressure on RAM goes on where nobody knows what is available', () => {
    expect(why({ hostAvailableBytes: null })).toBeNull();
  });

  it.each(['darwin', 'win32'] as const)('mapping of the file under pressure on RAM goes on on %s', (platform) => {
    expect(why({ platform, devices: devicesOf(amd({ backend: 'vulkan' })) })).toBeNull();
  });

  it('mapping of the file under pressure on RAM goes on where any device shares the RAM', () => {
    const shared = amd({ kind: 'integrated' });
    expect(why({ devices: devicesOf(shared) })).toBeNull();
    expect(why({ devices: devicesOf(gpu({ freeBytes: 10 * gib }), shared) })).toBeNull();
  });

  it('mapping of the file under pressure on RAM goes on where the guess is above 80 % of the devices: the model will not lie there wholly', () => {
    expect(why({ predictedBytes: 8 * gib })).toBe('host-pressure');
    expect(why({ predictedBytes: 8 * gib + 1 })).toBeNull();
  });
});

describe('mapping of the file elsewhere', () => {
  const roomy = { hostAvailableBytes: 30e9 };

  it('mapping of the file elsewhere ends on Windows as soon as one of the devices is CUDA, and only then', () => {
    expect(why({ platform: 'win32', devices: devicesOf(gpu(), amd()) })).toBe('windows-cuda');
    expect(why({ platform: 'win32', devices: devicesOf(amd()) })).toBeNull();
  });

  it('mapping of the file elsewhere ends on Metal a byte above what is free, and not before', () => {
    const metal = { platform: 'darwin' as const, devices: devicesOf(appleGpu(6 * gib)) };
    expect(why({ ...metal, predictedBytes: 6 * gib })).toBeNull();
    expect(why({ ...metal, predictedBytes: 6 * gib + 1 })).toBe('metal-partial');
  });

  it('mapping of the file elsewhere goes on when a card other than Metal takes only a part', () => {
    expect(why({ ...roomy, predictedBytes: 30e9 })).toBeNull();
  });
});
