import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { appleChip } from '../../../src/data/apple-chips.ts';
import type { MlxLayout } from '../../../src/data/ids.ts';
import { predictMlxPromptSpeed, predictMlxSpeed } from '../../../src/model/mlx/speed.ts';
import type { VariantId } from '../../../src/model/types.ts';

/** One measurement by others: mlx-lm or Ollama's MLX runner, whole model. */
interface Row {
  variant: VariantId;
  layout: MlxLayout;
  chip: string;
  machine: string;
  bandwidthGBs: number;
  depthTokens: number;
  drafter: boolean;
  tokensPerSecond: number;
  activeBytes: number;
}

const rows: Row[] = readFileSync(new URL('../../golden/mlx-speed.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const predicted = ({ chip, bandwidthGBs, activeBytes, ...row }: Row) =>
  predictMlxSpeed({
    ...row,
    chip: appleChip(chip),
    bandwidthBytesPerSecond: bandwidthGBs * 1e9,
    weightBytesPerToken: activeBytes,
  });
const middle = (row: Row) => {
  const band = predicted(row);
  return band === null ? null : (band.lowTokensPerSecond + band.highTokensPerSecond) / 2;
};
const errorOf = (row: Row) => Math.abs((middle(row) ?? 0) / row.tokensPerSecond - 1);
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
/** mlx-lm ran it on an M3 Ultra, Ollama's runner does not come near: no figure is given for it. */
const withFigure = rows.filter((row) => predicted(row) !== null);

describe('speed of an MLX build against measurements by others', () => {
  it('has a figure for all but the bf16 builds of 26b and 31b', () => {
    expect(rows.filter((row) => predicted(row) === null).map(({ layout }) => layout)).toEqual(['bf16']);
  });

  it('without a draft model: median error within 8 %, on every machine within 15 %', () => {
    const plain = withFigure.filter(({ drafter }) => !drafter);
    expect(median(plain.map(errorOf))).toBeLessThan(0.08);
    for (const machine of new Set(plain.map((row) => row.machine))) {
      expect(median(plain.filter((row) => row.machine === machine).map(errorOf)), machine).toBeLessThan(0.15);
    }
  });

  it('with one: median error within 15 %', () => {
    const drafting = withFigure.filter(({ drafter }) => drafter);
    expect(drafting.length).toBeGreaterThan(4);
    expect(median(drafting.map(errorOf))).toBeLessThan(0.15);
  });

  it('nine of ten lie inside the band', () => {
    const outside = withFigure.filter((row) => {
      const band = predicted(row);
      if (band === null) return true;
      return row.tokensPerSecond < band.lowTokensPerSecond || row.tokensPerSecond > band.highTokensPerSecond;
    });
    expect(outside.length).toBeLessThanOrEqual(rows.length / 10);
  });
});

describe('speed of an MLX build', () => {
  const ask = { variant: '26b', layout: 'nvfp4p', drafter: true, depthTokens: 4096 } as const;
  const m4 = { ...ask, chip: appleChip('Apple M4 Max'), bandwidthBytesPerSecond: 546e9 };
  const low = (change: Partial<typeof m4>) => predictMlxSpeed({ ...m4, ...change })?.lowTokensPerSecond ?? 0;

  it('falls with depth and rises with bandwidth', () => {
    expect(low({ depthTokens: 65_536 as never })).toBeLessThan(low({}));
    expect(low({ bandwidthBytesPerSecond: 600e9 })).toBeGreaterThan(low({}));
  });

  it('is unknown for a chip or a bandwidth that is not known', () => {
    expect(predictMlxSpeed({ ...m4, chip: null })).toBeNull();
    expect(predictMlxSpeed({ ...m4, bandwidthBytesPerSecond: null })).toBeNull();
  });

  it('of a chip newer than the tables goes by the newest of them', () => {
    expect(low({ chip: appleChip('Apple M7 Max') })).toBe(low({ chip: appleChip('Apple M5 Max') }));
  });

  it('of prompts goes by arithmetic: an M5 Max reads 8K of 26b at about 1,400 tokens a second', () => {
    const { lowTokensPerSecond = 0, highTokensPerSecond = 0 } =
      predictMlxPromptSpeed({ variant: '26b' }, appleChip('Apple M5 Max'), [40]) ?? {};
    expect(lowTokensPerSecond).toBeLessThan(1418);
    expect(highTokensPerSecond).toBeGreaterThan(1418);
    expect(predictMlxPromptSpeed({ variant: '26b' }, null, [40])).toBeNull();
  });
});

describe('the name of an Apple chip', () => {
  it.each([
    ['Apple M1', 1, 'base'],
    ['Apple M4 Max (40-core GPU)', 4, 'max'],
    ['Apple M3 Ultra', 3, 'ultra'],
    ['Apple M2 Pro', 2, 'pro'],
    ['Apple A18 Pro', 4, 'base'],
  ])('%s', (name, generation, tier) => expect(appleChip(name)).toEqual({ generation, tier }));

  it.each(['Apple Paravirtual device', 'RTX 4090', '', null])('%s says nothing', (name) =>
    expect(appleChip(name)).toBeNull(),
  );
});
