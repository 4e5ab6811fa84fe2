import type { ServerResponse } from 'node:http';

/** Writes a streamed body piece by piece and stops it at a byte, as a dying network does. */
export class BodyWriter {
  #sent = 0;
  #piece = 0;
  readonly #response: ServerResponse;
  readonly #pieces: readonly number[];
  readonly #stopAt: number;
  readonly #stop: () => void;
  stopped = false;

  constructor(response: ServerResponse, pieces: readonly number[], stopAt = Number.POSITIVE_INFINITY, stop = () => {}) {
    this.#response = response;
    this.#pieces = pieces;
    this.#stopAt = stopAt;
    this.#stop = stop;
  }

  async line(value: Record<string, unknown>): Promise<void> {
    await this.bytes(Buffer.from(`${JSON.stringify(value)}\n`));
  }

  async bytes(all: Buffer): Promise<void> {
    let rest = all;
    while (rest.length > 0 && !this.stopped) {
      const size = this.#pieces.length > 0 ? (this.#pieces[this.#piece++ % this.#pieces.length] ?? 1) : rest.length;
      const room = this.#stopAt - this.#sent;
      const part = rest.subarray(0, Math.min(size, room, rest.length));
      await this.#write(part);
      rest = rest.subarray(part.length);
      if (this.#sent >= this.#stopAt) {
        this.stopped = true;
        this.#stop();
      }
    }
  }

  async #write(part: Buffer): Promise<void> {
    if (this.#response.destroyed || this.#response.writableEnded) {
      this.stopped = true;
      return;
    }
    this.#sent += part.length;
    await new Promise<void>((resolve) => this.#response.write(part, () => resolve()));
  }
}
