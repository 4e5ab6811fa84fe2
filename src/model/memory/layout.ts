import { memoize } from '../../memoize.ts';
/** Where a part lies: index of a device, or the host. */
export type Home = number;
export const host: Home = -1;

/**
 * How much of a block's feed-forward part leaves its device (llama.cpp's common/fit.cpp): its experts; everything but
 * attention; all but attention and the dense up projection; or only the down projections.
 */
export type Overflow = 'experts' | 'all-but-attention' | 'all-but-up' | 'down';

/** Neighbouring blocks that lie alike. */
export interface Run {
  /** How many. */
  blocks: number;
  home: Home;
  /** Part of each block that lies elsewhere; null for whole blocks. */
  overflow: { part: Overflow; to: Home } | null;
}

/** Where everything of a model lies. The head (output norm and tied embedding) counts as one layer, as llama.cpp counts it. */
export interface Layout {
  deviceCount: number;
  /** From the first block to the last. */
  runs: readonly Run[];
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
  const blocks = Array.from({ length: blockCount }, (_, block) => ({ blocks: 1, home: homeOf(block), overflow: null }));
  return { deviceCount: shares.length, runs: joined(blocks), head: homeOf(blockCount) };
}

/** The same with neighbours that lie alike in one run, and without empty ones. */
export function joined(runs: readonly Run[]): Run[] {
  const made: Run[] = [];
  for (const run of runs) {
    const last = made.at(-1);
    if (run.blocks === 0) continue;
    if (last !== undefined && liesLike(run, last)) last.blocks += run.blocks;
    else made.push({ ...run });
  }
  return made;
}

function liesLike(one: Run, other: Run): boolean {
  return (
    one.home === other.home && one.overflow?.part === other.overflow?.part && one.overflow?.to === other.overflow?.to
  );
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

/** Layers with that home, the head counted as one. */
export function layersIn({ runs, head }: Layout, home: Home): number {
  let count = head === home ? 1 : 0;
  for (const run of runs) if (run.home === home) count += run.blocks;
  return count;
}

/** Layers on the devices, the head counted as one. */
export function gpuLayersOf(layout: Layout): number {
  return blockCountOf(layout) + 1 - layersIn(layout, host);
}

export function blockCountOf({ runs }: Layout): number {
  return runs.reduce((sum, { blocks }) => sum + blocks, 0);
}

export function isFullOffload({ runs, head }: Layout): boolean {
  return head !== host && runs.every(({ home, overflow }) => home !== host && overflow?.to !== host);
}

/** One text for each layout. */
export const layoutKey = memoize(({ deviceCount, runs, head }: Layout): string => {
  const texts = runs.map(
    ({ blocks, home, overflow }) => `${blocks}x${home}${overflow === null ? '' : overflow.part + overflow.to}`,
  );
  return `${deviceCount} ${head} ${texts.join()}`;
});
