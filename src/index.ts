/**
 * gemma-fit as a library: the memory model, llama.cpp's placement, the probes and the advice that the command line is built on.
 * Importing it does nothing.
 */
import { checkMachine, openRequest } from './advice/check.ts';
import { tableHardware } from './advice/hardware.ts';
import { needsOf } from './advice/needs.ts';
import type { CheckRequest, CheckResult } from './advice/types.ts';
import { dataAgeDays } from './data/age.ts';
import { measureRamBandwidth } from './machine/host/memory/ram-benchmark.ts';
import { type HypotheticalOptions, hypotheticalMachine } from './machine/hypothetical/index.ts';
import type { Machine } from './machine/types.ts';
import { stockShape } from './model/memory/shape.ts';
import type { SpeedBand } from './model/speed/band.ts';
import type { SpeedRun } from './model/speed/run.ts';
import { predictShapeSpeed } from './model/speed/speed.ts';
import type { Quantization, VariantId } from './model/types.ts';
import { realSystem } from './system/system.ts';
import { probeThisMachine } from './this-machine/probe.ts';
import { toolVersion } from './version.ts';

export type { Candidate, CheckRequest, CheckResult } from './advice/types.ts';
export { type ErrorCode, FitError } from './errors.ts';
export type { HypotheticalOptions } from './machine/hypothetical/index.ts';
export type { Accelerator, Machine } from './machine/types.ts';
export { type LlamaPlacement, type PlaceInput, placeModel } from './model/fit/place.ts';
export { type Estimate, type EstimateInput, estimateMemory } from './model/memory/estimate.ts';
export { estimateMlxMemory, type MlxMemory, type MlxMemoryInput } from './model/mlx/memory.ts';
export { type MlxSpeedQuestion, predictMlxPromptSpeed, predictMlxSpeed } from './model/mlx/speed.ts';
export type { SpeedBand } from './model/speed/band.ts';
export type { SpeedDevice, SpeedHost } from './model/speed/hardware.ts';
export type { KvType, Parts, Quantization, VariantId } from './model/types.ts';

/** How this computer is read. */
export interface ProbeThisOptions {
  /** Environment to read OLLAMA_HOST, CUDA_VISIBLE_DEVICES and the like from. Default: the process's own. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Copy memory for half a second to learn the RAM's bandwidth, and remember it for `gemma-fit check`. Default false. */
  measure?: boolean;
}

/** What this computer is: accelerators, memory and its limits, disk, the Ollama server if one answers. Never throws; takes under 3 s. */
export function probe({ env = process.env, measure = false }: ProbeThisOptions = {}): Promise<Machine> {
  const io = { env, system: realSystem(env), now: Date.now, measureRam: measureRamBandwidth };
  return probeThisMachine(io, measure ? 'anew' : 'never');
}

/** A request for `check`; open fields are chosen as `gemma-fit check` does. */
export interface LibraryRequest extends Partial<Omit<CheckRequest, 'contextTokensTotal' | 'fixed'>> {
  /** Total over all sequences, as for `estimateMemory`. */
  contextTokens?: CheckRequest['contextTokensTotal'];
}

/**
 * Which Gemma 4 builds that machine can run and which one to take; open fields are chosen as `gemma-fit check` does. Pure except for the
 * age of the tables. Throws FitError `bad-number` or `usage` for an impossible request.
 */
export function check(machine: Machine, { contextTokens = null, ...request }: LibraryRequest = {}): CheckResult {
  const context = { version: toolVersion, dataAgeDays: dataAgeDays(Date.now()) };
  return checkMachine(machine, { ...openRequest, ...request, contextTokensTotal: contextTokens }, context);
}

/**
 * A computer that is not this one: `{ gpu: '2x RTX 3090', ramBytes: 64 * 2 ** 30 }`, `{ gpu: 'M3 Max 64GB' }`, `{ gpu: 'none' }`. Throws
 * FitError `unknown-device` (with near names), `usage` (a size that is not clear) or `bad-number`.
 */
export function simulate(options: HypotheticalOptions): Machine {
  return hypotheticalMachine(options);
}

/** A device that runs a model fully on its GPU, at the best build that it holds. Bytes, tokens, tokens per second. */
export interface NeededHardware {
  name: string;
  vendor: string;
  memoryBytes: number;
  tag: string;
  /** Longest context there; null: none. */
  ceilingTokens: number | null;
  speed: { lowTokensPerSecond: number; highTokensPerSecond: number } | null;
}

/**
 * Which hardware of the table runs a model fully on its GPU, the smallest first. Open fields are chosen as `gemma-fit needs` does. Throws
 * FitError `bad-number` or `usage` for an impossible request.
 */
export function needs(variant: VariantId, { contextTokens = null, ...request }: LibraryRequest = {}): NeededHardware[] {
  const asked = { ...openRequest, ...request, contextTokensTotal: contextTokens };
  return needsOf(variant, null, asked, tableHardware()).rows.map(
    ({ name, vendor, memoryBytes, tag, ceilingTokens, speed }) => ({
      name,
      vendor,
      memoryBytes,
      tag,
      ceilingTokens,
      speed,
    }),
  );
}

/** A run whose speed is asked: which model, how full its cache is, and where its layers are. */
export interface LibrarySpeedQuestion extends SpeedRun {
  variant: VariantId;
  quantization: Quantization;
}

/**
 * Tokens per second as a band, for a run that is laid out as `placeModel` says: `devices` with their layers, in placement order. null where a
 * bandwidth is not known. Throws FitError `unknown-quantization` for one that the table does not have.
 */
export function predictSpeed({ variant, quantization, ...question }: LibrarySpeedQuestion): SpeedBand | null {
  return predictShapeSpeed({ ...question, shape: stockShape(variant, quantization) });
}
