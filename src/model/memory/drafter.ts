import { computeBufferRow } from '../../data/compute-buffers.ts';
import type { DrafterLogits } from '../../data/engines.ts';
import type { Load } from '../types.ts';
import { maskBytesPerToken } from './compute-buffer/full.ts';
import { batchTokens, engineOf } from './load.ts';
import type { ModelShape } from './shape.ts';

/** What a draft model takes beside its file, bytes: on the device, in host memory beside a device, and without one. */
export interface DrafterBuffers {
  deviceBytes: number;
  hostBytes: number;
  cpuBytes: number;
}

const logitBytes = 4;

/**
 * Compute buffers of Gemma 4's draft model (gemma4-assistant). It keeps no KV cache of its own: its four layers read the model's, so
 * it holds the same masks (llama.cpp src/models/gemma4-assistant.cpp). Builds before b10151 reserve a row of logits for each token.
 */
export function drafterBuffers(shape: ModelShape, load: Load, logits: DrafterLogits): DrafterBuffers {
  const { architecture } = shape;
  const { drafter } = computeBufferRow(engineOf(load), shape.variant);
  const masks = maskBytesPerToken(architecture, load);
  const outputs =
    logits === 'all' ? logitBytes * architecture.vocabulary + 2 * logitBytes * architecture.hiddenSize : 0;
  const tokens = batchTokens(load);
  return {
    deviceBytes: tokens * Math.max(drafter.device + masks, outputs),
    hostBytes: tokens * (drafter.host + masks),
    cpuBytes: tokens * Math.max(drafter.cpu + masks, outputs),
  };
}
