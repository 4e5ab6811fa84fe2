import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceSpecs } from '../../../src/data/devices.ts';
import { FitError } from '../../../src/errors.ts';
import { emptyMachine, hypotheticalMachine } from '../../../src/machine/hypothetical/index.ts';
import { accelerator } from '../../../src/machine/probes/shared/report.ts';
import type { Machine } from '../../../src/machine/types.ts';

const GiB = 2 ** 30;
const linux: Machine = {
  ...emptyMachine(),
  memory: {
    totalBytes: 32 * GiB,
    availableBytes: 20 * GiB,
    limitBytes: null,
    limitedBy: 'none',
    bandwidthBytesPerSecond: 5e10,
  },
  accelerators: [
    accelerator({
      id: 'nvidia:0',
      vendor: 'nvidia',
      name: 'RTX 2060',
      kind: 'discrete',
      backend: 'cuda',
      memory: { totalBytes: 6 * GiB, freeBytes: 5 * GiB },
      usable: true,
      source: 'nvidia-smi',
      confidence: 'measured',
    }),
  ],
  ollama: { host: 'http://127.0.0.1:11434', remote: false, version: '0.34.0', installed: [], loaded: [] },
  warnings: [{ code: 'driver-broken', vendor: 'amd', detail: 'x' }],
};

describe('the processor of a stated machine', () => {
  const here: Machine = {
    ...linux,
    cpu: { brand: 'AMD EPYC', physicalCores: 64, threads: 128, quotaCores: null, flags: ['avx2'] },
  };
  const brandOf = (options: Parameters<typeof hypotheticalMachine>[0]) => hypotheticalMachine(options, here).cpu.brand;

  it('the processor of a stated machine is that of this one where only a part of it is told', () => {
    expect(brandOf({ gpu: 'RTX 4090' })).toBe('AMD EPYC');
    expect(brandOf({ ramBytes: 64 * GiB })).toBe('AMD EPYC');
  });

  it('the processor of a stated machine is not known where its GPU and its RAM are told, or the chip brings its RAM', () => {
    expect(brandOf({ gpu: 'RTX 4090', ramBytes: 64 * GiB })).toBeNull();
    expect(brandOf({ gpu: 'none', ramBytes: 16 * GiB })).toBeNull();
    expect(brandOf({ gpu: 'Orin AGX 64GB' })).toBeNull();
  });
});

