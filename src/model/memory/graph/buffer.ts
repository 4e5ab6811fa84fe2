/** One growing buffer: free blocks in order of address, the last one without end (ggml-alloc.c, ggml_dyn_tallocr). */
export class Buffer {
  private readonly offsets: number[] = [0];
  private readonly sizes: number[] = [Number.POSITIVE_INFINITY];
  /** As far as it has ever reached. */
  mostBytes = 0;

  /** The smallest free block that holds the bytes, the later of two like ones; the end where none does. */
  take(bytes: number): number {
    const { offsets, sizes } = this;
    let best = sizes.length - 1;
    let bestSize = Number.POSITIVE_INFINITY;
    for (let at = 0; at < sizes.length - 1; at += 1) {
      const size = sizes[at] as number;
      if (size >= bytes && size <= bestSize) {
        best = at;
        bestSize = size;
      }
    }
    const offset = offsets[best] as number;
    offsets[best] = offset + bytes;
    sizes[best] = (sizes[best] as number) - bytes;
    if (sizes[best] === 0) this.remove(best);
    this.mostBytes = Math.max(this.mostBytes, offset + bytes);
    return offset;
  }

  /** Gives bytes back; they join a free block that they touch. */
  free(offset: number, bytes: number): void {
    const { offsets, sizes } = this;
    let at = 0;
    while ((offsets[at] as number) <= offset) at += 1;
    const joinsNext = offset + bytes === offsets[at];
    if (at > 0 && (offsets[at - 1] as number) + (sizes[at - 1] as number) === offset) {
      sizes[at - 1] = (sizes[at - 1] as number) + bytes + (joinsNext ? (sizes[at] as number) : 0);
      if (joinsNext) this.remove(at);
    } else if (joinsNext) {
      offsets[at] = offset;
      sizes[at] = (sizes[at] as number) + bytes;
    } else {
      offsets.splice(at, 0, offset);
      sizes.splice(at, 0, bytes);
    }
  }

  private remove(at: number): void {
    this.offsets.splice(at, 1);
    this.sizes.splice(at, 1);
  }
}
