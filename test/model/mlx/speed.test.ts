import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { appleChip } from '../../../src/data/apple-chips.ts';
import { mlx } from '../../../src/data/mlx.ts';
import { predictMlxPromptSpeed, predictMlxSpeed } from '../../../src/model/mlx/speed.ts';
import { crossValidateMlx, fitMlxSpeed, type MlxScore, mlxScores } from '../../bench/mlx-fit.ts';
import { readMlxSpeedPoints } from '../../bench/mlx-points.ts';
import { isInside, scoreOf } from '../../bench/speed-table.ts';

/** Measurements by others, whole models: mlx-lm, mlx-vlm and Ollama's MLX runner. */
const points = readMlxSpeedPoints(readFileSync(new URL('../../golden/mlx-speed.jsonl', import.meta.url), 'utf8'));
const plain = ({ point }: MlxScore) => !point.question.drafter;
const drafted = ({ point }: MlxScore) => point.question.drafter;

describe('speed of an MLX build against measurements by others', () => {
  const shipped = mlxScores(points, mlx.speed);
  const leftOut = crossValidateMlx(points, mlx.speed);

  it('there are points of five generations, with and without a draft model', () => {
    expect(new Set(points.map(({ question }) => question.chip?.generation))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(shipped.filter(plain)).toHaveLength(75);
    expect(shipped.filter(drafted)).toHaveLength(19);
  });

  it('a Mac that nobody fitted: median error within 8 % without a draft model, within 15 % with one', () => {
    expect(scoreOf('plain', leftOut.filter(plain)).median).toBeLessThan(0.08);
    expect(scoreOf('draft', leftOut.filter(drafted)).median).toBeLessThan(0.15);
  });

  it('no machine that was left out is told more than a quarter wrong in the middle', () => {
    for (const machine of new Set(points.map((point) => point.machine))) {
      const own = leftOut.filter(({ point }) => point.machine === machine);
      expect(scoreOf(machine, own).median, machine).toBeLessThan(0.25);
    }
  });

  it('nine of ten lie inside the band of a Mac that was left out, all of them inside the shipped ones', () => {
    expect(leftOut.filter(isInside).length).toBeGreaterThan(0.9 * points.length);
    expect(shipped.filter((score) => !isInside(score)).map(({ point }) => point.label)).toEqual([]);
  });

  it('the shipped constants are what the fit gives', () => {
    const fitted = fitMlxSpeed(points, mlx.speed);
    for (const name of ['arithmetic', 'layers', 'layerFactors', 'drafter'] as const) {
      fitted[name].forEach((row, index) => {
        if ('variant' in row && !points.some(({ question: { variant } }) => variant === row.variant)) return;
        const own = mlx.speed[name][index] as unknown as Record<string, number>;
        for (const [key, value] of Object.entries(row)) {
          if (typeof value === 'number')
            expect(Math.abs(value / (own[key] ?? 0) - 1), `${name} ${key}`).toBeLessThan(0.02);
        }
      });
    }
    expect(Math.abs(fitted.bandwidth.share / mlx.speed.bandwidth.share - 1)).toBeLessThan(0.02);
  });
});

describe('speed of an MLX build', () => {
  const ask = { variant: '26b', layout: 'nvfp4p', drafter: true, depthTokens: 4096 } as const;
  const m4 = { ...ask, chip: appleChip('Apple M4 Max'), bandwidthBytesPerSecond: 546e9 };
  const low = (change: Partial<typeof m4>) => predictMlxSpeed({ ...m4, ...change })?.lowTokensPerSecond ?? 0;

  it('speed of an MLX build falls with depth and rises with bandwidth', () => {
    expect(low({ depthTokens: 65_536 as never })).toBeLessThan(low({}));
    expect(low({ bandwidthBytesPerSecond: 600e9 })).toBeGreaterThan(low({}));
  });

  it('speed of an MLX build is unknown for a chip or a bandwidth that is not known', () => {
    expect(predictMlxSpeed({ ...m4, chip: null })).toBeNull();
    expect(predictMlxSpeed({ ...m4, bandwidthBytesPerSecond: null })).toBeNull();
  });

  it('speed of an MLX build has no figure for the bf16 builds of 26b and 31b, which ran at a small part of it', () => {
    expect(predictMlxSpeed({ ...m4, layout: 'bf16' })).toBeNull();
    expect(predictMlxSpeed({ ...m4, variant: '31b', layout: 'bf16' })).toBeNull();
    expect(predictMlxSpeed({ ...m4, variant: '12b', layout: 'bf16' })).not.toBeNull();
  });

  it('four-bit weights gain little over eight on an M1, where unpacking them is what takes the time', () => {
    const m1 = {
      ...ask,
      variant: 'e4b',
      chip: appleChip('Apple M1 Max'),
      bandwidthBytesPerSecond: 400e9,
      gpuCores: 32,
    } as const;
    const rate = (layout: 'nvfp4u' | 'mxfp8') => predictMlxSpeed({ ...m1, layout })?.expectedTokensPerSecond ?? 0;
    expect(rate('nvfp4u') / rate('mxfp8')).toBeLessThan(1.25);
  });

  it('a draft model gains nothing on M1 and M2, and most on M5', () => {
    const gain = (name: string) => {
      const about = { ...m4, variant: '12b', layout: 'nvfp4u', chip: appleChip(name) } as const;
      const rate = (drafter: boolean) => predictMlxSpeed({ ...about, drafter })?.expectedTokensPerSecond ?? 0;
      return rate(true) / rate(false);
    };
    expect(gain('Apple M1 Max')).toBe(1);
    expect(gain('Apple M2 Max')).toBe(1);
    expect(gain('Apple M4 Max')).toBeGreaterThan(1.3);
    expect(gain('Apple M5 Max')).toBeGreaterThan(gain('Apple M4 Max'));
  });

  it('a count of GPU cores that is not known widens the band, one that is known narrows it', () => {
    const about = { ...m4, chip: appleChip('Apple M4 Pro'), bandwidthBytesPerSecond: 273e9, drafter: false };
    const width = (gpuCores?: number) => {
      const band = predictMlxSpeed({ ...about, ...(gpuCores === undefined ? {} : { gpuCores }) });
      return (band?.highTokensPerSecond ?? 0) / (band?.lowTokensPerSecond ?? 1);
    };
    expect(width()).toBeGreaterThan(width(20));
    expect(width(16)).toBeCloseTo(width(20), 6);
  });

  it('speed of an MLX build of a chip newer than the tables goes by the newest of them', () => {
    expect(low({ chip: appleChip('Apple M7 Max') })).toBe(low({ chip: appleChip('Apple M5 Max') }));
  });

  it('speed of an MLX build of prompts goes by arithmetic: an M5 Max reads 8K of 26b at about 1,400 tokens a second', () => {
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
