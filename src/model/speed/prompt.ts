import type { SpeedClass } from '../../data/speed-schema.ts';
import { speedForms, speeds } from '../../data/speeds.ts';
import { variantOf } from '../../data/tables.ts';
import type { VariantId } from '../types.ts';
import { deviceRowOf } from './formula.ts';
import { speedClassOf } from './rate.ts';
import type { PromptSpeedBand, SpeedDevice } from './types.ts';

/**
 * Prompt tokens per second of a model that lies wholly on one device, from the arithmetic that others reached on that chip:
 * rate = FLOP/s / (2 x active parameters). null when nobody measured the chip with a model of this kind.
 */
export function predictPromptSpeed(
  variant: VariantId,
  device: Pick<SpeedDevice, 'backend' | 'name' | 'memoryBytes'>,
): PromptSpeedBand | null {
  const row = deviceRowOf(device);
  const flops = row === null ? [] : measuredFlops(row.id, device.backend, speedClassOf[variant]);
  if (flops.length === 0) return null;
  const { band } = speedForms.prompt;
  const perToken = 2 * variantOf(variant).parameters.active;
  return {
    lowTokensPerSecond: (Math.min(...flops) * band.low) / perToken,
    highTokensPerSecond: (Math.max(...flops) * band.high) / perToken,
    basis: 'measured',
  };
}

function measuredFlops(device: string, backend: SpeedDevice['backend'], speedClass: SpeedClass): number[] {
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
