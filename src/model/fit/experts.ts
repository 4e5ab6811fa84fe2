import { host, type Overflow } from '../memory/layout.ts';
import { mostOn, replaced, type Weigh } from './search.ts';
import type { DeviceLayers } from './shares.ts';

/**
 * Turns layers without experts (lying at the back) into whole ones at the front, device by device, until each is full; then tries
 * to place a part of one more layer (llama.cpp's common/fit.cpp, step 4).
 */
export function fillWithExperts(dense: DeviceLayers[], targets: readonly number[], weigh: Weigh): DeviceLayers[] {
  let shares = dense;
  const firstDense = dense.findIndex(({ layers }) => layers > 0);
  if (firstDense === -1) return shares;
  let source = firstDense;
  for (let device = 0; device <= source; device += 1) {
    const convertible = shares
      .slice(source)
      .reduce((sum, share, i) => sum + movable(share, source + i === shares.length - 1), 0);
    const at = (count: number) => converted(shares, source, device, count);
    const count = mostOn(device, targets, convertible, (n) => at(n).shares, weigh);
    ({ shares, source } = at(count));
    ({ shares, source } = withPartOfOneMore(shares, source, device, targets, weigh));
  }
  return shares;
}

/** Partial layers of a device that can become whole ones elsewhere; the head of the last device stays. */
function movable({ layers, partial }: DeviceLayers, last: boolean): number {
  return Math.min(partial, last ? layers - 1 : layers);
}

/** `count` partial layers taken from `source` on, given whole to `device`. */
function converted(
  shares: DeviceLayers[],
  source: number,
  device: number,
  count: number,
): { shares: DeviceLayers[]; source: number } {
  let result = shares;
  let from = source;
  let left = count;
  for (; from < shares.length; from += 1) {
    const share = result[from] as DeviceLayers;
    const take = Math.min(left, share.partial);
    result = replaced(result, from, { ...share, layers: share.layers - take, partial: share.partial - take });
    const receiver = result[device] as DeviceLayers;
    result = replaced(result, device, { ...receiver, layers: receiver.layers + take });
    left -= take;
    if ((result[from] as DeviceLayers).partial > 0) break;
  }
  return { shares: result, source: Math.min(from, shares.length - 1) };
}

/** Tries a layer whose rest goes to the next device (or the host): first with its up projection; then with gate too, or else attention only. */
function withPartOfOneMore(
  shares: DeviceLayers[],
  source: number,
  device: number,
  targets: readonly number[],
  weigh: Weigh,
) {
  const unchanged = { shares, source };
  const last = device === shares.length - 1;
  if ((shares[source]?.layers ?? 0) <= (last ? 1 : 0) || (shares[source]?.partial ?? 0) < 1) return unchanged;
  const attempt = (overflow: Overflow) => {
    const moved = moveOnePartial(shares, source, device, { overflow, overflowTo: last ? host : device + 1 });
    const bytes = weigh.all(moved.shares);
    const fits = (index: number) => index >= bytes.length || (bytes[index] ?? 0) < (targets[index] ?? 0);
    return fits(device) && fits(device + 1) ? moved : null;
  };
  const up = attempt('all-but-up');
  return (up === null ? attempt('all-but-attention') : (attempt('down') ?? up)) ?? unchanged;
}

function moveOnePartial(
  shares: DeviceLayers[],
  source: number,
  device: number,
  spill: Pick<DeviceLayers, 'overflow' | 'overflowTo'>,
) {
  const from = shares[source] as DeviceLayers;
  const taken = replaced(shares, source, { ...from, layers: from.layers - 1, partial: from.partial - 1 });
  const receiver = taken[device] as DeviceLayers;
  const given = replaced(taken, device, {
    ...receiver,
    ...spill,
    layers: receiver.layers + 1,
    partial: receiver.partial + 1,
  });
  return {
    shares: given,
    source: (given[source] as DeviceLayers).partial === 0 ? Math.min(source + 1, shares.length - 1) : source,
  };
}
