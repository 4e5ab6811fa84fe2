import type { SpecialSpeed, SpeedBackend, SpeedClass, SpeedForm, TwoTerms } from '../../data/speed-schema.ts';
import { speedFormOf, speedForms } from '../../data/speeds.ts';
import type { Quantization, VariantId } from '../types.ts';
import type { Reads } from './bytes-per-token.ts';

/** Time for one token in one place, seconds: expected, and the ends of the band. */
export interface Seconds {
  fast: number;
  middle: number;
  slow: number;
}

/** What the rate of a place depends on, besides bytes and bandwidth. */
export interface RateInputs {
  backend: SpeedBackend;
  speedClass: SpeedClass;
  quantization: Quantization | null;
  /** Id in data/devices.json; null: not in the table. */
  device: string | null;
  architecture: string | null;
  weakCpu: boolean;
}

export const speedClassOf: Record<VariantId, SpeedClass> = {
  e2b: 'small',
  e4b: 'small',
  '12b': 'dense',
  '26b': 'moe',
  '31b': 'dense',
};

/** The row of data/speed-forms.json for hardware that the backend's form does not describe; null when it does. */
export function overrideFor(who: RateInputs): SpecialSpeed | null {
  return speedForms.special.find((row) => row.backends.includes(who.backend) && matches(row, who)) ?? null;
}

/**
 * Seconds that one place takes for its part of a token, bandwidth in bytes per second. Bytes over the reached share of the
 * bandwidth, plus (two-term form) a fixed cost per layer: source and fit in data/speed-forms.json.
 */
export function secondsFor(reads: Reads, who: RateInputs, bandwidth: number): Seconds {
  const bytes = reads.weightsBytes + reads.kvBytes;
  if (bytes === 0) return { fast: 0, middle: 0, slow: 0 };
  const kvShare = (reads.kvBytes / bytes) * speedForms.depth.lowPerKvShare;
  const special = overrideFor(who);
  if (special !== null) return bySpecial(bytes / bandwidth, special, kvShare);
  const form = speedFormOf(who.backend);
  const middle = byForm(bytes / bandwidth, reads.blocks, form, who);
  return { fast: middle / form.band.high, middle, slow: middle / (form.band.low - kvShare) };
}

function bySpecial(nominal: number, { efficiency: { low, high } }: SpecialSpeed, kvShare: number): Seconds {
  return { fast: nominal / high, middle: nominal / Math.sqrt(low * high), slow: nominal / (low * (1 - kvShare)) };
}

function byForm(nominal: number, blocks: number, form: SpeedForm, who: RateInputs): number {
  if (form.kind === 'two-term') return byTwoTerms(nominal, blocks, form, who);
  const usual = nominal / form.efficiency[who.speedClass];
  return form.atLeast === null ? usual : Math.max(usual, byTwoTerms(nominal, blocks, form.atLeast, who));
}

function byTwoTerms(nominal: number, blocks: number, terms: TwoTerms, who: RateInputs): number {
  return nominal / terms.efficiency + blocks * terms.layerSeconds * layerFactor(terms.layerFactor, who);
}

function layerFactor(usual: Record<SpeedClass, number>, { device, speedClass }: RateInputs): number {
  const own = speedForms.layerFactors.find(
    (row) => row.class === speedClass && device !== null && row.devices.includes(device),
  );
  return own?.factor ?? usual[speedClass];
}

function matches(row: SpecialSpeed, who: RateInputs): boolean {
  return (
    among(row.architectures, who.architecture) &&
    among(row.devices, who.device) &&
    among(row.classes, who.speedClass) &&
    among(row.quantizations, who.quantization) &&
    (row.weakCpu === undefined || who.weakCpu)
  );
}

function among<T>(allowed: readonly T[] | undefined, value: T | null): boolean {
  return allowed === undefined || (value !== null && allowed.includes(value));
}