const error = (make: () => unknown): FitError => {
  try {
    make();
  } catch (thrown) {
    if (thrown instanceof FitError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
};

describe('a computer with another GPU', () => {
  it('"2x RTX 3090": two cards of the table, all free less what CUDA takes, everything assumed', () => {
    const machine = hypotheticalMachine({ gpu: '2x RTX 3090' }, linux);
    expect(machine.accelerators).toHaveLength(2);
    for (const device of machine.accelerators) {
      expect(device).toMatchObject({
        name: 'GeForce RTX 3090',
        memory: { totalBytes: 24 * GiB, freeBytes: 24 * GiB },
        overheadBytes: 457 * 2 ** 20,
        bandwidthBytesPerSecond: 936e9,
        architecture: '8.6',
        usable: true,
        confidence: 'assumed',
      });
    }
    expect(new Set(machine.accelerators.map(({ id }) => id)).size).toBe(2);
    expect(machine.memory).toEqual(linux.memory);
    expect(machine.ollama).toBeNull();
    expect(machine.warnings).toEqual([{ code: 'hypothetical', what: '2x RTX 3090' }]);
  });

  it.each(['RTX 3090 x2', 'rtx3090 ×2', '2 x nvidia geforce rtx 3090', 'RTX 3090 + RTX 3090', '3090, 3090'])(
    '"%s" says the same',
    (gpu) => {
      const names = hypotheticalMachine({ gpu }, linux).accelerators.map(({ name }) => name);
      expect(names).toEqual(['GeForce RTX 3090', 'GeForce RTX 3090']);
    },
  );

  it('"M3 Max 64GB": the 40-core chip, RAM of 64 GiB, and the part of it that Metal gives', () => {
    const machine = hypotheticalMachine({ gpu: 'M3 Max 64GB' }, linux);
    expect(machine.os).toMatchObject({ platform: 'darwin', arch: 'arm64' });
    expect(machine.memory.totalBytes).toBe(64 * GiB);
    expect(machine.accelerators).toMatchObject([
      {
        backend: 'metal',
        kind: 'unified',
        bandwidthBytesPerSecond: 400e9,
        memory: { totalBytes: Math.floor(64 * GiB * 0.81) },
        usable: true,
      },
    ]);
  });

  it('a device sold with several sizes needs one, from its name or from --vram', () => {
    expect(error(() => hypotheticalMachine({ gpu: 'RTX 4060 Ti' }, linux))).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('8 and 16 GB'),
    });
    const sized = hypotheticalMachine({ gpu: 'RTX 4060 Ti 16GB' }, linux);
    expect(sized.accelerators).toMatchObject([{ memory: { totalBytes: 16 * GiB } }]);
    expect(hypotheticalMachine({ gpu: 'RTX 4060 Ti', vramBytes: 8 * GiB }, linux).accelerators).toMatchObject([
      { memory: { totalBytes: 8 * GiB } },
    ]);
  });

  it('a size that it was never sold with is refused', () => {
    expect(error(() => hypotheticalMachine({ gpu: 'M3 Max 512GB' }))).toMatchObject({
      code: 'unknown-device',
      hint: expect.stringContaining('128'),
    });
  });

  it('an unknown device is refused, with names that look like it', () => {
    const thrown = error(() => hypotheticalMachine({ gpu: 'RTX 4099' }, linux));
    expect(thrown).toMatchObject({ code: 'unknown-device', hint: expect.stringContaining('RTX 40') });
    expect(error(() => hypotheticalMachine({ gpu: 'Voodoo \u001b[31m2' }, linux)).message).not.toMatch(/\p{Cc}/u);
  });

  it('Apple’s chips go with macOS and nothing else does', () => {
    expect(error(() => hypotheticalMachine({ gpu: 'M4 16GB', platform: 'linux' })).code).toBe('usage');
    expect(error(() => hypotheticalMachine({ gpu: 'RTX 4090', platform: 'darwin' })).code).toBe('usage');
    const mac: Machine = { ...linux, os: { ...linux.os, platform: 'darwin', arch: 'arm64' } };
    expect(hypotheticalMachine({ gpu: 'RTX 4090' }, mac).os.platform).toBe('linux');
  });

  it('memory that is shared has one size, and a Mac one chip', () => {
    for (const gpu of ['M3 Max 64GB', 'Strix Halo 128GB']) {
      expect(error(() => hypotheticalMachine({ gpu, ramBytes: 32 * GiB }))).toMatchObject({
        code: 'usage',
        message: expect.stringContaining('--ram'),
      });
    }
    expect(hypotheticalMachine({ gpu: 'M3 Max 64GB', ramBytes: 64 * GiB }).memory.totalBytes).toBe(64 * GiB);
    expect(hypotheticalMachine({ gpu: 'RTX 3060 12GB', ramBytes: 32 * GiB }).memory.totalBytes).toBe(32 * GiB);
    for (const gpu of ['2x M3 Max 64GB', 'M3 Max 64GB + M4 16GB']) {
      expect(error(() => hypotheticalMachine({ gpu }))).toMatchObject({
        code: 'usage',
        message: 'A Mac has one chip, not 2.',
      });
    }
  });

  it('what Ollama would not use is said to be so', () => {
    expect(hypotheticalMachine({ gpu: 'Radeon 780M' }, linux).accelerators).toMatchObject([
      { usable: false, reason: { code: 'integrated-dropped' } },
    ]);
  });

  it('every device of the table can be wished for, by its name and size', () => {
    for (const device of deviceSpecs.filter((spec) => spec.class !== 'phone')) {
      const size = device.memoryGiB.at(-1);
      const gpu = size === undefined || /\d\s?GB\b/.test(device.name) ? device.name : `${device.name} ${size}GB`;
      const { accelerators } = hypotheticalMachine({ gpu }, linux);
      expect(accelerators[0]?.vendor, gpu).toBe(device.vendor);
      if (device.kind === 'discrete' && size !== undefined)
        expect(accelerators[0]?.memory.totalBytes, gpu).toBe(size * GiB);
    }
  });
});

