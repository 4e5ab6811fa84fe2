import { findFamily } from '../../data/devices.ts';
import type { DeviceSpec } from '../../data/schema.ts';
import type { SpeedForms } from '../../data/speed-schema.ts';
import { speedForms } from '../../data/speeds.ts';
import { findDevice } from '../../data/tables.ts';
import { memoize } from '../../memoize.ts';
import type { ModelShape } from '../memory/shape.ts';
import { type ReadsByPlace, readsPerToken } from './bytes-per-token.ts';
import { cpuClassOf } from './cpu-class.ts';
import { formOf, hasSlowHost, type RateInputs, type Seconds, secondsFor, speedClassOf } from './rate.ts';
import type { SpeedDevice, SpeedHost, SpeedQuestion } from './types.ts';

export interface SpeedEstimate {
  seconds: Seconds;
  basis: 'formula' | 'class';
  slowHost: boolean;
  /** Part of the expected time in which the CPU computes blocks of its own. */
  hostSeconds: number;
}

/**
 * Time for one token: it passes through every layer in turn, so the times of the places add up, plus sampling. null when a place with work
 * has no known bandwidth or backend.
 */
export function estimateSeconds(question: SpeedQuestion, forms: SpeedForms = speedForms): SpeedEstimate | null {
  const reads = readsPerToken(question);
  const places = placesOf(question);
  const sampling = question.sampled === false ? 0 : forms.token.seconds;
  const total: SpeedEstimate = {
    seconds: { fast: 0, expected: 0, slow: 0 },
    basis: 'formula',
    slowHost: false,
    hostSeconds: 0,
  };
  for (const [index, device] of question.devices.entries()) {
    const part = reads.devices[index];
    if (part === undefined || part.weightsBytes === 0) continue;
    const who = places.deviceAt(device);
    if (who === null || !isRate(device.bandwidthBytesPerSecond)) return null;
    add(total, secondsFor(part, who, device.bandwidthBytesPerSecond, forms));
    if (formOf(who, forms).basis === 'class') total.basis = 'class';
    total.slowHost ||= hasSlowHost(who, forms);
  }
  if (!addHost(total, question, reads, places, forms)) return null;
  if (total.seconds.expected === 0) return total;
  add(total, { fast: sampling, expected: sampling, slow: sampling });
  return question.engine === 'ollama-own' ? onOwnEngine(total, question, forms) : total;
}

/** The table's row of a device, or of its family, looked up once a name; null when its name is unknown. */
export const deviceRowOf = memoize(
  ({ name, memoryBytes }: Pick<SpeedDevice, 'name' | 'memoryBytes'>): DeviceSpec | null =>
    name === null ? null : (findDevice(name, { memoryBytes }) ?? findFamily(name)),
  ({ name, memoryBytes }) => `${memoryBytes} ${name}`,
);

/** Adds what the CPU does; false when the rate of its memory is not known. */
function addHost(
  total: SpeedEstimate,
  question: SpeedQuestion,
  reads: ReadsByPlace,
  { host }: Places,
  forms: SpeedForms,
): boolean {
  const { bandwidthBytesPerSecond: bandwidth, bandwidthBasis } = question.host;
  if (reads.host.weightsBytes === 0 && reads.hostExpertBytes === 0) return true;
  if (!isRate(bandwidth)) return false;
  const spread = bandwidthBasis === 'assumed' ? forms.assumedRam.band : { low: 1, high: 1 };
  const blocks = hostBlocks(total, question, reads, host, forms);
  total.hostSeconds = blocks.expected;
  for (const { fast, expected, slow } of [blocks, hostExperts(question, reads, forms)]) {
    add(total, { fast: fast / spread.high, expected, slow: slow / spread.low });
  }
  return true;
}

