import { FitError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Where a GGUF file's bytes come from: a file, or bytes in memory. `read` gives fewer bytes only at the end. */
export interface ByteSource {
  sizeBytes: number;
  read(offset: number, length: number): Uint8Array;
}

const windowBytes = 1024 * 1024;
const decoder = new TextDecoder('utf-8');

/**
 * Reads little-endian values one after another through a window of 1 MiB, so that memory stays bounded whatever the file
 * says. Throws FitError `bad-file` at the end of the file.
 */
export class GgufCursor {
  readonly #source: ByteSource;
  #window: DataView = new DataView(new ArrayBuffer(0));
  #windowStart = 0;
  offset = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get remainingBytes(): number {
    return Math.min(this.#source.sizeBytes, limits.gguf.headerBytes) - this.offset;
  }

  u8(): number {
    return this.#at(1).getUint8(this.#step(1));
  }

  u32(): number {
    return this.#at(4).getUint32(this.#step(4), true);
  }

  /** A 64-bit count or size; one beyond 2^53 is refused: no file is that large. */
  u64(): number {
    const value = Number(this.#at(8).getBigUint64(this.#step(8), true));
    if (!Number.isSafeInteger(value)) throw broken('a number in it is impossibly large');
    return value;
  }

  /** A 64-bit integer of a value; large ones lose their low digits. */
  i64(signed: boolean): number {
    const view = this.#at(8);
    const at = this.#step(8);
    return Number(signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true));
  }

  number(width: 1 | 2 | 4 | 8, kind: 'unsigned' | 'signed' | 'float'): number {
    const view = this.#at(width);
    const at = this.#step(width);
    if (kind === 'float') return width === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true);
    if (width === 1) return kind === 'signed' ? view.getInt8(at) : view.getUint8(at);
    if (width === 2) return kind === 'signed' ? view.getInt16(at, true) : view.getUint16(at, true);
    return kind === 'signed' ? view.getInt32(at, true) : view.getUint32(at, true);
  }

  /** A text with its length before it; at most `maxBytes` are kept, the rest is passed over. */
  text(maxBytes: number): string {
    const length = this.u64();
    if (length > this.remainingBytes) throw broken('a text in it is longer than the file');
    const kept = Math.min(length, maxBytes);
    const bytes = kept <= windowBytes ? this.#slice(kept) : this.#source.read(this.offset, kept);
    const text = decoder.decode(bytes);
    this.offset += length;
    return text;
  }

  skip(bytes: number): void {
    if (bytes > this.remainingBytes) throw broken('it ends in the middle of its header');
    this.offset += bytes;
  }

  #slice(length: number): Uint8Array {
    const view = this.#at(length);
    return new Uint8Array(view.buffer, view.byteOffset + this.offset - this.#windowStart, length);
  }

  /** A view of the next `length` bytes. */
  #at(length: number): DataView {
    if (length > this.remainingBytes) throw broken('it ends in the middle of its header');
    const end = this.#windowStart + this.#window.byteLength;
    if (this.offset < this.#windowStart || this.offset + length > end) this.#refill(length);
    return this.#window;
  }

  #refill(length: number): void {
    const bytes = this.#source.read(this.offset, Math.min(windowBytes, this.remainingBytes));
    if (bytes.byteLength < length) throw broken('it could not be read to the end of its header');
    this.#window = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#windowStart = this.offset;
  }

  /** Offset of the next value in the window; advances past it. */
  #step(length: number): number {
    const at = this.offset - this.#windowStart;
    this.offset += length;
    return at;
  }
}

export function broken(why: string): FitError {
  return new FitError('bad-file', `This is not a GGUF file that can be read: ${why}.`, 'Is the download complete?');
}
