import { buildById, variantOf } from '../../data/tables.ts';
import { defaultSlots, fitContext } from '../../llama-server-rules/context.ts';
import { placeShape } from '../../model/fit/place.ts';
import { type BuildShape, shapeOfBuild } from '../../model/memory/build-shape.ts';
import { estimateShape } from '../../model/memory/estimate.ts';
import { layeredLayout } from '../../model/memory/layout.ts';
import { completeLoad } from '../../model/memory/load.ts';
import { memoryOf } from '../../model/memory/memory.ts';
import type { ModelShape } from '../../model/memory/shape.ts';
import { totalBytes } from '../../model/total.ts';
import type { Load } from '../../model/types.ts';
import type { DeviceSlot } from '../../server-rules/device-sets.ts';
import type { SchedulerDecision } from '../../server-rules/scheduler.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { slotMemory } from '../placement/full-fit.ts';
import { loadRuntimeOf, toPlacementInput } from '../placement/input.ts';
import { rulesOf } from '../server.ts';
import type { Candidate, DefaultRun } from '../types.ts';

/**
 * What `llama-server -hf REPOSITORY` does with nothing else said: four slots that share the trained context, or as much of it as fits.
 * null when the build's size is not known.
 */
export function plainServerRun(target: SchedulerTarget, candidate: Candidate): DefaultRun | null {
  const build = buildById(candidate.build);
  return build === null ? null : serverRunOf(target, shapeOfBuild(build));
}

/** The same for a build that the table need not have. */
export function serverRunOf(target: SchedulerTarget, built: BuildShape): DefaultRun | null {
  const rules = rulesOf(target);
  const trained = variantOf(built.build.variant).architecture.trainedContextTokens;
  const decision = rules.decide(target, built, trained);
  const input = toPlacementInput(target, built, { vision: null });
  if (decision === null || input === null) return null;
  const [deviceSet] = rules.deviceSets(target, decision, { ...input.extras, oneDeviceOnly: false });
  const slots = deviceSet?.slots ?? [];
  const loadAt = (contextTokens: number) => sharedLoad(target, decision, contextTokens);
  const contextTokens =
    slots.length === 0
      ? contextInRam(target, input.shape, trained, loadAt)
      : contextOnDevices(input.shape, slots, trained, loadAt);
  const { microBatch } = decision;
  const { mode } = placeShape(input.shape, loadAt(contextTokens), slots.map(slotMemory));
  return { contextTokens, microBatch, mode, slots: defaultSlots };
}

function sharedLoad(target: SchedulerTarget, decision: SchedulerDecision, contextTokensTotal: number): Load {
  const { microBatch, devices, flashAttention } = decision;
  const runtime = loadRuntimeOf(target, devices);
  return completeLoad({
    ...{ contextTokensTotal, sequences: defaultSlots, kvUnified: true, microBatch, kvType: 'f16', flashAttention },
    ...runtime,
  });
}

function contextOnDevices(
  shape: ModelShape,
  slots: readonly DeviceSlot[],
  trainedTokens: number,
  loadAt: (contextTokens: number) => Load,
): number {
  const freeBytes = slots.map(({ device }) => device.freeBytes);
  const { layers, experts } = shape.architecture;
  const layout = layeredLayout(layers, layers + 1, freeBytes);
  const memoryAt = (contextTokens: number) => memoryOf(shape, loadAt(contextTokens), layout).devices;
  const weights = memoryAt(trainedTokens).reduce((sum, { weightsBytes }) => sum + weightsBytes, 0);
  return fitContext({
    trainedTokens,
    usedBytes: (contextTokens) => memoryAt(contextTokens).map(totalBytes),
    freeBytes,
    marginBytes: slots.map(({ marginBytes }) => marginBytes),
    layerBytes: Math.floor(weights / layers),
    experts: experts !== null,
  });
}

/** Without a device against the whole RAM, whatever of it is free; as much as is trained for where its size is not known. */
function contextInRam(
  { hostTotalBytes }: SchedulerTarget,
  shape: ModelShape,
  trainedTokens: number,
  loadAt: (contextTokens: number) => Load,
): number {
  if (hostTotalBytes === null) return trainedTokens;
  return fitContext({
    trainedTokens,
    usedBytes: (contextTokens) => [totalBytes(estimateShape(shape, loadAt(contextTokens), 'none').host)],
    freeBytes: [hostTotalBytes],
    marginBytes: [2 ** 30],
    layerBytes: 0,
    experts: false,
  });
}
