import type { Home, Layout, Overflow } from '../memory/layout.ts';
import { type BlockPlace, host, layeredLayout } from '../memory/layout.ts';

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
  const places: BlockPlace[] = Array.from({ length: blockCount + 1 - onDevices }, () => ({
    home: host,
    overflow: null,
  }));
  for (const [home, share] of shares.entries()) {
    const whole = share.layers - share.partial;
    for (let layer = 0; layer < share.layers; layer += 1)
      places.push({ home, overflow: overflowOf(share, layer - whole) });
  }
  const head = places[blockCount];
  return { deviceCount: shares.length, blocks: places.slice(0, blockCount), head: head?.home ?? host };
}

/** Partial layers come last but for the head: index 0 is the first partial one, negative ones are whole. */
function overflowOf(share: DeviceLayers, partialIndex: number): BlockPlace['overflow'] {
  if (partialIndex < 0) return null;
  return partialIndex === 0 ? { part: share.overflow, to: share.overflowTo } : { part: 'experts', to: host };
}
