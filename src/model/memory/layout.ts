import { memoize } from '../../memoize.ts';
/** Where a part lies: index of a device, or the host. */
export type Home = number;
export const host: Home = -1;

/**
 * How much of a block's feed-forward part leaves its device (llama.cpp's common/fit.cpp): its experts; everything but
 * attention; all but attention and the dense up projection; or only the down projections.
 */
export type Overflow = 'experts' | 'all-but-attention' | 'all-but-up' | 'down';

export interface BlockPlace {
  home: Home;
  /** Part of the block that lies elsewhere; null for a whole block. */
  overflow: { part: Overflow; to: Home } | null;
}

/** Where everything of a model lies. The head (output norm and tied embedding) counts as one layer, as llama.cpp counts it. */
export interface Layout {
  deviceCount: number;
  blocks: readonly BlockPlace[];
  head: Home;
}

/** The last `gpuLayers` layers (of blocks + head) on the devices, divided by `shares` in order, as llama.cpp's tensor split does. */
export function layeredLayout(blockCount: number, gpuLayers: number, shares: readonly number[]): Layout {
  if (shares.length !== 1) return layered(blockCount, gpuLayers, shares);
  return onOneDevice(blockCount, gpuLayers);
}

/** Searches ask for the same few hundred again and again. */
const onOneDevice = memoize(
  (blockCount: number, gpuLayers: number) => layered(blockCount, gpuLayers, [1]),
  (blockCount, gpuLayers) => blockCount * 1024 + gpuLayers,
);

function layered(blockCount: number, gpuLayers: number, shares: readonly number[]): Layout {
  const firstOnDevice = blockCount + 1 - gpuLayers;
  const bounds = cumulative(shares);
  const homeOf = (layer: number): Home => {
    if (layer < firstOnDevice) return host;
    const position = Math.fround((layer - firstOnDevice) / gpuLayers);
    const device = bounds.findIndex((bound) => bound > position);
    return device === -1 ? shares.length - 1 : device;
  };
  const blocks = Array.from({ length: blockCount }, (_, block) => ({ home: homeOf(block), overflow: null }));
  return { deviceCount: shares.length, blocks, head: homeOf(blockCount) };
}

/** Fractions of the whole up to and with each share, in single precision as llama.cpp compares them. */
function cumulative(shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  return shares.map((share) => {
    sum += share;
    return Math.fround(sum / total);
  });
}

/** Layers on the devices, the head counted as one. */
export function gpuLayersOf({ blocks, head }: Layout): number {
  return blocks.filter(({ home }) => home !== host).length + (head === host ? 0 : 1);
}

export function isFullOffload(layout: Layout): boolean {
  return layout.head !== host && layout.blocks.every(({ home, overflow }) => home !== host && overflow?.to !== host);
}

/** One text for each layout: runs of blocks that lie alike, and the head. */
export const layoutKey = memoize(({ deviceCount, blocks, head }: Layout): string => {
  const places = blocks.map(({ home, overflow }) =>
    overflow === null ? home : `${home}${overflow.part}${overflow.to}`,
  );
  const runs: string[] = [];
  let from = 0;
  for (let to = 1; to <= places.length; to += 1) {
    if (places[to] === places[from]) continue;
    runs.push(`${to - from}x${places[from]}`);
    from = to;
  }
  return `${deviceCount} ${head} ${runs.join()}`;
});
