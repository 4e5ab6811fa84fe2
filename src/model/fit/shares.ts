import { type Home, host, joined, type Layout, layeredLayout, type Overflow, type Run } from '../memory/layout.ts';

/** What the fit gives to one device: layers in order (the head counts as the last one), of which the last `partial` lack their experts. */
export interface DeviceLayers {
  layers: number;
  partial: number;
  /** What the first partial layer lacks, and where that goes. */
  overflow: Overflow;
  overflowTo: Home;
}

export const noLayers: DeviceLayers = { layers: 0, partial: 0, overflow: 'experts', overflowTo: host };

/** A device as the fit sees it: what may be used of it at most, bytes (free less margin). */
export interface Target {
  freeBytes: number;
  marginBytes: number;
}

/** Layout of the given shares: the front of the model stays on the host, each device takes a contiguous run of layers. */
export function layoutOfShares(blockCount: number, shares: readonly DeviceLayers[]): Layout {
  const [only] = shares;
  if (only !== undefined && shares.length === 1 && only.partial === 0)
    return layeredLayout(blockCount, only.layers, [1]);
  const onDevices = shares.reduce((sum, { layers }) => sum + layers, 0);
  const onHost: Run = { blocks: blockCount + 1 - onDevices, home: host, overflow: null };
  const layers = joined([onHost, ...shares.flatMap(runsOf)]);
  const last = layers.at(-1);
  if (last !== undefined) last.blocks -= 1;
  return { deviceCount: shares.length, runs: layers.filter(({ blocks }) => blocks > 0), head: last?.home ?? host };
}

/** Partial layers come last but for the head: the first of them lacks what is told, the others their experts. */
function runsOf({ layers, partial, overflow, overflowTo }: DeviceLayers, home: Home): Run[] {
  const [first, more] = [Math.min(partial, 1), Math.max(partial - 1, 0)];
  return [
    { blocks: layers - partial, home, overflow: null },
    { blocks: first, home, overflow: { part: overflow, to: overflowTo } },
    { blocks: more, home, overflow: { part: 'experts', to: host } },
  ];
}