function hostBlocks(
  total: SpeedEstimate,
  question: SpeedQuestion,
  reads: ReadsByPlace,
  who: RateInputs,
  forms: SpeedForms,
): Seconds {
  const { bandwidthBytesPerSecond, bandwidthBasis } = question.host;
  const bandwidth = bandwidthBytesPerSecond ?? 0;
  if (reads.host.weightsBytes === 0) return { fast: 0, expected: 0, slow: 0 };
  if (bandwidthBasis !== 'measured' || who.cpuClass === 'weak') {
    if (formOf(who, forms).basis === 'class') total.basis = 'class';
    return secondsFor(reads.host, who, bandwidth, forms);
  }
  const { efficiency, band } = forms.measuredRam;
  const kvBytes = reads.host.kvBytes * formOf(who, forms).kvFactor[speedClassOf[who.variant]];
  const expected = (reads.host.weightsBytes + kvBytes) / (efficiency * bandwidth);
  return { fast: expected / band.high, expected, slow: expected / band.low };
}

function hostExperts(
  { shape, host, overflowingLayers }: SpeedQuestion,
  reads: ReadsByPlace,
  forms: SpeedForms,
): Seconds {
  if (reads.hostExpertBytes === 0) return { fast: 0, expected: 0, slow: 0 };
  const { efficiency, layerSeconds, band } = forms.hostExperts;
  const share = host.bandwidthBasis === 'measured' ? forms.measuredRam.hostExpertEfficiency : efficiency;
  const layers = Math.min(overflowingLayers, shape.architecture.layers);
  const expected = reads.hostExpertBytes / (share * (host.bandwidthBytesPerSecond ?? 0)) + layers * layerSeconds;
  return { fast: expected / band.high, expected, slow: expected / band.low };
}

function onOwnEngine({ seconds, ...rest }: SpeedEstimate, { shape }: SpeedQuestion, forms: SpeedForms): SpeedEstimate {
  const [low, usual, high] = speedClassOf[shape.variant] === 'small' ? forms.ownEngine.small : forms.ownEngine.other;
  return {
    ...rest,
    seconds: { fast: seconds.fast / high, expected: seconds.expected / usual, slow: seconds.slow / low },
  };
}

/** The places of a question. They do not depend on how full the cache is, nor on how the layers are divided: made once for all candidates. */
export interface Places {
  /** null when nothing drives it. */
  deviceAt: (device: SpeedDevice) => RateInputs | null;
  /** The CPU as a place of its own. */
  host: RateInputs;
}

export function placesOf({ host, shape }: Pick<SpeedQuestion, 'host' | 'shape'>): Places {
  return placesBeside(host)(shape);
}

const placesBeside = memoize((host: SpeedHost) =>
  memoize((shape: ModelShape): Places => {
    const beside = hostOf(shape, host);
    const deviceAt = memoize(
      (device: SpeedDevice) => deviceInputs(device, beside),
      ({ backend, name, memoryBytes, architecture }) => `${backend} ${memoryBytes} ${architecture} ${name}`,
    );
    return { deviceAt, host: hostInputs(beside) };
  }),
);

type Beside = Pick<RateInputs, 'variant' | 'quantization' | 'cpuClass' | 'cores'>;

function hostInputs(beside: Beside): RateInputs {
  return { ...beside, device: null, vendor: null, architecture: null, laptop: false, backend: 'cpu' };
}

function deviceInputs(device: SpeedDevice, beside: Beside): RateInputs | null {
  if (device.backend === 'none') return null;
  const row = deviceRowOf(device);
  return {
    ...beside,
    backend: device.backend,
    device: row?.id ?? null,
    vendor: row?.vendor ?? null,
    architecture: device.architecture ?? row?.architecture ?? null,
    laptop: row?.class === 'laptop',
  };
}

function hostOf({ variant, quantization }: ModelShape, host: SpeedHost): Beside {
  return { variant, quantization, cpuClass: cpuClassOf(host), cores: host.cores ?? null };
}

function add({ seconds }: SpeedEstimate, more: Seconds): void {
  seconds.fast += more.fast;
  seconds.expected += more.expected;
  seconds.slow += more.slow;
}

function isRate(value: number | null): value is number {
  return value !== null && value > 0 && Number.isFinite(value);
}
