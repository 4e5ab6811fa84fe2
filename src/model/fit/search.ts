import type { DeviceLayers } from './shares.ts';

/** Bytes that each device would hold with the given shares. */
export interface Weigh {
  /** Weights, KV cache and compute buffer. */
  all(shares: readonly DeviceLayers[]): number[];
  /** Weights and KV cache alone: cheap. */
  held(shares: readonly DeviceLayers[]): number[];
}

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

/** The most of a count that a device may be given within its target, from none to `high`. */
export function mostOn(
  device: number,
  targets: readonly number[],
  high: number,
  give: (count: number) => readonly DeviceLayers[],
  weigh: Weigh,
): number {
  return largestWithinHeld(
    targets[device] ?? 0,
    0,
    high,
    (count) => weigh.held(give(count))[device] ?? 0,
    (count) => weigh.all(give(count))[device] ?? 0,
  );
}

/**
 * The largest count where the bytes are what lies there, which is cheap to know, and a compute buffer, which is dear and changes little from count
 * to count: each try starts from the buffer of the last one. Gives llama.cpp's answer wherever the bytes grow with the count;
 * `low` is taken as it is.
 */
export function largestWithinHeld(
  target: number,
  low: number,
  high: number,
  heldAt: (count: number) => number,
  bytesAt: (count: number) => number,
): number {
  let [lower, upper] = [low, high + 1];
  let count = largestHeld(target, lower, upper, heldAt);
  while (upper - lower > 1) {
    count = Math.min(Math.max(count, lower + 1), upper - 1);
    const bytes = bytesAt(count);
    if (bytes <= target) lower = count;
    else upper = count;
    const compute = bytes - heldAt(count);
    count = largestHeld(target - compute, lower, upper, heldAt);
  }
  return lower;
}

/** The largest count from `lower` on and below `upper` by what lies there alone, which grows with the count; `lower` is taken as it is. */
export function largestHeld(room: number, lower: number, upper: number, heldAt: (count: number) => number): number {
  let [low, high] = [lower, upper];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (heldAt(middle) <= room) low = middle;
    else high = middle;
  }
  return low;
}
