import { describe, expect, it } from 'vitest';
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

function header(keys: Key[], tensors: TensorRow[]) {
  const bytes = ggufHeader(keys, tensors);
  return { header: readGguf(memorySource(bytes)), wholeBytes: wholeFileBytes(bytes, tensors) };
}

/** The same tensors, some of which say a type that no table knows. */
function withNewType(name: RegExp) {
  const { header: read, wholeBytes } = header(keys26b, tensors26b);
  const tensors = read.tensors.map((t) => (name.test(t.name) ? { ...t, type: null, bytes: null } : t));
  return { header: { ...read, tensors }, wholeBytes };
}

describe('the tensors of a GGUF file', () => {
  it('the tensors of a GGUF file fill it to its end', () => {
    const { header: read, wholeBytes } = header(keys26b, tensors26b);
    expect(withExtents(read, wholeBytes).tensors).toEqual(read.tensors);
  });

  it.each([1, 1000, 30e9])(
    'the tensors of a GGUF file are not all there when %d bytes are missing: a download that has begun',
    (missing) => {
      const { header: read, wholeBytes } = header(keys26b, tensors26b);
      expect(() => withExtents(read, wholeBytes - missing)).toThrow(/it ends after \d+\.\d+ of 50\.\d+ GB/);
    },
  );

  it('the tensors of a GGUF file of a type that is newer than the table have the size that the file gives them', () => {
    const known = header(keys26b, tensors26b);
    const { header: read, wholeBytes } = withNewType(/ffn_gate_up_exps|output_norm/);
    const sized = withExtents(read, wholeBytes);
    const bytes = sized.tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0);
    const right = known.header.tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0);
    expect(shapeOfGguf(sized).unknownTensors).toBe(0);
    expect(bytes).toBeGreaterThanOrEqual(right);
    expect(bytes - right).toBeLessThan(32 * 31);
  });

  it('the tensors of a GGUF file that lie one over the other are no model', () => {
    const { header: read, wholeBytes } = header(keys26b, tensors26b);
    const tensors = read.tensors.map((tensor) => ({ ...tensor, offset: 0 }));
    expect(() => withExtents({ ...read, tensors }, wholeBytes)).toThrow('one over the other');
  });
});

describe('a file that is no whole model', () => {
  it.each([
    ['tensors', [] as TensorRow[], 'the token embedding'],
    ['a token embedding', tensors26b.filter(([name]) => name !== 'token_embd.weight'), 'the token embedding'],
    ['a layer', tensors26b.filter(([name]) => !name.startsWith('blk.7.')), 'the tensors of layer 8'],
  ])('a file that is no whole model without %s is refused', (_what, tensors, lacking) => {
    expect(() => shapeOfGguf(header(keys26b, tensors).header)).toThrow(`The file lacks ${lacking} of a gemma4 model.`);
  });
});

describe('what is kept of a header', () => {
  it('what is kept of a header is bounded over all lists and texts, not by one of them alone', () => {
    const list = { of: 7, items: Array.from({ length: 4000 }, () => true) };
    const keys: Key[] = Array.from({ length: 300 }, (_, i) => [`list.${i}`, 9, list]);
    const texts: Key[] = Array.from({ length: 300 }, (_, i) => [`text.${i}`, 8, 'x'.repeat(60_000)]);
    const { keys: kept } = readGguf(memorySource(ggufHeader([...keys, ...texts], [])));
    const values = [...kept.values()];
    const items = values.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
    const letters = values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
    expect(kept.size).toBe(600);
    expect(items).toBeLessThanOrEqual(262_144);
    expect(letters).toBeLessThanOrEqual(8 * 2 ** 20);
  });
});
