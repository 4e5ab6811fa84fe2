import type { MeasuredSpeed } from '../../data/speed-schema.ts';
import { speedForms, speeds } from '../../data/speeds.ts';
import { deviceBandwidth, deviceSpecs } from '../../data/tables.ts';
import { memoize } from '../../memoize.ts';
import { stockShape } from '../memory/shape.ts';
import type { Quantization } from '../types.ts';
import { shapeOfFile } from './file-shape.ts';
import { deviceRowOf, estimateSeconds } from './formula.ts';
import type { SpeedBand, SpeedHost, SpeedQuestion } from './types.ts';

/**
 * Speed from measurements by others on the same chip with the same model and quantization family: the formula, corrected by its error
 * there. Only for a model that is fully on one device. null without measurements.
 */
export function measuredSpeed(question: SpeedQuestion): SpeedBand | null {
  const ratios = ratiosFor(question);
  const estimate = ratios === null ? null : estimateSeconds(question);
  if (ratios === null || estimate === null) return null;
  const { band } = speedForms.measured;
  const { expected, slow } = estimate.seconds;
  const loss = expected / slow / shallowLoss(question);
  return {
    lowTokensPerSecond: (ratios.low * band.low * loss) / expected,
    expectedTokensPerSecond: Math.sqrt(ratios.low * ratios.high) / expected,
    highTokensPerSecond: (ratios.high * band.high) / expected,
    basis: 'measured',
    slowHost: estimate.slowHost,
  };
}

/** Measured rate over the formula's, for the slowest and the fastest measurement. */
interface Ratios {
  low: number;
  high: number;
}

function ratiosFor({ shape, devices: [device, ...others], overflowingLayers }: SpeedQuestion): Ratios | null {
  const whole = device !== undefined && device.layers > shape.architecture.layers && overflowingLayers === 0;
  if (!whole || others.length > 0 || shape.quantization === null) return null;
  const row = deviceRowOf(device);
  if (row === null) return null;
  return ratiosOf(`${row.id} ${device.backend} ${shape.variant} ${familyOf(shape.quantization)}`);
}

const ratiosOf = memoize((key: string): Ratios | null => {
  const points = speeds.measured.filter((point) => keyOf(point) === key);
  const ratios = points.map(ratioOf).filter((ratio) => ratio !== null);
  return ratios.length === 0 ? null : { low: Math.min(...ratios), high: Math.max(...ratios) };
});

function keyOf({ device, backend, variant, quantization }: MeasuredSpeed): string {
  return `${device} ${backend} ${variant} ${familyOf(quantization)}`;
}

/** Quantizations of about the same width run at about the same share of the bandwidth. */
function familyOf(quantization: Quantization): string {
  return /^Q4_/.test(quantization) ? 'Q4' : quantization;
}

function ratioOf(point: MeasuredSpeed): number | null {
  const row = deviceSpecs.find(({ id }) => id === point.device);
  if (row === undefined || point.backend === 'cpu') return null;
  const fileBytes = point.fileGiB === null ? null : point.fileGiB * 2 ** 30;
  const shape = shapeOfFile(stockShape(point.variant, point.quantization), { fileBytes, mixed: point.mixed });
  const estimate = estimateSeconds({
    shape,
    depthTokens: point.depthTokens,
    kvType: point.kvType,
    sampled: point.sampled,
    devices: [
      {
        backend: point.backend,
        bandwidthBytesPerSecond: deviceBandwidth(row),
        name: row.name,
        memoryBytes: (row.memoryGiB[0] ?? 0) * 2 ** 30,
        architecture: row.architecture,
        layers: shape.architecture.layers + 1,
      },
    ],
    host: ordinary,
    overflowingLayers: 0,
  });
  return estimate === null ? null : point.tokensPerSecond * estimate.seconds.expected;
}

const ordinary: SpeedHost = { bandwidthBytesPerSecond: null, features: [] };

/**
 * Low end of the formula's band with an empty cache beside an ordinary processor, as a share of its middle: what is left of it is the
 * depth's and the CPU's.
 */
function shallowLoss(question: SpeedQuestion): number {
  const shallow = estimateSeconds({ ...question, host: ordinary, depthTokens: 0 });
  return shallow === null ? 1 : shallow.seconds.expected / shallow.seconds.slow;
}
