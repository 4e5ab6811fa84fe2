import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawBar, legend, type Segment, shareCells } from '../../src/report/bar.ts';
import { deviceSegments } from '../../src/report/human/memory.ts';
import { createCandidate, GIB } from './result.ts';

const sizes = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 100 }), fc.nat({ max: 2 ** 31 })), {
  minLength: 1,
  maxLength: 8,
});

describe('sharing cells', () => {
  it('sharing cells fills the width exactly', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 200 }), (bytes, width) => {
        const cells = shareCells(bytes, width);
        const sum = cells.reduce((a, b) => a + b, 0);
        expect(sum).toBe(bytes.some((size) => size > 0) ? width : 0);
      }),
    );
  });

  it('sharing cells gives every part that is there a cell when there are enough', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 16, max: 200 }), (bytes, width) => {
        const cells = shareCells(bytes, width);
        for (const [index, size] of bytes.entries()) expect((cells[index] ?? 0) > 0).toBe(size > 0);
      }),
    );
  });

  it('sharing cells is at most one cell off, small parts aside', () => {
    expect(shareCells([50, 30, 20], 10)).toEqual([5, 3, 2]);
    expect(shareCells([1, 1, 1], 10)).toEqual([4, 3, 3]);
    expect(shareCells([1, 999_999], 10)).toEqual([1, 9]);
  });
});

describe('the drawn bar', () => {
  const part = (letter: string, bytes: number): Segment => ({
    letter,
    label: letter,
    bytes,
    glyph: letter,
  });

  it('the drawn bar has a character for each part and is as wide as asked', () => {
    expect(drawBar([part('#', 3), part('-', 1)], 10)).toBe('[######--]');
  });

  it('the drawn bar leaves what is empty out of bar and legend', () => {
    expect(drawBar([part('#', GIB), part('D', 0)], 6)).toBe('[####]');
    expect(legend([part('#', GIB), part('D', 0)])).toEqual(['# # 1.0 GiB']);
  });
});

describe('what lies on a device', () => {
  const placed = createCandidate().placement.devices[0]!;
  const total = 24 * GIB;

  it('what lies on a device sums to the size of the device', () => {
    const sum = deviceSegments(placed, total).reduce((bytes, part) => bytes + part.bytes, 0);
    expect(sum).toBe(total);
  });

  it('what lies on a device shows less margin, never less than nothing free, when the model is too big', () => {
    const parts = deviceSegments({ ...placed, freeBytes: 10 * GIB }, 12 * GIB);
    expect(parts.every(({ bytes }) => bytes >= 0)).toBe(true);
    expect(parts.at(-1)).toMatchObject({ letter: 'F', bytes: 0 });
  });
});
