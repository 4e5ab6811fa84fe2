import answered from './peer-answers.json' with { type: 'json' };
import { crossValidate } from './speed-cross.ts';
import type { SpeedPoint } from './speed-points.ts';
import { median } from './timing.ts';

/** Errors of one tool over the measured points that it has an answer for, beside ours over the same points. */
export interface PeerSpeed {
  name: string;
  points: number;
  median: number;
  bias: number;
  oursMedian: number;
}

/** Points that others have a formula for: one GPU that holds everything, a short context, a quantization of their own names. */
export const isAsked = ({ question: { devices, depthTokens }, family }: SpeedPoint): boolean =>
  devices.length === 1 && depthTokens <= 8192 && !['CPU', 'split GPU and CPU', 'draft model (MTP)'].includes(family);

/** How an answer is kept: device, backend, GB/s, model, quantization and megabytes of its tensors. */
export function keyOf({ question: { shape, devices } }: SpeedPoint): string {
  const [device] = devices;
  const gigabytes = Math.round((device?.bandwidthBytesPerSecond ?? 0) / 1e9);
  const megabytes = Math.round(shape.weights.tensorBytes / 1e6);
  return [device?.name, device?.backend, gigabytes, shape.variant, shape.quantization, megabytes].join('/');
}

/** Ours by constants that were fitted without the machine; theirs as they answered. Takes two minutes. */
export function speedRows(points: readonly SpeedPoint[]): PeerSpeed[] {
  const ours = new Map(
    crossValidate(points).map(({ point, band }) => [point, band.expectedTokensPerSecond / point.tokensPerSecond - 1]),
  );
  return answered.speeds.map(({ name, tokensPerSecond }) => {
    const answers: Record<string, number | undefined> = tokensPerSecond;
    const asked = points.filter((point) => isAsked(point) && answers[keyOf(point)] !== undefined && ours.has(point));
    const errors = asked.map((point) => (answers[keyOf(point)] ?? Number.NaN) / point.tokensPerSecond - 1);
    return {
      name,
      points: asked.length,
      median: median(errors.map(Math.abs)),
      bias: median(errors),
      oursMedian: median(asked.map((point) => Math.abs(ours.get(point) ?? Number.NaN))),
    };
  });
}
