import { assumedDeviceBandwidth } from '../../data/advice.ts';
import { since } from '../../data/runtimes.ts';
import { memoize } from '../../memoize.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import type { ModelShape } from '../../model/memory/shape.ts';
import { type BatchedSpeed, predictBatchedSpeed } from '../../model/speed/batched.ts';
import type { SpeedHost } from '../../model/speed/hardware.ts';
import {
  predictPromptSpeed,
  predictShapeSpeed,
  type SpeedBand,
  type SpeedQuestion,
  usualDraftTokens,
} from '../../model/speed/speed.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { DevicePlacement, NeedParts, PromptSpeed, Speed, Workload } from '../types.ts';
import { contextPerSequence } from '../workload.ts';
import { assumedRamOf } from './assumed-ram.ts';
import { toMlxCase } from './mlx-case.ts';
import { mlxPromptSpeed, mlxSpeedAt } from './mlx-speed.ts';
import type { PlacementResult } from './types.ts';

/** The largest number of cached tokens for which a speed is given: a conversation under way. */
export const toldDepthTokens = 4096;

/** Speed of one sequence with half of the context in use, which the value is based on; the others are computed on demand. */
export interface SpeedsWhileFilling {
  half: Speed | null;
  others: () => OtherSpeeds;
}

/** At the start of a conversation, with all of the context in use, and of reading a prompt. */
export interface OtherSpeeds {
  start: Speed | null;
  full: Speed | null;
  prompt: PromptSpeed | null;
}

export const noSpeeds: SpeedsWhileFilling = { half: null, others: () => ({ start: null, full: null, prompt: null }) };

/** A placement as far as its speed depends on it. */
export interface TimedPlacement {
  placement: {
    devices: readonly Pick<DevicePlacement, 'accelerator' | 'layers'>[];
    overflowingLayers: number;
  };
  /** Whether a draft model is used shows in its bytes. */
  need: { device: Pick<NeedParts, 'drafterBytes'>; host: Pick<NeedParts, 'drafterBytes'> };
  microBatch: number;
}

/** Expected speeds of a placement. Unknown bandwidths are assumed from similar hardware, and the band is wider. */
export function speedsOf(
  target: SchedulerTarget,
  built: BuildShape,
  placed: TimedPlacement,
  workload: Workload,
): SpeedsWhileFilling {
  const context = contextPerSequence(workload);
  if (built.mlx !== null) {
    const given = toMlxCase(target, built);
    return given === null
      ? noSpeeds
      : whileFilling(context, mlxSpeedAt(given, target, built), () => mlxPromptSpeed(given));
  }
  if (built.shape === null) return noSpeeds;
  const question = speedQuestionOf(target, built.shape, placed, workload);
  const at = (depthTokens: number) => predict({ ...question, depthTokens }, target);
  return whileFilling(context, at, () => promptSpeedOf(question, placed.microBatch));
}

/** Each of several conversations while all of them write; null without a basis: an MLX runner serves one after the other. */
export function togetherOf(
  target: SchedulerTarget,
  built: BuildShape,
  placed: PlacementResult,
  workload: Workload,
): BatchedSpeed | null {
  if (built.shape === null || built.mlx !== null) return null;
  const depthTokens = Math.min(contextPerSequence(workload), toldDepthTokens);
  const question = { ...speedQuestionOf(target, built.shape, placed, workload), depthTokens };
  return predictBatchedSpeed(question, workload.sequences);
}

function whileFilling(
  context: number,
  at: (depthTokens: number) => Speed | null,
  prompt: () => PromptSpeed | null,
): SpeedsWhileFilling {
  const startDepth = Math.min(context, toldDepthTokens);
  const halfDepth = Math.floor(context / 2);
  const half = at(halfDepth);
  const others = () => {
    const start = halfDepth === startDepth ? half : at(startDepth);
    return { start, full: context === startDepth ? start : at(context), prompt: prompt() };
  };
  return { half, others };
}

/** What is asked of the speed model for a placement, at no depth yet. */
export function speedQuestionOf(
  target: SchedulerTarget,
  shape: ModelShape,
  { placement, need }: TimedPlacement,
  workload: Workload,
): Omit<SpeedQuestion, 'depthTokens'> {
  const known = target.groups.flat();
  const devices = placement.devices.flatMap(({ accelerator, layers }) => {
    const device = known.find(({ id }) => id === accelerator);
    if (device === undefined || layers === 0) return [];
    const { backend, bandwidthBytesPerSecond, name, totalBytes, architecture } = device;
    return [{ backend, bandwidthBytesPerSecond, name, memoryBytes: totalBytes, architecture, layers }];
  });
  return {
    shape,
    kvType: workload.kvType,
    devices,
    host: hostOf(target),
    overflowingLayers: placement.overflowingLayers,
    draftTokens: need.device.drafterBytes + need.host.drafterBytes > 0 ? usualDraftTokens : 0,
    engine: since('llama-server', target.ollamaVersion) ? 'llama.cpp' : 'ollama-own',
  };
}

/** RAM of unknown speed counts as the middle of what similar computers have. */
export const hostOf = memoize(({ host }: SchedulerTarget): SpeedHost => {
  if (host.bandwidthBytesPerSecond !== null) return host;
  const { low, high } = assumedRamOf(host);
  return { ...host, bandwidthBytesPerSecond: Math.sqrt(low * high), bandwidthBasis: 'assumed' };
});

function predict(question: SpeedQuestion, target: SchedulerTarget): Speed | null {
  const known = predictShapeSpeed(question);
  if (known !== null) return speedFrom([known], isAssumed(question));
  const [low, high] = (['low', 'high'] as const).map((end) => predictShapeSpeed(withAssumed(question, target, end)));
  return low && high ? speedFrom([low, high], true) : null;
}

function isAssumed({ host, devices, shape, overflowingLayers }: SpeedQuestion): boolean {
  const onDevices = devices.reduce((sum, { layers }) => sum + layers, 0);
  const hostWorks = overflowingLayers > 0 || onDevices <= shape.architecture.layers;
  return hostWorks && host.bandwidthBasis === 'assumed';
}

/** The question with every unknown bandwidth at one end of its plausible range. */
function withAssumed(question: SpeedQuestion, target: SchedulerTarget, end: 'low' | 'high'): SpeedQuestion {
  const sharesRam = target.groups.flat().some(({ integrated }) => integrated);
  const assumed = assumedDeviceBandwidth(sharesRam)[end];
  const devices = question.devices.map((device) => ({
    ...device,
    bandwidthBytesPerSecond: device.bandwidthBytesPerSecond ?? assumed,
  }));
  return { ...question, devices };
}

/** One band, or the hull of two with the expected value in the geometric middle. */
function speedFrom([first, second]: readonly SpeedBand[], assumed: boolean): Speed | null {
  if (first === undefined) return null;
  const other = second ?? first;
  return {
    lowTokensPerSecond: Math.min(first.lowTokensPerSecond, other.lowTokensPerSecond),
    expectedTokensPerSecond: Math.sqrt(first.expectedTokensPerSecond * other.expectedTokensPerSecond),
    highTokensPerSecond: Math.max(first.highTokensPerSecond, other.highTokensPerSecond),
    basis: assumed ? 'assumed' : first.basis,
  };
}

function promptSpeedOf(question: Omit<SpeedQuestion, 'depthTokens'>, microBatch: number): PromptSpeed | null {
  const band = predictPromptSpeed({ ...question, depthTokens: 0 }, microBatch);
  if (band === null) return null;
  const { lowTokensPerSecond, highTokensPerSecond } = band;
  return { lowTokensPerSecond, highTokensPerSecond };
}
