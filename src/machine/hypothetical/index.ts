import { GiB } from '../../data/units.ts';
import { FitError } from '../../errors.ts';
import type { MachineFinding } from '../findings.ts';
import type { Accelerator, Evidence, Machine, Os, Platform } from '../types.ts';
import { unknownCpu, unknownMemory } from '../unknown.ts';
import { acceleratorsOfSpec, sizedAccelerator } from './accelerators.ts';
import { type GpuSpec, parseGpuSpecs } from './parse-gpu.ts';
import { phoneMachine, phoneOf } from './phone.ts';
import {
  bandwidthEvidence,
  bandwidthNote,
  memoryFor,
  refuseBandwidthOfChip,
  withoutBandwidth,
  withStatedRam,
} from './ram.ts';

/** A computer other than this one. What is not stated comes from `base`. */
export interface HypotheticalOptions {
  /** `2x RTX 3090`, `M3 Max 64GB`, `RTX 3090 + RTX 3060`; `none` for a computer without a GPU. */
  gpu?: string;
  /** Device memory, bytes: of each device of `gpu`, of the one device whose memory could not be read, or of one unnamed device. */
  vramBytes?: number;
  ramBytes?: number;
  /** Of the RAM, bytes per second. */
  ramBandwidthBytesPerSecond?: number;
  /** Its source, for display: `DDR5-5600, assumed 2 channels`. */
  ramBandwidthFrom?: string;
  platform?: Platform;
}

/**
 * The machine that the options describe, with everything marked as assumed. Throws FitError: unknown-device (with near names), usage (a
 * size that is not clear, a platform that does not go with the device), bad-number (a size of nothing).
 */
export function hypotheticalMachine(options: HypotheticalOptions, base: Machine = emptyMachine()): Machine {
  refuseNothing(options);
  const specs =
    options.gpu === undefined ? [] : parseGpuSpecs(options.gpu, options.vramBytes ?? null, options.ramBytes ?? null);
  refuseBandwidthOfChip(options, specs);
  const phone = phoneOf(specs);
  if (phone !== null) return phoneMachine(phone, notes(options));
  const platform = platformFor(specs, options.platform, base.os.platform);
  const accelerators = withStatedRam(acceleratorsFor(options, specs, platform, base), options);
  const memory = memoryFor(options, specs, base.memory);
  const elsewhere = platform !== base.os.platform;
  if (elsewhere) refuseUnsaidGpu(options, platform, base);
  const sameServer = options.gpu === undefined && !elsewhere;
  return {
    os: elsewhere ? { ...emptyOs, platform, arch: platform === 'darwin' ? 'arm64' : base.os.arch } : base.os,
    cpu: elsewhere || isAnother(options, specs) ? emptyMachine().cpu : base.cpu,
    memory,
    accelerators,
    disk: elsewhere ? null : base.disk,
    ollama: sameServer ? base.ollama : null,
    evidence: [
      ...(options.gpu === undefined ? withoutBandwidth(base.evidence, options) : []),
      ...statedEvidence(accelerators, options),
      ...bandwidthEvidence(options),
    ],
    warnings: [...keptWarnings(options, specs, base), ...notes(options)],
  };
}

/** With its GPU and its RAM both told, a computer is no longer this one with another part: its processor is not known. */
function isAnother({ gpu, ramBytes }: HypotheticalOptions, specs: readonly GpuSpec[]): boolean {
  return gpu !== undefined && (ramBytes !== undefined || bringsItsMemory(specs));
}

function bringsItsMemory(specs: readonly GpuSpec[]): boolean {
  return specs.some(({ device, memoryBytes }) => device.kind === 'unified' && memoryBytes !== null);
}

function refuseNothing({ vramBytes, ramBytes, ramBandwidthBytesPerSecond }: HypotheticalOptions): void {
  const stated = [
    ['--vram', vramBytes, '24GiB'],
    ['--ram', ramBytes, '24GiB'],
    ['--ram-bandwidth', ramBandwidthBytesPerSecond, '60GB/s'],
  ] as const;
  for (const [name, amount, example] of stated) {
    if (amount !== undefined && !(Number.isFinite(amount) && amount > 0)) {
      throw new FitError('bad-number', `${name} must be greater than 0.`, `For example: ${name} ${example}.`);
    }
  }
}

