/** Span over which a rate is taken, ms. */
const windowMs = 10_000;

/** Rate of a counter over the last ten seconds. A step back starts it anew, so that it is never negative. */
export class RateMeter {
  #samples: { atMs: number; bytes: number }[] = [];

  add(atMs: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ atMs, bytes });
    const oldest = atMs - windowMs;
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? 0) <= oldest) this.#samples.shift();
  }

  /** Bytes per second; null until two samples lie at least half a second apart. */
  get bytesPerSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < 500) return null;
    return ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000;
  }
}
