import { checkpointBytes, checkpointsIn } from '../../advice/placement/host-memory.ts';
import type { Candidate, CheckResult } from '../../advice/types.ts';
import { buildById, runtimeDefaults, since, variantOf } from '../../data/tables.ts';
import { acceleratorOf, sumParts } from '../figures.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** RAM that each of the two may take in a pod: enough for a few long prompts, and a request that nodes can grant. */
const mostBytes = 2 * gibibyte;

/** What llama-server may keep in RAM as it runs, so that memory that grows stays inside the pod's limit. */
export interface Caches {
  /** LLAMA_ARG_CACHE_RAM, MiB: finished prompts. */
  promptCacheMiB: number;
  /** LLAMA_ARG_CTX_CHECKPOINTS: of each sequence. */
  checkpoints: number;
  /** Both, at their largest. */
  bytes: number;
}

/**
 * Half of the RAM that is left for each, at most 2 GiB; unasked they would take 8 GiB and 32 checkpoints, and the pod would be killed
 * once they have grown. null for a runner without them: MLX, and Ollama's own before llama-server.
 * @param leftBytes RAM of the machine beside the model and the server; null: not known
 */
export function cachesOf(
  { placement, build, variant, workload }: Candidate,
  version: string,
  leftBytes: number | null,
): Caches | null {
  if (buildById(build)?.runner === 'mlx' || placement.mode === 'none' || !since('llama-server', version)) return null;
  const eachBytes = Math.max(Math.min(mostBytes, (leftBytes ?? Number.POSITIVE_INFINITY) / 2), 0);
  const one = checkpointBytes(variantOf(variant).architecture) * workload.sequences;
  const checkpoints = Math.min(checkpointsIn(workload.contextTokensPerSequence), Math.floor(eachBytes / one));
  const promptCacheMiB = Math.floor(Math.min(eachBytes, runtimeDefaults.hostPromptCacheBytes) / mebibyte);
  return { promptCacheMiB, checkpoints, bytes: promptCacheMiB * mebibyte + checkpoints * one };
}

/** RAM of the machine that a pod may still take beside so many bytes, and what lies on a GPU that shares it; null: not known. */
export function ramBeside(result: CheckResult, { placement }: Candidate, bytes: number): number | null {
  const { availableBytes } = result.machine.memory;
  if (availableBytes === null) return null;
  const sharing = placement.devices.filter((placed) => acceleratorOf(result, placed)?.kind !== 'discrete');
  return sharing.reduce((left, placed) => left - sumParts(placed), availableBytes - bytes);
}
