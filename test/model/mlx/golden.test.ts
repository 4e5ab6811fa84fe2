import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MlxChipClass, MlxLayout } from '../../../src/data/vocabulary.ts';
import { estimateMlxMemory } from '../../../src/model/mlx/memory.ts';
import type { VariantId } from '../../../src/model/types.ts';

/** One load of Ollama's 0.33 MLX runner (MLX 0.32.2, its Metal backend on an imagined device). nodraft: the nvfp4 build without its draft model. */
interface Row {
  variant: VariantId;
  layout: MlxLayout | 'nodraft';
  drafter: boolean;
  chipClass: MlxChipClass;
  promptTokens: number;
  generatedTokens: number;
  loadBytes: number;
  peakBytes: number;
  restBytes: number;
}

const rows: Row[] = readFileSync(new URL('../../golden/mlx-memory.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const layoutOf = ({ layout, variant }: Row): MlxLayout =>
  layout !== 'nodraft' ? layout : variant === '26b' ? 'nvfp4p' : 'nvfp4u';

/** The rows were measured before a conversation's snapshots were freed and before encoders were loaded. */
const estimated = (row: Row) => estimateMlxMemory({ ...row, layout: layoutOf(row), ollamaVersion: '0.33.0' });
const nameOf = (row: Row) => `${row.variant} ${row.layout} ${row.chipClass} ${row.promptTokens}`;
const peakError = (row: Row) => Math.abs(estimated(row).peakBytes / row.peakBytes - 1);
const restError = (row: Row) => Math.abs(estimated(row).restBytes - row.restBytes);

describe('an MLX build against the runner itself', () => {
  it('there are rows of every model and layout', () => {
    expect(rows).toHaveLength(263);
    expect(new Set(rows.map(({ variant }) => variant)).size).toBe(5);
    const layouts = new Set(rows.map(({ layout }) => layout));
    expect(layouts).toEqual(new Set(['nvfp4u', 'nvfp4p', 'mxfp8', 'bf16', 'nodraft']));
  });

  it('what is there after loading: to 64 KiB', () => {
    const wrong = rows.filter((row) => Math.abs(estimated(row).loadBytes - row.loadBytes) > 65_536);
    expect(wrong.map(nameOf)).toEqual([]);
  });

  it('95 % of the peaks are within 1.1 %, none is over 3 % off', () => {
    const errors = rows.map(peakError).sort((a, b) => a - b);
    expect(errors[Math.floor(0.95 * errors.length)]).toBeLessThan(0.011);
    expect(rows.filter((row) => peakError(row) > 0.03).map(nameOf)).toEqual([]);
  });

  it('rest within 4 MB, but for 31b after a prompt shorter than its window: within 10 tokens of it, by when the last draft was', () => {
    const short = ({ variant, promptTokens }: Row) => variant === '31b' && promptTokens < 1024;
    expect(rows.filter((row) => !short(row) && restError(row) > 4e6).map(nameOf)).toEqual([]);
    expect(rows.filter((row) => short(row) && restError(row) > 10 * 819_200 + 1e5).map(nameOf)).toEqual([]);
  });
});

/** Peaks of mlx-lm on real Macs (issues and benchmark files of ax-engine): text alone, 4 and 6 bits, no draft model. */
describe('an MLX build on a real Mac', () => {
  it.each([
    ['31b', 'affine4', 512, 18.295],
    ['31b', 'affine6', 128, 25.316],
    ['31b', 'affine6', 2048, 27.842],
    ['e4b', 'affine4', 512, 4.94],
    ['e4b', 'affine6', 2048, 6.959],
    ['e2b', 'affine4', 512, 3.248],
    ['e2b', 'affine6', 2048, 4.652],
  ] as const)('%s %s, %i tokens: %f GB within 2 %%', (variant, layout, promptTokens, gigabytes) => {
    const { peakBytes } = estimateMlxMemory({ variant, layout, promptTokens, chipClass: 'max-ultra' });
    expect(Math.abs(peakBytes / (gigabytes * 1e9) - 1)).toBeLessThan(0.02);
  });

  it("31b-mlx on an M5 Max with 48 GB: 16.96 GiB after loading and 17.10 at the peak of 20 tokens (Ollama's log)", () => {
    const { loadBytes, peakBytes } = estimateMlxMemory({
      variant: '31b',
      layout: 'nvfp4u',
      drafter: true,
      promptTokens: 20,
      generatedTokens: 20,
      chipClass: 'max-ultra',
    });
    expect(loadBytes / 2 ** 30).toBeCloseTo(16.96, 2);
    expect(Math.abs(peakBytes / 2 ** 30 - 17.1)).toBeLessThan(0.2);
  });
});
