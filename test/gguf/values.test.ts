import { describe, expect, it } from 'vitest';
import { readGguf } from '../../src/gguf/header.ts';

type Write = (view: DataView) => void;

/** A header with no tensor and one key `k` of a value type: `width` bytes that `write` fills. */
function read(type: number, width: number, write: Write): unknown {
  const bytes = new Uint8Array(24 + 8 + 1 + 4 + width);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('GGUF'));
  view.setUint32(4, 3, true);
  view.setBigUint64(16, 1n, true);
  view.setBigUint64(24, 1n, true);
  bytes[32] = 'k'.charCodeAt(0);
  view.setUint32(33, type, true);
  write(new DataView(bytes.buffer, 37));
  return readGguf({ sizeBytes: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }).keys.get('k');
}

describe('every kind of value in a GGUF header', () => {
  it.each<[string, number, number, Write, unknown]>([
    ['unsigned byte', 0, 1, (v) => v.setUint8(0, 200), 200],
    ['signed byte', 1, 1, (v) => v.setInt8(0, -100), -100],
    ['two unsigned bytes', 2, 2, (v) => v.setUint16(0, 60_000, true), 60_000],
    ['two signed bytes', 3, 2, (v) => v.setInt16(0, -30_000, true), -30_000],
    ['four unsigned bytes', 4, 4, (v) => v.setUint32(0, 4_000_000_000, true), 4_000_000_000],
    ['four signed bytes', 5, 4, (v) => v.setInt32(0, -2_000_000_000, true), -2_000_000_000],
    ['single precision', 6, 4, (v) => v.setFloat32(0, 1.5, true), 1.5],
    ['truth', 7, 1, (v) => v.setUint8(0, 2), true],
    ['falsehood', 7, 1, (v) => v.setUint8(0, 0), false],
    ['eight unsigned bytes', 10, 8, (v) => v.setBigUint64(0, 2n ** 53n, true), 2 ** 53],
    ['eight signed bytes', 11, 8, (v) => v.setBigInt64(0, -5n, true), -5],
    ['double precision', 12, 8, (v) => v.setFloat64(0, 1e-300, true), 1e-300],
  ])('%s', (_name, type, width, write, expected) => expect(read(type, width, write)).toBe(expected));

  it('every kind of value in a GGUF header of an unknown kind is a bad file', () => {
    expect(() => read(13, 8, () => {})).toThrow(expect.objectContaining({ code: 'bad-file' }));
  });
});
