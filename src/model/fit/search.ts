import type { DeviceLayers } from './shares.ts';

/**
 * Bytes that each device would hold with the given shares. Where only one device is looked at and weights and KV cache alone are too
 * much for it, its compute buffer is left out: it would change nothing and is the dear part.
 */
export type Weigh = (shares: readonly DeviceLayers[], device?: number) => number[];

export function replaced(shares: readonly DeviceLayers[], device: number, share: DeviceLayers): DeviceLayers[] {
  return shares.map((old, index) => (index === device ? share : old));
}

/**
 * The largest count from `low` to `high` whose bytes are within the target, by the false-position search that llama.cpp uses
 * (bytes need not grow evenly); `low` is taken as it is.
 */
export function largestWithin(target: number, low: number, high: number, bytesAt: (count: number) => number): number {
  let upper = { count: high, bytes: bytesAt(high) };
  if (upper.bytes <= target || high === low) return high;
  let lower = { count: low, bytes: bytesAt(low) };
  while (upper.count - lower.count > 1) {
    const gap = upper.count - lower.count;
    const rise = upper.bytes - lower.bytes;
    const guess = rise > 0 ? Math.trunc((gap * (target - lower.bytes)) / rise) : gap - 1;
    const count = lower.count + Math.min(Math.max(guess, 1), gap - 1);
    const tried = { count, bytes: bytesAt(count) };
    if (tried.bytes <= target) lower = tried;
    else upper = tried;
  }
  return lower.count;
}
