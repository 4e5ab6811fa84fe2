/**
 * gemma-fit as a library: the memory model, llama.cpp's placement, the probes and the advice that the command line is built on.
 * Importing it does nothing.
 */
import { check as adviseOn, openRequest } from './advice/check.ts';
import type { CheckRequest, CheckResult } from './advice/types.ts';
import { dataAgeDays } from './commands/data-age.ts';
import { probeThisMachine } from './commands/machine.ts';
import type { Machine } from './machine/types.ts';
import { realSystem } from './system/system.ts';
import { toolVersion } from './version.ts';

export type { Candidate, CheckRequest, CheckResult } from './advice/types.ts';
export { type ErrorCode, FitError } from './errors.ts';
export type { Accelerator, Machine } from './machine/types.ts';
export { type LlamaPlacement, type PlaceInput, placeModel } from './model/fit/place.ts';
export { type Estimate, type EstimateInput, estimateMemory } from './model/memory/estimate.ts';
export { estimateMlxMemory, type MlxMemory, type MlxMemoryInput } from './model/mlx/memory.ts';
export { type MlxSpeedQuestion, predictMlxPromptSpeed, predictMlxSpeed } from './model/mlx/speed.ts';
export type { KvType, Parts, Quantization, VariantId } from './model/types.ts';

export interface ProbeThisOptions {
  /** Environment to read OLLAMA_HOST, CUDA_VISIBLE_DEVICES and the like from. Default: the process's own. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Copy memory for half a second to learn the RAM's bandwidth. Default false. */
  measure?: boolean;
}

/** What this computer is: accelerators, memory and its limits, disk, the Ollama server if one answers. Never throws; takes under 3 s. */
export function probe({ env = process.env, measure = false }: ProbeThisOptions = {}): Promise<Machine> {
  return probeThisMachine({ env, system: realSystem(env) }, measure);
}

/** What may be asked of `check`; what is left out is chosen as `gemma-fit check` chooses it. */
export interface LibraryRequest extends Partial<Omit<CheckRequest, 'contextTokensTotal'>> {
  /** Total over all sequences, as for `estimateMemory`. */
  contextTokens?: CheckRequest['contextTokensTotal'];
}

/**
 * Which Gemma 4 builds that machine can run and which one to take; what the request leaves out is chosen as `gemma-fit check`
 * chooses it. Pure but for the age of the tables. Throws FitError `bad-number` or `usage` for an impossible request.
 */
export function check(machine: Machine, { contextTokens = null, ...request }: LibraryRequest = {}): CheckResult {
  const context = { version: toolVersion, dataAgeDays: dataAgeDays(Date.now()) };
  return adviseOn(machine, { ...openRequest, ...request, contextTokensTotal: contextTokens }, context);
}