/** The GPUs of the base are not carried over to another system, so they have to be stated. */
function refuseUnsaidGpu({ gpu, vramBytes }: HypotheticalOptions, platform: Platform, base: Machine): void {
  if (gpu !== undefined || vramBytes !== undefined || base.accelerators.length === 0) return;
  throw new FitError(
    'usage',
    `--os ${platform} alone would leave out the GPU of this machine.`,
    `Say which it is there: --os ${platform} --gpu "RTX 4090", or --gpu none.`,
  );
}

/** Macs have Apple's chips and nothing else does; without a stated platform it follows from the device. */
function platformFor(specs: readonly GpuSpec[], asked: Platform | undefined, here: Platform): Platform {
  const apple = specs.some(({ device }) => device.vendor === 'apple');
  const other = specs.some(({ device }) => device.vendor !== 'apple');
  const chips = specs.reduce((sum, { count }) => sum + count, 0);
  if (apple && other) throw new FitError('usage', 'An Apple chip and another GPU do not go together.');
  if (apple && chips > 1) throw new FitError('usage', `A Mac has one chip, not ${chips}.`, 'Name one Apple chip.');
  if (apple && asked !== undefined && asked !== 'darwin') {
    throw new FitError('usage', `An Apple chip does not run ${asked}.`, 'Leave --os away, or name another GPU.');
  }
  if (other && asked === 'darwin') {
    throw new FitError('usage', 'Ollama uses Apple chips only on macOS.', 'Name an Apple chip, or another system.');
  }
  if (apple) return 'darwin';
  const platform = asked ?? here;
  return other && (platform === 'darwin' || platform === 'other') ? 'linux' : platform;
}

function acceleratorsFor(
  options: HypotheticalOptions,
  specs: readonly GpuSpec[],
  platform: Platform,
  base: Machine,
): Accelerator[] {
  const vram = options.vramBytes ?? null;
  if (options.gpu !== undefined) return acceleratorsOfSpec(specs, platform, vram);
  if (vram === null) return platform === base.os.platform ? base.accelerators : [];
  const unread = base.accelerators.filter(({ usable, memory }) => usable !== false && memory.freeBytes === null);
  const [only] = unread;
  if (unread.length === 1 && only !== undefined && platform === base.os.platform) {
    const memory = { totalBytes: vram, freeBytes: vram };
    const told: Accelerator = {
      ...only,
      memory,
      usable: true,
      reason: null,
      confidence: 'assumed',
      source: `${only.source}; memory: --vram`,
    };
    return base.accelerators.map((accelerator) => (accelerator === only ? told : accelerator));
  }
  return [sizedAccelerator(vram, platform)];
}

/** Keeps the base's warnings that still apply to the machine. */
function keptWarnings(options: HypotheticalOptions, specs: readonly GpuSpec[], base: Machine): MachineFinding[] {
  const bringsMemory = bringsItsMemory(specs);
  const aboutMemory = new Set<string>(['memory-limited', 'wsl-memory', 'ram-unknown']);
  return base.warnings.filter(({ code }) => {
    if (code === 'memory-busy')
      return options.ramBandwidthBytesPerSecond === undefined && options.ramBytes === undefined;
    if (aboutMemory.has(code)) return options.ramBytes === undefined && !bringsMemory;
    return options.gpu === undefined && options.vramBytes === undefined;
  });
}

function notes(options: HypotheticalOptions): MachineFinding[] {
  const { gpu, vramBytes, ramBytes, platform } = options;
  const gigabytes = (bytes: number) => `${Math.round((bytes / GiB) * 10) / 10} GiB`;
  const stated = [
    gpu,
    vramBytes === undefined ? undefined : `${gigabytes(vramBytes)} of device memory`,
    ramBytes === undefined ? undefined : `${gigabytes(ramBytes)} of RAM`,
    bandwidthNote(options),
    platform,
  ];
  return stated.filter((what) => what !== undefined).map((what) => ({ code: 'hypothetical', what }));
}

function statedEvidence(accelerators: readonly Accelerator[], { gpu, vramBytes }: HypotheticalOptions): Evidence[] {
  if (gpu === undefined && vramBytes === undefined) return [];
  return accelerators.map(({ id, memory, source }) => ({
    subject: `${id}.memory.total`,
    value: memory.totalBytes,
    source,
    confidence: 'assumed',
    chosen: true,
    rule: null,
  }));
}

const emptyOs: Os = { platform: 'linux', arch: 'x64', name: null, version: null, environment: [] };

/** A computer of which nothing is known. */
export function emptyMachine(): Machine {
  return {
    os: emptyOs,
    cpu: { ...unknownCpu },
    memory: { ...unknownMemory },
    accelerators: [],
    disk: null,
    ollama: null,
    evidence: [],
    warnings: [],
  };
}
