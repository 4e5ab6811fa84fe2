import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { curvesOf } from '../../../src/advice/context/curve.ts';
import { gridOf } from '../../../src/advice/context/grid.ts';
import { listBuilds } from '../../../src/advice/listing.ts';
import { contextSteps, variantIds } from '../../../src/data/ids.ts';
import { builds } from '../../../src/data/tables.ts';
import { onePerVariant } from '../../../src/report/context-matrix.ts';
import { renderGrid } from '../../../src/report/human/grid.ts';
import { noPaint } from '../../../src/report/options.ts';
import { ask, candidate } from '../case.ts';
import { gib, gpu, machine } from '../machines.ts';

const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);

describe('the grid', () => {
  const { rows, contexts } = gridOf(card(24), openRequest, '31b');

  it('the grid has a cell for every build and context from 4K to 256K', () => {
    expect(contexts).toEqual(contextSteps);
    expect(rows.every(({ cells }) => cells.length === contextSteps.length)).toBe(true);
    expect(rows.map(({ build }) => build)).toContain('31b-it-qat');
  });

  it('the grid says what check says', () => {
    const row = rows.find(({ build }) => build === '31b-it-qat');
    for (const { contextTokens, verdict, gpuLayers } of row?.cells ?? []) {
      const checked = candidate(card(24), '31b-it-qat', { contextTokensTotal: contextTokens });
      expect({ verdict, gpuLayers }).toEqual({ verdict: checked.verdict, gpuLayers: checked.placement.gpuLayers });
    }
  });

  it('the grid marks what the model was not trained for', () => {
    const [row] = gridOf(card(24), openRequest, 'e2b').rows;
    expect(row?.cells.at(-1)?.verdict).toBe('beyond');
    expect(row?.cells.at(-2)?.verdict).toBe('gpu');
  });

  it('the grid of all models has the builds of each', () => {
    expect(new Set(gridOf(card(24), openRequest).rows.map(({ variant }) => variant))).toEqual(new Set(variantIds));
  });
});

describe('the grid as text', () => {
  const grid = gridOf(card(24), openRequest, '31b');
  const text = (columns: number) => renderGrid(grid, { columns, unicode: false, paint: noPaint }).split('\n');

  it('the grid as text has a line for each build, with GiB where it fits and the share on the GPU where it spills', () => {
    const line = text(90).find((one) => one.startsWith('31b-it-qat')) ?? '';
    expect(line).toMatch(/\+19\.\d .*~\d\d%/);
    expect(text(90).find((one) => one.startsWith('31b-it-bf16'))).toMatch(/x79\.\d$/);
  });

  it.each([40, 60, 80])('the grid as text keeps to %s columns and to the longest context', (columns) => {
    expect(Math.max(...text(columns).map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(text(columns)[0]).toMatch(/256K$/);
  });
});

describe('curves', () => {
  const result = ask(card(24), { contextTokensTotal: 16_384 });
  const curves = curvesOf(result, onePerVariant(result));

  it('curves are one for each model, at its best build', () => {
    expect(curves.map(({ variant }) => variant).sort()).toEqual([...variantIds].sort());
    expect(curves[0]?.tag).toBe(result.recommendation?.tag);
  });

  it('curves are exact between their corners: a straight line gives the need at any context', () => {
    for (const { points, tag } of curves) {
      const build = result.candidates.find((one) => one.tag === tag);
      const [low, high] = points.filter(({ contextTokens }) => contextTokens >= 4096).slice(0, 2);
      if (!build || !low || !high) throw new Error(tag);
      const middle = (low.contextTokens + high.contextTokens) / 2;
      const { need } = candidate(card(24), build.build, {
        contextTokensTotal: middle,
        microBatch: build.workload.microBatch,
      });
      const { weightsBytes, kvCacheBytes, computeBytes, projectorBytes, drafterBytes } = need.device;
      const bytes = weightsBytes + kvCacheBytes + computeBytes + projectorBytes + drafterBytes;
      expect(bytes).toBeCloseTo((low.needBytes + high.needBytes) / 2, -1);
    }
  });

  it('curves rise with the context and end at the trained one', () => {
    for (const { points, trainedContextTokens } of curves) {
      const needs = points.map(({ needBytes }) => needBytes);
      expect(needs).toEqual([...needs].sort((a, b) => a - b));
      expect(points.at(-1)?.contextTokens).toBe(trainedContextTokens);
    }
  });
});

describe('the list', () => {
  it('the list has every library build once, grouped by model, with its source', () => {
    const rows = listBuilds(null);
    expect(rows).toHaveLength(builds.filter(({ origin }) => origin === 'library').length);
    expect(rows.every(({ source, date }) => source !== '' && date !== '')).toBe(true);
    const order = rows.map(({ variant }) => variant);
    expect([...new Set(order)]).toEqual([...variantIds]);
  });

  it('the list tells device bytes of every build, of MLX builds at the peak of a prompt of that length', () => {
    const rows = listBuilds('26b');
    expect((rows.find(({ build }) => build === '26b-a4b-it-q4_K_M')?.deviceBytes.at4096 ?? 0) / 1e9).toBeCloseTo(
      17.29,
      1,
    );
    const mlx = rows.find(({ build }) => build === '26b-mlx')?.deviceBytes;
    expect((mlx?.at4096 ?? 0) / 1e9).toBeCloseTo(18.27 + 1.8, 1);
    expect(rows.filter(({ deviceBytes }) => deviceBytes.at4096 === null)).toEqual([]);
  });
});
