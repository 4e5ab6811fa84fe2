import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FitError } from '../../src/errors.ts';
import { withExtents } from '../../src/gguf/extents.ts';
import { readGguf } from '../../src/gguf/header.ts';
import { shapeOfGguf } from '../../src/gguf/model-shape.ts';
import {
  ggufHeader,
  type Key,
  keys26b,
  memorySource,
  type TensorRow,
  tensors26b,
  wholeFileBytes,
} from '../ollama/gguf-bytes.ts';
import { cpuMsOf } from './hostile.ts';

const whole = ggufHeader(keys26b, tensors26b);
const wholeBytes = wholeFileBytes(whole, tensors26b);

/** Changes of single bytes and numbers, cuts and insertions, anywhere in a header. */
const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('byte' as const), at: fc.nat(whole.length - 1), value: fc.nat(255) }),
    fc.record({
      kind: fc.constant('u64' as const),
      at: fc.nat(whole.length - 9),
      value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(whole.length - 1), value: fc.nat(200) }),
  ),
  { minLength: 1, maxLength: 4 },
);

function damaged(changes: typeof damage extends fc.Arbitrary<infer T> ? T : never): Buffer {
  let bytes = Buffer.from(whole);
  for (const change of changes) {
    const at = Math.min(change.at, bytes.length - 9);
    if (at < 0) break;
    if (change.kind === 'byte') bytes[at] = change.value;
    else if (change.kind === 'u64') bytes.writeBigUInt64LE(change.value, at);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + change.value)]);
  }
  return bytes;
}

const isKnown = (error: unknown) =>
  error instanceof FitError && error.code === 'bad-file' && !/\p{Cc}/u.test(error.message);

/** A whole number that is no size, and sizes around every border. */
const count = fc.oneof(fc.nat(40), fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53 - 1));
const name = fc.oneof(
  fc.constantFrom('token_embd.weight', 'blk.0.attn_q.weight', 'blk.999.x', 'v.x', '\u001b[2J', ''),
  fc.string(),
);
const key = fc.record({
  name: fc.constantFrom(
    'general.architecture',
    'gemma4.block_count',
    'general.alignment',
    'split.count',
    'split.no',
    'x',
  ),
  value: fc.oneof(fc.constantFrom('gemma4', 'clip', '\u001b[2J'), count, fc.boolean()),
});
const toKey = ({ name, value }: { name: string; value: string | number | boolean }): Key =>
  typeof value === 'string' ? [name, 8, value] : typeof value === 'boolean' ? [name, 7, value] : [name, 10, value];

function judged(bytes: Buffer, sizeBytes: number): unknown {
  try {
    return shapeOfGguf(withExtents(readGguf(memorySource(bytes, sizeBytes)), sizeBytes));
  } catch (error) {
    return error;
  }
}

describe('a GGUF header', () => {
  it('a GGUF header that is damaged anywhere is refused in one sentence, or is a model of finite sizes, in bounded time', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const { result, cpuMs } = await cpuMsOf(() => judged(damaged(changes), wholeBytes));
        expect(cpuMs).toBeLessThan(1000);
        if (result instanceof Error) return void expect(isKnown(result), String(result.stack)).toBe(true);
        const { weights } = result as ReturnType<typeof shapeOfGguf>;
        expect(Number.isSafeInteger(weights.tensorBytes)).toBe(true);
        expect(weights.tensorBytes).toBeLessThanOrEqual(wholeBytes);
      }),
      { numRuns: 400 },
    );
  }, 120_000);

  it('a GGUF header of any keys and tensors claims no more than its file has', async () => {
    const tensor = fc.tuple(name, fc.constantFrom('F32', 'Q4_K', 'BF16'), count, count);
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 8 }),
        fc.array(tensor, { maxLength: 12 }),
        count,
        async (keys, rows, more) => {
          const bytes = ggufHeader(keys.map(toKey), rows as TensorRow[]);
          const { result, cpuMs } = await cpuMsOf(() => judged(bytes, bytes.length + more));
          expect(cpuMs).toBeLessThan(1000);
          if (result instanceof Error) expect(isKnown(result), String(result.stack)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  }, 120_000);
});
