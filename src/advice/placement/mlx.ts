import type { Architecture } from '../../data/schema.ts';
import { variantOf } from '../../data/tables.ts';
import { processOverheadBytes } from '../../machine/overhead.ts';
import { type BuildShape, drafterInMemoryBytes } from '../../model/memory/build-shape.ts';
import { fullComputeBytes } from '../../model/memory/compute-buffer/full.ts';
import { stockShape } from '../../model/memory/shape.ts';
import type { UsableDevice } from '../../server-rules/devices.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { nothing, sumParts, withExtras } from '../parts.ts';
import type { Workload } from '../types.ts';
import { contextPerSequence } from '../workload.ts';
import type { PlacementResult } from './types.ts';

/** What Ollama keeps clear before it loads an MLX model. Source: ollama ml/device.go, MinimumMemory on Metal. */
export const mlxMarginBytes = processOverheadBytes('metal');
/** MLX reads prompts in steps of this many tokens (mlx-lm, prefill_step_size). */
const mlxMicroBatch = 2048;
const bf16Bytes = 2;

/**
 * An MLX build on Apple Silicon: whole or not at all. Weights from the build's own published size; a bf16 cache for the tokens
 * of the wanted context; scratch as llama.cpp would need it. Nothing of this is measured: the candidate says so.
 * null when its size is not published or the machine has no Metal device.
 */
export function placeMlx(target: SchedulerTarget, built: BuildShape, workload: Workload): PlacementResult | null {
  const device = target.groups.flat().find(({ backend }) => backend === 'metal');
  if (device === undefined || built.downloadBytes === null) return null;
  const parts = withExtras(mlxParts(built, workload), 0, drafterInMemoryBytes(built, target.ollamaVersion));
  const totalLayers = variantOf(built.build.variant).architecture.layers + 1;
  const fits = sumParts(parts) + mlxMarginBytes <= device.freeBytes;
  return {
    placement: {
      mode: fits ? 'full' : 'none',
      gpuLayers: fits ? totalLayers : 0,
      totalLayers,
      overflowingLayers: 0,
      devices: fits ? [seatOf(device, parts, totalLayers)] : [],
      host: withExtras(nothing),
    },
    need: { device: parts, host: withExtras(nothing) },
    microBatch: workload.microBatch ?? mlxMicroBatch,
    how: 'plain',
    sharedBytes: 0,
    preflight: null,
    findings: [
      { code: 'mlx-build', tag: built.build.tag },
      { code: 'mlx-assumed', computeBytes: parts.computeBytes },
      { code: 'mlx-context-open' },
    ],
  };
}

function seatOf(device: UsableDevice, parts: ReturnType<typeof withExtras>, layers: number) {
  const remainingBytes = device.freeBytes - sumParts(parts);
  return {
    accelerator: device.id,
    layers,
    ...parts,
    freeBytes: device.freeBytes,
    marginBytes: mlxMarginBytes,
    remainingBytes,
  };
}

/** The projector of an MLX build is part of its published size and stays in weightsBytes. */
function mlxParts(built: BuildShape, workload: Workload) {
  const { architecture } = variantOf(built.build.variant);
  const microBatch = Math.min(workload.microBatch ?? mlxMicroBatch, workload.contextTokensTotal);
  const load = { ...workload, kvType: 'f16' as const, microBatch, flashAttention: true };
  return {
    weightsBytes: (built.downloadBytes ?? 0) - built.drafterBytes,
    kvCacheBytes: workload.sequences * cacheBytes(architecture, contextPerSequence(workload)),
    computeBytes: fullComputeBytes(stockShape(built.build.variant, 'Q4_K_M'), load),
  };
}

/** K and V of the layers that hold them, in bf16, for one sequence: all tokens on full layers, the window on sliding ones. */
function cacheBytes({ kv, windowTokens }: Architecture, tokens: number): number {
  const elements =
    kv.full.layers * kv.full.width * tokens + kv.sliding.layers * kv.sliding.width * Math.min(tokens, windowTokens);
  return 2 * bf16Bytes * elements;
}
