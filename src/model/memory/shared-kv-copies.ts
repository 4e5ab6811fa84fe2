import type { Load } from '../types.ts';
import { kvBytesOfBlock } from './kv-cache.ts';
import type { Home, Layout } from './layout.ts';
import { holdsKv, isFullAttention, kvOwner, type ModelShape } from './shape.ts';

/**
 * E2B and E4B: the last blocks read the KV cache of an earlier one. Where that lies elsewhere the device holds a copy for each of
 * them, `copies` times in a pipeline, bytes. Outside a pipeline the very first block's full cache shares room with other scratch.
 */
export function sharedKvCopyBytes(
  { architecture }: ModelShape,
  load: Load,
  layout: Layout,
  device: Home,
  copies: number,
): number {
  if (architecture.sharedKvLayers === 0) return 0;
  const first = layout.blocks.findIndex(({ home }) => home === device);
  let bytes = 0;
  for (const [block, { home }] of layout.blocks.entries()) {
    if (home !== device || holdsKv(architecture, block)) continue;
    const owner = kvOwner(architecture, block);
    if (layout.blocks[owner]?.home === device) continue;
    const copy = kvBytesOfBlock(architecture, owner, load);
    const shares = copies === 1 && block === first && isFullAttention(architecture, block);
    bytes += shares ? Math.max(copy / 2, copy - firstCopyPerToken * load.microBatch) : copies * copy;
  }
  return bytes;
}

/** Bytes per token of the micro-batch that the first copied cache shares with other scratch (sets C and P of e2b, e4b). */
const firstCopyPerToken = 80_000;
