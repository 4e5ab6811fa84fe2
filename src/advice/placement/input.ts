import type { Build } from '../../data/schema.ts';
import { variantOf } from '../../data/tables.ts';
import { memoize } from '../../memoize.ts';
import { type BuildShape, drafterInMemoryBytes } from '../../model/memory/build-shape.ts';
import type { ModelShape } from '../../model/memory/shape.ts';
import { type Load, type LoadBackend, loadBackends } from '../../model/types.ts';
import type { DeviceSet, ExtraLoads } from '../../server-rules/device-sets.ts';
import type { UsableDevice } from '../../server-rules/devices.ts';
import type { SchedulerDecision } from '../../server-rules/scheduler.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { isOllama, rulesOf } from '../server.ts';
import type { Workload } from '../types.ts';

/** A build for llama.cpp with everything its placement depends on. */
export interface GgufPlacementInput {
  target: SchedulerTarget;
  built: BuildShape;
  shape: ModelShape;
  extras: ExtraLoads;
  /** Images or audio were requested, so the projector belongs on a device. */
  imagesWanted: boolean;
}

/** null for a build that is not a GGUF of known size. The same object for the same case: what it makes is remembered with it. */
export function toPlacementInput(
  target: SchedulerTarget,
  built: BuildShape,
  { vision }: Pick<Workload, 'vision'>,
): GgufPlacementInput | null {
  return inputsOn(target)(built)(vision);
}

const inputsOn = memoize((target: SchedulerTarget) =>
  memoize((built: BuildShape) => memoize((vision: boolean | null) => makeInput(target, built, vision))),
);

function makeInput(target: SchedulerTarget, built: BuildShape, vision: boolean | null): GgufPlacementInput | null {
  if (built.shape === null || built.build.runner !== 'llamacpp') return null;
  const extras: ExtraLoads = {
    projectorBytes: vision === false && !loadsEncoder(target, built.build) ? 0 : built.projectorBytes,
    // A llama-server loads a draft model only where one is named.
    drafterBytes: isOllama(target) ? drafterInMemoryBytes(built, target.ollamaVersion) : 0,
    projectorScratchBytes: variantOf(built.build.variant).projector.scratchBytes,
    oneDeviceOnly: built.shape.architecture.sharedKvLayers > 0,
    imagesWanted: vision === true,
    ...(target.fitTargetBytes !== undefined && { fitTargetBytes: target.fitTargetBytes }),
  };
  return { target, built, shape: built.shape, extras, imagesWanted: vision === true };
}

/** Ollama loads the vision encoder of a file that has it beside the weights, whatever was asked for. */
function loadsEncoder(target: SchedulerTarget, { projector }: Pick<Build, 'projector'>): boolean {
  return isOllama(target) && projector === 'inline';
}

/** Sets of devices for the case, remembered: the server hands over one of a few lists. */
export function deviceSetsOf(input: GgufPlacementInput, { devices }: Pick<SchedulerDecision, 'devices'>): DeviceSet[] {
  return setsOf(input)(devices);
}

const setsOf = memoize((input: GgufPlacementInput) =>
  memoize(
    (devices: UsableDevice[]) => rulesOf(input.target).deviceSets(input.target, { devices }, input.extras),
    (devices) => devices.map(({ id }) => id).join(),
  ),
);

/** What a load depends on besides the workload: llama.cpp's generation and build, and the backend where its buffers differ. */
export type LoadRuntime = Pick<Load, 'engine' | 'llamaCpp' | 'backend'>;

const knownBackends: readonly string[] = loadBackends;

/** The llama.cpp of the server's version, on the devices that the server selects. */
export function loadRuntimeOf(target: SchedulerTarget, devices: readonly UsableDevice[] = []): LoadRuntime {
  const { engine, llamaCpp } = target.engine;
  const backend = devices[0]?.backend ?? 'none';
  return { engine, llamaCpp, ...(knownBackends.includes(backend) && { backend: backend as LoadBackend }) };
}

/**
 * The load that llama.cpp sees; a micro-batch is never larger than the context. A quantized cache without flash attention does
 * not load at all (data/runtimes.json says so to the candidate); its bytes are those with flash attention.
 */
export function loadOf(
  workload: Workload,
  microBatch: number,
  flashAttention: boolean,
  runtime: LoadRuntime = {},
): Load {
  const { contextTokensTotal: contextTokens, sequences, kvType } = workload;
  return {
    contextTokensTotal: contextTokens,
    sequences,
    kvType,
    microBatch: Math.min(microBatch, contextTokens),
    flashAttention: flashAttention || kvType !== 'f16',
    ...runtime,
  };
}

/** The load on the devices that the server selects. */
export function loadUnder(
  target: SchedulerTarget,
  workload: Workload,
  { flashAttention, devices }: Pick<SchedulerDecision, 'flashAttention' | 'devices'>,
  microBatch: number,
): Load {
  return loadOf(workload, microBatch, flashAttention, loadRuntimeOf(target, devices));
}
