import type { SpeedClass } from '../../data/speed-schema.ts';
import { speedForms, speeds } from '../../data/speeds.ts';
import { variantOf } from '../../data/tables.ts';
import { memoize } from '../../memoize.ts';
import { readsPerToken } from './bytes-per-token.ts';
import { deviceRowOf, placesOf } from './formula.ts';
import { firstFor, type RateInputs, type Seconds, speedClassOf } from './rate.ts';
import type { PromptSpeedBand, SpeedDevice, SpeedQuestion } from './types.ts';

/** llama.cpp's default. */
const usualMicroBatch = 512;

/**
 * Prompt tokens read per second: from the arithmetic that others reached on that chip where somebody measured it, else from what chips of
 * its class reach for their bandwidth. Weights in RAM are sent to the device for every micro-batch; without a device the CPU
 * computes. null when the bandwidth of a place that has work is not known. Of an empty context: a full one takes up to twice the time.
 */
export function predictPromptSpeed(question: SpeedQuestion, microBatch = usualMicroBatch): PromptSpeedBand | null {
  const seconds = measuredSeconds(question) ?? classSeconds(question);
  if (seconds === null) return null;
  const total = plus(seconds.seconds, streamSeconds(question, microBatch));
  return {
    lowTokensPerSecond: 1 / total.slow,
    expectedTokensPerSecond: 1 / total.expected,
    highTokensPerSecond: 1 / total.fast,
    basis: seconds.basis,
  };
}

interface PromptSeconds {
  seconds: Seconds;
  basis: PromptSpeedBand['basis'];
}

/** For one token, by measurements on the one device that computes. */
function measuredSeconds(question: SpeedQuestion): PromptSeconds | null {
  const [device, ...others] = question.devices.filter(({ layers }) => layers > 0);
  const row = device === undefined || others.length > 0 ? null : deviceRowOf(device);
  const { variant } = question.shape;
  const flops =
    row === null || device === undefined ? [] : measuredFlops(row.id, device.backend, speedClassOf[variant]);
  if (flops.length === 0) return null;
  const { band } = speedForms.prompt;
  const needed = flopsPerToken(question);
  const [least, most] = [Math.min(...flops), Math.max(...flops)];
  return {
    seconds: {
      fast: needed / (most * band.high),
      expected: needed / Math.sqrt(least * most),
      slow: needed / (least * band.low),
    },
    basis: 'measured',
  };
}

/** For one token, place after place, each by its share of the blocks. */
function classSeconds(question: SpeedQuestion): PromptSeconds | null {
  const { devices, shape, host } = question;
  const inputs = placesOf(question);
  const computing = devices.filter(({ layers }) => layers > 0);
  const all = computing.reduce((sum, { layers }) => sum + layers, 0);
  const places: [RateInputs | null, number | null, number][] =
    computing.length === 0
      ? [[inputs.host, host.bandwidthBytesPerSecond, 1]]
      : computing.map((device) => [inputs.deviceAt(device), device.bandwidthBytesPerSecond, device.layers / all]);
  let total: Seconds = { fast: 0, expected: 0, slow: 0 };
  for (const [who, bandwidth, share] of places) {
    if (who === null || bandwidth === null || !(bandwidth > 0)) return null;
    const { flopsPerByte, band } = firstFor(who, speedForms.promptForms);
    const expected = (share * flopsPerToken(question)) / (flopsPerByte[speedClassOf[shape.variant]] * bandwidth);
    total = plus(total, { fast: expected / band.high, expected, slow: expected / band.low });
  }
  return { seconds: total, basis: 'formula' };
}

/** What sending weights to the device adds for one token. */
function streamSeconds(question: SpeedQuestion, microBatch: number): Seconds {
  if (!question.devices.some(({ layers }) => layers > 0)) return { fast: 0, expected: 0, slow: 0 };
  const { bytesPerSecond, band } = speedForms.promptStream;
  const expected = bytesInRam(question) / (bytesPerSecond * microBatch);
  return { fast: expected / band.high, expected, slow: expected / band.low };
}

/** A micro-batch uses nearly all experts, not the few of one token. */
function bytesInRam(question: SpeedQuestion): number {
  const { host, hostExpertBytes } = readsPerToken(question);
  const { experts } = question.shape.architecture;
  const growth = experts === null ? 1 : experts.count / experts.used;
  return host.weightsBytes + hostExpertBytes * growth;
}

function flopsPerToken({ shape }: SpeedQuestion): number {
  return 2 * variantOf(shape.variant).parameters.active;
}

function plus(a: Seconds, b: Seconds): Seconds {
  return { fast: a.fast + b.fast, expected: a.expected + b.expected, slow: a.slow + b.slow };
}

const measuredFlops = memoize(findFlops, (...key) => key.join(' '));

function findFlops(device: string, backend: SpeedDevice['backend'], speedClass: SpeedClass): number[] {
  const points = speeds.measured
    .filter(
      (point) => point.device === device && point.backend === backend && speedClassOf[point.variant] === speedClass,
    )
    .map((point) => (point.promptTokensPerSecond ?? 0) * 2 * variantOf(point.variant).parameters.active);
  const rates = speeds.prompt
    .filter((rate) => rate.device === device && rate.backend === backend)
    .map((rate) => (speedClass === 'small' ? 0 : (rate[speedClass] ?? 0)) * 1e12);
  return [...points, ...rates].filter((flops) => flops > 0);
}
