import { FitError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { ProgressLine } from '../api/types.ts';
import type { PullPhase } from '../events.ts';

interface Layer {
  totalBytes: number;
  completedBytes: number;
  /** Where it stood when it was first seen: what came from the disk, not over the network. */
  firstBytes: number;
  bestBytes: number;
}

/** Sums the layers of a pull: Ollama reports them one after another, leaves `completed` out at 0, and may step back. */
export class LayerSum {
  readonly #layers = new Map<string, Layer>();
  readonly #expectedBytes: number;
  #finished = false;

  /** expectedBytes: what the registry or the table says the whole download is; 0 when unknown. */
  constructor(expectedBytes: number | null) {
    this.#expectedBytes = expectedBytes ?? 0;
  }

  /** Takes a line; true when it was about a layer. */
  take(line: ProgressLine): boolean {
    if (line.digest === null || line.totalBytes === null) return false;
    const totalBytes = Math.max(0, line.totalBytes);
    const completedBytes = Math.min(Math.max(0, line.completedBytes ?? 0), totalBytes);
    this.#finished = false;
    const before = this.#layers.get(line.digest);
    if (!before && this.#layers.size >= limits.stream.layers) throw tooMany();
    const firstBytes = before?.firstBytes ?? completedBytes;
    const bestBytes = Math.max(before?.bestBytes ?? 0, completedBytes);
    this.#layers.set(line.digest, { totalBytes, completedBytes, firstBytes, bestBytes });
    return true;
  }

  /** The download is over: small layers come without a line of their own. */
  finish(): void {
    for (const layer of this.#layers.values()) layer.completedBytes = layer.totalBytes;
    this.#finished = true;
  }

  get layers(): number {
    return this.#layers.size;
  }

  get completedBytes(): number {
    return this.#finished ? this.totalBytes : this.#sum('completedBytes');
  }

  /** Bytes that came over the network so far. */
  get arrivedBytes(): number {
    return this.#sum('bestBytes') - this.#sum('firstBytes');
  }

  get totalBytes(): number {
    return Math.max(this.#expectedBytes, this.#sum('totalBytes'));
  }

  #sum(key: keyof Layer): number {
    let sum = 0;
    for (const layer of this.#layers.values()) sum += layer[key];
    return sum;
  }
}

const tooMany = () =>
  new FitError('ollama-error', 'Ollama reports more files than any model has.', 'Is this really Ollama?');

const phases: readonly [RegExp, PullPhase][] = [
  [/^pulling manifest/, 'manifest'],
  [/^pulling /, 'download'],
  [/^verifying/, 'verify'],
  [/^writing manifest/, 'write'],
  [/^removing|^couldn't remove/, 'prune'],
];

/** Phase of a status text (Ollama server/images.go, v0.33). */
export function phaseOf(status: string): PullPhase {
  return phases.find(([pattern]) => pattern.test(status))?.[1] ?? 'other';
}
