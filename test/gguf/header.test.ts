import { describe, expect, it } from 'vitest';
import { type GgufHeader, joinSplit, readGguf, splitOf } from '../../src/gguf/header.ts';

/** Pieces of a header. */
const u8 = (n: number) => Buffer.from([n]);
const u32 = (n: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
};
const u64 = (n: number | bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(n));
  return bytes;
};
const text = (s: string) => Buffer.concat([u64(s.length), Buffer.from(s)]);
const key = (name: string, type: number, ...value: Buffer[]) => Buffer.concat([text(name), u32(type), ...value]);
const list = (name: string, type: number, count: number, ...items: Buffer[]) =>
  key(name, 9, u32(type), u64(count), ...items);
const tensor = (name: string, dimensions: number[]) =>
  Buffer.concat([text(name), u32(dimensions.length), ...dimensions.map(u64), u32(0), u64(0)]);

interface Parts {
  magic?: string;
  version?: number;
  counts?: [tensors: number, keys: number];
  keys?: Buffer[];
  tensors?: Buffer[];
}
const header = ({ magic = 'GGUF', version = 3, keys = [], tensors = [], counts }: Parts) =>
  Buffer.concat([
    Buffer.from(magic),
    u32(version),
    u64(counts?.[0] ?? tensors.length),
    u64(counts?.[1] ?? keys.length),
    ...keys,
    ...tensors,
  ]);
const read = (bytes: Uint8Array, sizeBytes = bytes.length) =>
  readGguf({ sizeBytes, read: (offset, length) => bytes.subarray(offset, offset + length) });
const keysOf = (...keys: Buffer[]) => Object.fromEntries(read(header({ keys })).keys);

const least = { keys: [key('', 0, u8(7))], tensors: [tensor('', [])] };

describe('the smallest header', () => {
  it('the smallest header says nothing at all', () => {
    expect(read(header({}))).toMatchObject({ version: 3, tensors: [] });
  });

  it('the smallest header has a key of 13 bytes and a tensor of 24, a single number', () => {
    const bytes = header(least);
    expect(bytes).toHaveLength(24 + 13 + 24);
    const { keys, tensors } = read(bytes);
    expect(keys.get('')).toBe(7);
    expect(tensors).toEqual([{ name: '', type: 'F32', shape: [], bytes: 4, offset: 0 }]);
  });
});

describe('a header longer than what is read at once, 1 MiB,', () => {
  const long = (nameBytes: number) => {
    const filler = list('filler', 0, 2 ** 20 - nameBytes, Buffer.alloc(2 ** 20 - nameBytes));
    return header({ keys: [filler, key('after', 4, u32(7)), key('text', 8, text('kept whole'))] });
  };

  it.each([0, 40, 60, 70, 80, 90, 100, 120])(
    'a header longer than what is read at once, 1 MiB is read on across its edge, %d bytes before it',
    (before) => {
      const { keys } = read(long(before));
      expect(Object.fromEntries(keys)).toEqual({ filler: null, after: 7, text: 'kept whole' });
    },
  );

  it('a header longer than what is read at once, 1 MiB is refused when the file gives less than it promised', () => {
    const bytes = header({ keys: [key('k', 4, u32(7))] });
    expect(() => read(bytes.subarray(0, 30), bytes.length)).toThrow('could not be read to the end');
  });
});

describe('a header is refused that', () => {
  it.each([
    ['is shorter than its own start', header({}).subarray(0, 23), 'does not begin with GGUF'],
    ['begins with something else', header({ magic: 'GGML' }), 'does not begin with GGUF'],
    ['has its numbers the other way round', header({ version: 0x0300_0000 }), 'big-endian'],
    ['is too old', header({ version: 1 }), 'format version 1, and only 2 and 3'],
    ['is too new', header({ version: 4 }), 'format version 4, and only 2 and 3'],
    ['has no room for its entries', header(least).subarray(0, 60), 'more entries than it has room for'],
    ['has no room for its keys', header({ counts: [0, 3], keys: [Buffer.alloc(38)] }), 'has room for'],
    ['has no room for its tensors', header({ counts: [3, 0], keys: [Buffer.alloc(71)] }), 'has room for'],
    ['ends in a text', header({ keys: [key('k', 8, u64(9), Buffer.from('eight by'))] }), 'a text in it is longer'],
    ['ends in a number', header({ keys: [key('key', 12, u32(0))] }), 'ends in the middle of its header'],
    ['has a tensor of nine dimensions', header({ tensors: [tensor('t', Array(9).fill(1))] }), 'too many dimensions'],
    ['has a value of no known type', header({ keys: [key('k', 13, u64(0))] }), 'a value of type 13'],
    ['has a list of no known type', header({ keys: [list('k', 9, 0)] }), 'a value of type 9'],
    ['has a list longer than itself', header({ keys: [list('k', 4, 2, u32(1))] }), 'a list in it is longer'],
    ['has a list of bytes longer than itself', header({ keys: [list('k', 0, 2, u8(1))] }), 'a list in it is longer'],
    ['has more texts than room', header({ keys: [list('k', 8, 2, text('seven'))] }), 'a list in it is longer'],
  ])('%s', (_, bytes, message) => expect(() => read(bytes)).toThrow(message));

  // The file is large enough for them all; what it holds after the counts is no entry.
  it.each<[string, [number, number], string]>([
    ['65,537 keys', [0, 65_537], 'far more entries'],
    ['100,001 tensors', [100_001, 0], 'far more entries'],
    ['65,536 keys, which may be, and has none', [0, 65_536], 'impossibly large'],
    ['100,000 tensors, which may be, and has none', [100_000, 0], 'impossibly large'],
  ])('a header is refused that claims %s', (_, counts, message) => {
    const bytes = Buffer.concat([header({ counts }), Buffer.alloc(64, 0xff)]);
    expect(() => read(bytes, 2 ** 27)).toThrow(message);
  });
});

