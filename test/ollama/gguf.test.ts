import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FitError } from '../../src/errors.ts';
import { readGgufFile } from '../../src/gguf/file.ts';
import { readGguf } from '../../src/gguf/header.ts';
import { ggufHeader, keys26b, memorySource, type TensorRow, tensors26b, wholeFileBytes } from './gguf-bytes.ts';

const small = ggufHeader(
  [
    ['general.architecture', 8, 'gemma4'],
    ['a.list', 9, { of: 8, items: ['x', 'y'] }],
    ['a.flag', 7, true],
    ['a.large', 10, 12_345_678_901],
  ],
  [['token_embd.weight', 'Q4_K', 512, 4]],
);

describe('a GGUF header', () => {
  it.each([2, 3])('a GGUF header of version %i is read', (version) => {
    const bytes = ggufHeader([['general.architecture', 8, 'gemma4']], [['t', 'Q4_K', 512, 4]], version);
    expect(readGguf(memorySource(bytes))).toMatchObject({
      version,
      tensors: [{ name: 't', type: 'Q4_K', shape: [512, 4], bytes: (512 * 4 * 144) / 256 }],
    });
  });

  it('a GGUF header gives values of every kind', () => {
    const { keys } = readGguf(memorySource(small));
    expect(Object.fromEntries(keys)).toEqual({
      'general.architecture': 'gemma4',
      'a.list': ['x', 'y'],
      'a.flag': true,
      'a.large': 12_345_678_901,
    });
  });

  it('a GGUF header with a vocabulary of 262,144 words and the 658 tensors of 26b is read once from front to back', () => {
    const items = Array.from({ length: 262_144 }, (_, i) => `word-${i}`);
    const bytes = ggufHeader([...keys26b, ['tokenizer.ggml.tokens', 9, { of: 8, items }]], tensors26b);
    const read: number[] = [];
    const source = memorySource(bytes);
    const { keys, tensors } = readGguf({
      ...source,
      read: (offset, length) => {
        read.push(offset);
        return source.read(offset, length);
      },
    });
    expect(tensors).toHaveLength(658);
    expect(keys.get('tokenizer.ggml.tokens')).toBeNull();
    expect(read).toEqual([...read].sort((a, b) => a - b));
    expect(read.length).toBeLessThan(bytes.length / 2 ** 20 + 3);
  });

  it('a GGUF header keeps the size of a tensor unknown when its type is newer than the table', () => {
    const bytes = Buffer.from(ggufHeader([], [['t', 'F32', 7]]));
    bytes.writeUInt32LE(99, bytes.length - 12);
    expect(readGguf(memorySource(bytes)).tensors).toEqual([
      { name: 't', type: null, shape: [7], bytes: null, offset: 0 },
    ]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another format', Buffer.from('PK\u0003\u0004 and more, long enough for a header')],
    ['version 1', ggufHeader([], [], 1)],
    ['big-endian', Buffer.concat([Buffer.from('GGUF'), Buffer.from([0, 0, 0, 3]), Buffer.alloc(32)])],
    ['a header cut off', small.subarray(0, small.length - 3)],
    [
      'more entries than bytes',
      Buffer.concat([small.subarray(0, 16), Buffer.from('ffffffff00000000', 'hex'), small.subarray(24)]),
    ],
    [
      'an endless text',
      Buffer.concat([small.subarray(0, 24), Buffer.from('ffffffffff000000', 'hex'), small.subarray(32)]),
    ],
  ])('a GGUF header that is %s is refused in one sentence', (_, bytes) => {
    expect(() => readGguf(memorySource(bytes))).toThrow(FitError);
  });
});

describe('a hostile header', () => {
  const attempt = (bytes: Uint8Array) => {
    let asked = 0;
    const source = {
      sizeBytes: bytes.length,
      read: (offset: number, length: number) => {
        asked = Math.max(asked, length);
        return bytes.subarray(offset, offset + length);
      },
    };
    try {
      readGguf(source);
    } catch (error) {
      if (!(error instanceof FitError)) throw error;
      expect(error.code).toBe('bad-file');
    }
    return asked;
  };

  it('a hostile header of random bytes after the magic never crashes, nor asks for more than the file has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const bytes = Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), noise]);
        expect(attempt(bytes)).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('a hostile header made from a good one by changing bytes never crashes, nor asks for more than the file has', () => {
    const change = fc.array(fc.tuple(fc.nat(small.length - 1), fc.constantFrom(0, 1, 9, 0x7f, 0x80, 0xff)), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(change, (changes) => {
        const bytes = Buffer.from(small);
        for (const [at, byte] of changes) bytes[at] = byte;
        expect(attempt(bytes)).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('a hostile header cut anywhere is refused', () => {
    for (let length = 0; length < small.length; length++) {
      expect(() => readGguf(memorySource(small.subarray(0, length)))).toThrow(FitError);
    }
  });
});

describe('GGUF files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gemma-fit-'));
    for (const index of [0, 1, 2]) {
      const name = join(folder, `m-0000${index + 1}-of-00003.gguf`);
      const split = [
        ['split.no', 4, index],
        ['split.count', 4, 3],
        ['split.tensors.count', 4, 3],
      ] as [string, number, number][];
      const tensors: TensorRow[] = [[`t${index}`, 'F16', 8]];
      const header = ggufHeader(split, tensors);
      await writeFile(name, header);
      await truncate(name, wholeFileBytes(header, tensors));
    }
    await writeFile(
      join(folder, 'lonely-00001-of-00002.gguf'),
      ggufHeader(
        [
          ['split.count', 4, 2],
          ['split.no', 4, 0],
        ],
        [],
      ),
    );
    await writeFile(
      join(folder, 'renamed.gguf'),
      ggufHeader(
        [
          ['split.count', 4, 2],
          ['split.no', 4, 0],
        ],
        [],
      ),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([1, 2, 3])('GGUF files that are split are read from part %i on', (part) => {
    const { tensors } = readGgufFile(join(folder, `m-0000${part}-of-00003.gguf`));
    expect(tensors.map((t) => t.name)).toEqual(['t0', 't1', 't2']);
  });

  it.each([
    ['with a part missing', 'lonely-00001-of-00002.gguf', /no such file/],
    ['with another name', 'renamed.gguf', /one of 2 parts/],
    ['that are not there', 'none.gguf', /no such file/],
    ['that are folders', '', /a folder/],
  ])('%s are refused in one sentence', (_, name, message) => {
    expect(() => readGgufFile(join(folder, name))).toThrow(message);
  });
});
