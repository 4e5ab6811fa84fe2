import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { readLines } from '../../../src/ollama/http/ndjson.ts';

async function* pieces(bytes: Buffer, cuts: readonly number[]) {
  const at = [0, ...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 0; i + 1 < at.length; i++) yield bytes.subarray(at[i], at[i + 1]);
}

const all = async (chunks: AsyncIterable<Uint8Array>, limit?: number) => {
  const lines: string[] = [];
  for await (const line of readLines(chunks, limit)) lines.push(line.text);
  return lines;
};

describe('lines of a stream', () => {
  it('lines of a stream are the same wherever the network cuts them, inside a character too', async () => {
    const line = fc.string({ unit: 'grapheme' }).map((s) => JSON.stringify({ status: s }));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat()), async (lines, cuts) => {
        expect(await all(pieces(Buffer.from(lines.map((l) => `${l}\n`).join('')), cuts))).toEqual(lines);
      }),
    );
  });

  it('lines of a stream may lack the last line break, may have empty ones and CRLF', async () => {
    expect(await all(pieces(Buffer.from('{"a":1}\r\n\n\n{"b":2}'), []))).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('lines of a stream may be 8 MB long and no longer', async () => {
    const wide = Buffer.from(`"${'x'.repeat(limits.stream.lineBytes - 2)}"\n`);
    expect((await all(pieces(wide, [1, 70_000])))[0]).toHaveLength(limits.stream.lineBytes);
    await expect(all(pieces(Buffer.concat([Buffer.from('x'), wide]), [9]))).rejects.toMatchObject({
      code: 'ollama-error',
    });
  });
});
