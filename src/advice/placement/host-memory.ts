import type { Architecture } from '../../data/schema.ts';
import { runtimeDefaults } from '../../data/tables.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { AdviceFinding } from '../findings.ts';
import { sumParts } from '../parts.ts';
import type { Workload } from '../types.ts';
import type { PlacementResult } from './types.ts';

/** Whether the rest fits in RAM; null when its size is not known. */
export interface HostFit {
  fits: boolean | null;
  findings: AdviceFinding[];
}

/**
 * RAM beside the devices, or the shared pool, counted once. Only what must be resident decides; the prompt cache and the checkpoints, which
 * llama-server (but not the MLX runner) lets grow up to a limit, only cause a warning.
 */
export function hostFit(
  target: SchedulerTarget,
  placed: PlacementResult,
  architecture: Architecture,
  workload: CachedWorkload | null = null,
): HostFit {
  const pooled = isPooled(target, placed);
  const needBytes = hostNeedBytes(placed, pooled);
  const availableBytes = target.hostAvailableBytes;
  if (availableBytes === null) return { fits: null, findings: [{ code: 'host-memory-unknown', needBytes }] };
  if (needBytes > availableBytes) {
    return {
      fits: false,
      findings: [{ code: pooled ? 'pool-too-small' : 'host-too-small', needBytes, availableBytes }],
    };
  }
  const grows = placed.decided === undefined;
  const checkpointsBytes = checkpointsBytesOf(architecture, workload);
  return { fits: true, findings: grows ? cacheWarning(needBytes, availableBytes, checkpointsBytes) : [] };
}

function hostNeedBytes(placed: PlacementResult, pooled: boolean): number {
  return sumParts(placed.placement.host) + (pooled ? pooledBytes(placed) : 0);
}

/** What a run leaves of the available RAM; null where its size is not known. */
export function ramRemainingBytes(target: SchedulerTarget, placed: PlacementResult): number | null {
  if (target.hostAvailableBytes === null) return null;
  return target.hostAvailableBytes - hostNeedBytes(placed, isPooled(target, placed));
}

/** What the checkpoints of a run depend on. */
export type CachedWorkload = Pick<Workload, 'contextTokensTotal' | 'sequences'>;

/** llama-server writes a checkpoint every so many tokens of a prompt, and about two at its end (tools/server, measured at v0.5.0). */
const checkpointEveryTokens = 8192;
const checkpointsAtTheEnd = 2;

/** Checkpoints that the context of one sequence has room for, at most as many as llama-server keeps. */
export function checkpointsIn(contextTokensPerSequence: number): number {
  const written = Math.ceil(contextTokensPerSequence / checkpointEveryTokens) + checkpointsAtTheEnd;
  return Math.min(runtimeDefaults.contextCheckpoints, written);
}

function checkpointsBytesOf(architecture: Architecture, workload: CachedWorkload | null): number {
  const one = checkpointBytes(architecture);
  if (workload === null) return runtimeDefaults.contextCheckpoints * one;
  return workload.sequences * checkpointsIn(workload.contextTokensTotal / workload.sequences) * one;
}

/** One checkpoint keeps the sliding layers' window of one sequence, f16 (llama.cpp issue 21690). */
export function checkpointBytes({ kv, windowTokens }: Architecture): number {
  return kv.sliding.layers * kv.sliding.width * 2 * 2 * windowTokens;
}

function cacheWarning(needBytes: number, availableBytes: number, checkpointsBytes: number): AdviceFinding[] {
  const cacheBytes = runtimeDefaults.hostPromptCacheBytes;
  const total = needBytes + cacheBytes + checkpointsBytes;
  if (total <= availableBytes) return [];
  return [{ code: 'prompt-cache-tight', needBytes: total, cacheBytes, checkpointsBytes, availableBytes }];
}

function isPooled(target: SchedulerTarget, { placement }: PlacementResult): boolean {
  const devices = target.groups.flat();
  return placement.devices.some(({ accelerator }) => devices.find(({ id }) => id === accelerator)?.integrated === true);
}

/** Metal maps the file once, so the shared embedding counts once. */
function pooledBytes({ placement, sharedBytes }: PlacementResult): number {
  return placement.devices.reduce((sum, device) => sum + sumParts(device), 0) - sharedBytes;
}
