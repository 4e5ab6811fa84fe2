import type {
  CpuClass,
  SpeedBackend,
  SpeedClass,
  SpeedConditions,
  SpeedForm,
  SpeedForms,
} from '../../data/speed-schema.ts';
import { variants } from '../../data/variants.ts';
import { memoize } from '../../memoize.ts';
import type { Quantization, VariantId } from '../types.ts';
import type { Reads } from './bytes-per-token.ts';

/** Time for one token in one place, seconds: expected, and the ends of the band. */
export interface Seconds {
  fast: number;
  expected: number;
  slow: number;
}

/** What the rate of a place depends on, apart from bytes and bandwidth. */
export interface RateInputs {
  backend: SpeedBackend;
  variant: VariantId;
  quantization: Quantization | null;
  /** Id in data/devices.json; null: not in the table. */
  device: string | null;
  vendor: string | null;
  architecture: string | null;
  laptop: boolean;
  /** Of the computer, for every place. */
  cpuClass: CpuClass | null;
  /** null: not known. */
  cores: number | null;
}

/** A mixture of experts, a model with per-layer embeddings (many small kernels), or a plain dense one. */
export const speedClassOf = Object.fromEntries(
  variants.map(({ id, architecture: { experts, perLayerEmbedding } }) => [
    id,
    experts !== null ? 'moe' : perLayerEmbedding > 0 ? 'small' : 'dense',
  ]),
) as Record<VariantId, SpeedClass>;

/** The row of data/speed-forms.json for a place: the first that speaks of it. Throws when a backend has no row for all, which a test rules out. */
export function formOf(who: RateInputs, forms: SpeedForms): SpeedForm {
  return formsFor(forms)(who);
}

const formsFor = memoize(({ forms }: SpeedForms) => memoize((who: RateInputs) => firstFor(who, forms)));

/** The first row that speaks of a place. Throws when there is none. */
export function firstFor<Row extends SpeedConditions>(who: RateInputs, rows: readonly Row[]): Row {
  const found = rows.find((row) => row.backends.includes(who.backend) && matches(row, who));
  if (found === undefined) throw new Error(`data/speed-forms.json has no ${who.backend}`);
  return found;
}

/**
 * Seconds that one place takes for its part of a token, bandwidth in bytes per second: bytes over the reached share of the bandwidth,
 * plus a fixed cost per layer (source and fit in data/speed-forms.json).
 */
export function secondsFor(reads: Reads, who: RateInputs, bandwidth: number, forms: SpeedForms): Seconds {
  if (reads.weightsBytes + reads.kvBytes === 0) return { fast: 0, expected: 0, slow: 0 };
  const form = formOf(who, forms);
  const speedClass = speedClassOf[who.variant];
  const kvBytes = form.kvFactor[speedClass] * reads.kvBytes;
  const bytes = reads.weightsBytes + kvBytes;
  const power = who.laptop ? forms.laptop.expected : 1;
  const streaming = bytes / (power * reached(form, who, bandwidth));
  const layers = (reads.blocks * form.layerSeconds * form.layerFactor[speedClass]) / power;
  const { expected: usual, slow: slowest } = hostFactors(who, forms);
  const expected = streaming + layers * usual;
  const low = form.band.low * (who.laptop ? forms.laptop.low : 1) - (kvBytes / bytes) * forms.depth.lowPerKvShare;
  return {
    fast: ((streaming + layers) * power) / form.band.high,
    expected,
    slow: (streaming + layers * slowest) / low,
  };
}

/** Seconds that weights alone take in one place. */
export function streamingSeconds(bytes: number, who: RateInputs, bandwidth: number, forms: SpeedForms): number {
  return bytes / reached(formOf(who, forms), who, bandwidth);
}

/** Whether the CPU is of a kind that slowed a fast card down elsewhere. */
export function hasSlowHost(
  { backend, cpuClass }: Pick<RateInputs, 'backend' | 'cpuClass'>,
  { slowHost }: SpeedForms,
): boolean {
  return slowHost.backends.includes(backend) && cpuClass !== null && slowHost.cpuClasses.includes(cpuClass);
}

function hostFactors(who: RateInputs, forms: SpeedForms): { expected: number; slow: number } {
  return hasSlowHost(who, forms) ? forms.slowHost : { expected: 1, slow: 1 };
}

function reached(form: SpeedForm, { cores, architecture }: RateInputs, bandwidth: number): number {
  const { efficiency, coreBytesPerSecond, mostBytesPerSecond } = form;
  const byMemory = efficiency * bandwidth;
  const byKernels = mostBytesPerSecond?.[architecture ?? ''] ?? byMemory;
  const byCores = coreBytesPerSecond === undefined || cores === null ? byMemory : cores * coreBytesPerSecond;
  return Math.min(byMemory, byKernels, byCores);
}

function matches(row: SpeedConditions, who: RateInputs): boolean {
  return (
    among(row.architectures, who.architecture) &&
    among(row.devices, who.device) &&
    among(row.vendors, who.vendor) &&
    among(row.classes, speedClassOf[who.variant]) &&
    among(row.variants, who.variant) &&
    among(row.quantizations, who.quantization) &&
    among(row.cpuClasses, who.cpuClass)
  );
}

function among<T>(allowed: readonly T[] | undefined, value: T | null): boolean {
  return allowed === undefined || (value !== null && allowed.includes(value));
}