describe('a computer without a GPU', () => {
  it.each(['none', 'cpu', 'CPU only', 'no GPU', 'integrated graphics'])('--gpu "%s"', (gpu) => {
    const machine = hypotheticalMachine({ gpu, ramBytes: 16 * GiB }, linux);
    expect(machine).toMatchObject({ accelerators: [], ollama: null, memory: { totalBytes: 16 * GiB } });
    expect(machine.warnings).toEqual(expect.arrayContaining([{ code: 'hypothetical', what: gpu }]));
  });

  it('a chip that shares its RAM brings the RAM’s bandwidth', () => {
    const bandwidthOf = (gpu: string) => hypotheticalMachine({ gpu }, linux).memory.bandwidthBytesPerSecond;
    expect(bandwidthOf('Raspberry Pi 5 8GB')).toBeCloseTo(17.1e9, -8);
    expect(bandwidthOf('N100')).toBe(38.4e9);
    expect(bandwidthOf('Intel UHD 620')).toBeNull();
    expect(bandwidthOf('none')).toBe(linux.memory.bandwidthBytesPerSecond);
  });
});

describe('a phone', () => {
  it.each([
    ['iPhone 17 Pro', 12],
    ['Pixel 8', 8],
    ['Galaxy A55 8GB', 8],
    ['OnePlus 13 16GB', 16],
  ])('%s: RAM of which an app gets a share, and no Ollama', (gpu, size) => {
    const machine = hypotheticalMachine({ gpu }, linux);
    expect(machine).toMatchObject({
      os: { platform: 'other', arch: 'arm64', environment: ['phone'] },
      accelerators: [],
      disk: null,
      ollama: null,
      memory: { totalBytes: size * GiB, availableBytes: Math.floor(size * GiB * 0.7), limitedBy: 'app' },
    });
    expect(machine.warnings[0]).toMatchObject({ code: 'phone', totalBytes: size * GiB });
  });

  it('a phone is asked for alone', () => {
    for (const gpu of ['2x iPhone 17', 'Pixel 10 + RTX 4090']) {
      expect(error(() => hypotheticalMachine({ gpu })).code).toBe('usage');
    }
  });
});

describe('a computer with other sizes', () => {
  it('--vram is one device without a name and without a speed', () => {
    const { accelerators, warnings } = hypotheticalMachine({ vramBytes: 24 * GiB }, linux);
    expect(accelerators).toMatchObject([
      {
        memory: { totalBytes: 24 * GiB, freeBytes: 24 * GiB },
        bandwidthBytesPerSecond: null,
        usable: true,
        confidence: 'assumed',
      },
    ]);
    expect(warnings).toEqual([{ code: 'hypothetical', what: '24 GiB of device memory' }]);
  });

  it('--vram completes the one device whose memory could not be read', () => {
    const unread: Machine = {
      ...linux,
      accelerators: linux.accelerators.map((device) => ({ ...device, memory: { totalBytes: null, freeBytes: null } })),
    };
    expect(hypotheticalMachine({ vramBytes: 6 * GiB }, unread).accelerators).toMatchObject([
      { id: 'nvidia:0', name: 'RTX 2060', memory: { totalBytes: 6 * GiB } },
    ]);
  });

  it('--ram says how much there is; the system keeps some of it', () => {
    const { memory, accelerators } = hypotheticalMachine({ ramBytes: 64 * GiB }, linux);
    expect(memory).toMatchObject({ totalBytes: 64 * GiB, availableBytes: 62 * GiB, limitedBy: 'user' });
    expect(accelerators).toEqual(linux.accelerators);
  });

  it('nothing, less than nothing and no number are refused', () => {
    for (const vramBytes of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(error(() => hypotheticalMachine({ vramBytes })).code).toBe('bad-number');
    }
  });

  it('whatever is typed as a device gives a machine or a FitError', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('0x RTX 3090', '9999x RTX 3090', '+', ',,,', 'x', '3x', 'GB', '8GB')),
        (gpu) => {
          try {
            expect(hypotheticalMachine({ gpu }).accelerators.length).toBeGreaterThan(0);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(FitError);
          }
        },
      ),
    );
  });
});

it('a card keeps its own size beside --ram; a chip that shares RAM takes it', () => {
  const memoryOf = (gpu: string) =>
    hypotheticalMachine({ gpu, ramBytes: 64 * 1024 ** 3 }).accelerators[0]?.memory.totalBytes;
  expect(memoryOf('RTX 4090')).toBeLessThan(25 * 1024 ** 3);
  expect(memoryOf('M3 Max')).toBeGreaterThan(40 * 1024 ** 3);
});
