import type { Load } from '../../types.ts';
import { type Home, host, isFullOffload, type Layout } from '../layout.ts';
import { blockBytes, isFullAttention, type ModelShape } from '../shape.ts';
import { sharedKvCopyBytes } from '../shared-kv-copies.ts';
import { type ExpertSplit, expertStreamingComputeBytes } from './experts.ts';
import { fullComputeBytes, headComputeBytes, laterComputeBytes, pipelineComputeBytes } from './full.ts';
import { scratchBesideCopies, slidingStreamingComputeBytes, streamingComputeBytes } from './streaming.ts';

/** Compute buffer of one device, bytes. Device 0 also computes the batches of what lies on the CPU, even when it holds nothing itself. */
export function deviceComputeBytes(shape: ModelShape, load: Load, layout: Layout, device: Home): number {
  const copies = pipelineCopies(layout);
  const foreign = sharedKvCopyBytes(shape, load, layout, device, copies);
  if (copies > 1) {
    const place = device === firstHolder(layout) ? 'first' : foreign > 0 ? 'reader' : 'next';
    return pipelineComputeBytes(shape, load, place, copies) + foreign;
  }
  const own = ownBytes(shape, load, layout, device);
  const split = device === 0 ? splitBytes(shape, load, layout, foreign === 0) : 0;
  if (split === 0) return own + foreign;
  // Attention scores of a whole context outweigh what is copied for the CPU's blocks.
  if (!load.flashAttention) return Math.max(split, fullComputeBytes(shape, load) + foreign);
  return Math.max(split, foreign > 0 ? Math.min(own, scratchBesideCopies(shape, load)) + foreign : 0);
}

/** Several devices that hold everything between them work in a pipeline, with copies of each input (llama.cpp, GGML_SCHED_MAX_COPIES). */
export function pipelineCopies(layout: Layout): number {
  if (layout.deviceCount === 1 || !isFullOffload(layout)) return 1;
  const whole = layout.blocks.every(({ overflow }) => overflow === null);
  const several = layout.blocks.some(({ home }) => home !== layout.head);
  return whole && several ? maxCopies : 1;
}
const maxCopies = 4;

/** The first device that holds a layer: layers lie in the order of the devices. */
function firstHolder({ blocks, head }: Layout): Home {
  const first = blocks.find(({ home }) => home !== host);
  return Math.max(0, first?.home ?? head);
}

/** What a device needs for the layers it holds. */
function ownBytes(shape: ModelShape, load: Load, layout: Layout, device: Home): number {
  const holdsBlocks = layout.blocks.some(({ home }) => home === device);
  if (!holdsBlocks)
    return layout.head === device && device !== 0
      ? headComputeBytes(shape, load)
      : device === 0
        ? fullComputeBytes(shape, load)
        : 0;
  return device === firstHolder(layout) ? fullComputeBytes(shape, load) : laterComputeBytes(shape, load);
}

/** What device 0 needs for blocks and experts on the CPU: room for copies of their weights. 0 when there are none. */
function splitBytes(shape: ModelShape, load: Load, layout: Layout, ownKvOnly: boolean): number {
  if (isFullOffload(layout)) return 0;
  const blocksOnHost = layout.blocks.some(({ home }) => home === host);
  if (layout.blocks.some(({ home }, block) => home === host && isFullAttention(shape.architecture, block))) {
    return streamingComputeBytes(shape, load, ownKvOnly && sharedKvOnHost(shape, layout));
  }
  const split = expertSplit(shape, layout);
  if (blocksOnHost) return slidingStreamingComputeBytes(shape, load, split);
  const expertsOnHost = layout.blocks.some(({ overflow }) => overflow?.to === host);
  return expertsOnHost ? expertStreamingComputeBytes(shape, load, split) : 0;
}

/** Whether a KV cache that later blocks share lies on the host. */
function sharedKvOnHost({ architecture }: ModelShape, { blocks }: Layout): boolean {
  const { layers, sharedKvLayers } = architecture;
  return sharedKvLayers > 0 && blocks[layers - sharedKvLayers - 2]?.home === host;
}

function expertSplit(shape: ModelShape, { blocks }: Layout): ExpertSplit {
  const heaviest = Math.max(...shape.weights.layers.map(([, experts = 0]) => experts));
  const heavyDown = blocks.some(
    ({ overflow }, block) => overflow?.part === 'down' && blockBytes(shape, block).expertBytes === heaviest,
  );
  const whole = blocks.filter(({ home, overflow }) => home !== host && overflow === null).length;
  return {
    heavyDown,
    elsewhere: !blocks.some(({ home, overflow }) => home === 0 && overflow?.to === host),
    noneWhole: shape.architecture.experts !== null && whole <= 2 && blocks.some(({ overflow }) => overflow !== null),
  };
}