describe('a header may have', () => {
  it('a tensor of eight dimensions', () => {
    expect(read(header({ tensors: [tensor('t', Array(8).fill(2))] })).tensors[0]).toMatchObject({ bytes: 4 * 2 ** 8 });
  });

  it('a list that ends where it ends', () => {
    expect(keysOf(list('k', 0, 3, u8(1), u8(2), u8(3)))).toEqual({ k: [1, 2, 3] });
    expect(keysOf(list('k', 4, 2, u32(1), u32(2)))).toEqual({ k: [1, 2] });
    expect(keysOf(list('k', 8, 2, text(''), text('')))).toEqual({ k: ['', ''] });
  });

  it('a header may have lists longer than any list of layers, which are passed over', () => {
    const after = key('after', 0, u8(9));
    const numbers = (count: number) => list('k', 4, count, Buffer.alloc(4 * count));
    const texts = (count: number) => list('k', 8, count, ...Array.from({ length: count }, () => text('abc')));
    expect(keysOf(numbers(4096), after)).toEqual({ k: Array(4096).fill(0), after: 9 });
    expect(keysOf(numbers(4097), after)).toEqual({ k: null, after: 9 });
    expect(keysOf(texts(4096), after)).toEqual({ k: Array(4096).fill('abc'), after: 9 });
    expect(keysOf(texts(4097), after)).toEqual({ k: null, after: 9 });
  });

  it('a header may have numbers of 64 bits, without a sign and with one', () => {
    expect(keysOf(key('k', 10, u64(2n ** 64n - 2n ** 12n)))).toEqual({ k: 2 ** 64 - 2 ** 12 });
    expect(keysOf(key('k', 11, u64(2n ** 64n - 1n)))).toEqual({ k: -1 });
  });
});

/** Header of a part of a split model. */
const part = (index: unknown, count: unknown, more: Record<string, unknown> = {}): GgufHeader => ({
  version: 3,
  keys: new Map(Object.entries({ 'split.no': index, 'split.count': count, ...more }) as [string, number][]),
  tensors: [{ name: `t${index}`, type: 'F32', shape: [1], bytes: 4, offset: 0 }],
  dataOffset: 0,
});
const whole: GgufHeader = { version: 3, keys: new Map(), tensors: [], dataOffset: 0 };

describe('a part of a split model', () => {
  it('a part of a split model says which one it is, and of how many', () =>
    expect(splitOf(part(1, 3))).toEqual({ index: 1, count: 3 }));

  it.each([
    ['without a word of it', whole],
    ['of one part', part(0, 1)],
    ['whose count is a text', part(0, '3')],
    ['whose number is a text', part('0', 3)],
    ['whose number is missing', part(undefined, 3)],
  ])('a part of a split model is none %s', (_, header) => expect(splitOf(header)).toBeNull());
});

describe('the parts of a split model', () => {
  it('the parts of a split model make one header in their own order, with the keys of the first', () => {
    const joined = joinSplit([part(2, 3), part(0, 3, { 'split.tensors.count': 3, first: 1 }), part(1, 3)]);
    expect(joined.tensors.map(({ name }) => name)).toEqual(['t0', 't1', 't2']);
    expect(joined.keys.get('first')).toBe(1);
  });

  it('the parts of a split model need not say how many tensors they have', () => {
    expect(joinSplit([part(1, 2), part(0, 2)]).tensors).toHaveLength(2);
  });

  it.each([
    ['when there is none', [], 'parts of it are missing'],
    ['when one is missing', [part(0, 3), part(2, 3)], 'parts of it are missing'],
    ['when one is there twice', [part(0, 2), part(0, 2)], 'parts of it are missing'],
    ['when one is of another split', [part(0, 2), part(1, 3)], 'parts of it are missing'],
    ['when one is a whole model', [part(0, 2), whole], 'parts of it are missing'],
    ['when the first is a whole model', [whole, part(1, 2)], 'parts of it are missing'],
    [
      'when they have other tensors than the first says',
      [part(0, 2, { 'split.tensors.count': 3 }), part(1, 2)],
      'do not belong together',
    ],
  ])('the parts of a split model are refused %s', (_, parts, message) =>
    expect(() => joinSplit(parts)).toThrow(message),
  );
});
