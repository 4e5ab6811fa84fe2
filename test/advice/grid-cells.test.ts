import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { gridOf } from '../../src/advice/context/grid.ts';
import type { CheckRequest, NeedParts } from '../../src/advice/types.ts';
import type { VariantId } from '../../src/data/ids.ts';
import type { Machine } from '../../src/machine/types.ts';
import { candidate } from './case.ts';
import { gib, gpu, machine } from './machines.ts';

const card = machine([gpu({ freeBytes: 24 * gib })]);

function rowOf(on: Machine, variant: VariantId, build: string, request: Partial<CheckRequest> = {}) {
  const row = gridOf(on, { ...openRequest, ...request }, variant).rows.find((one) => one.build === build);
  if (row === undefined) throw new Error(build);
  return row;
}

const bytes = (parts: NeedParts) =>
  parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes + parts.projectorBytes + parts.drafterBytes;

describe('a row of the grid', () => {
  it('a row of the grid is of the model that was asked for', () => {
    const { rows } = gridOf(card, openRequest, '31b');
    expect([...new Set(rows.map(({ variant }) => variant))]).toEqual(['31b']);
  });

  it.each([
    ['31b-it-qat', 'gemma4:31b-it-qat', 'QAT Q4_0'],
    ['31b-it-q8_0', 'gemma4:31b-it-q8_0', 'Q8_0'],
  ])(
    'a row of the grid of %s has its tag, its quantization and its ceiling, null where none fits',
    (build, tag, quantization) => {
      const { ceilingTokens } = candidate(card, build, { contextTokensTotal: 4096 });
      const { cells: _, ...row } = rowOf(card, '31b', build);
      expect(row).toEqual({ variant: '31b', build, tag, quantization, ceilingTokens });
      expect(ceilingTokens === null).toBe(build === '31b-it-q8_0');
    },
  );
});

describe('a cell of the grid', () => {
  it('a cell of the grid has the context of its column', () => {
    expect(rowOf(card, '12b', '12b-it-qat').cells.map(({ contextTokens }) => contextTokens)).toEqual([
      4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144,
    ]);
  });

  it('a cell of the grid tells the bytes on the device, all parts together, and the layers there', () => {
    const [cell] = rowOf(card, '31b', '31b-it-q4_K_M').cells;
    const { need } = candidate(card, '31b-it-q4_K_M', { contextTokensTotal: 4096 });
    expect(cell).toEqual({
      contextTokens: 4096,
      verdict: 'gpu',
      gpuLayers: 61,
      totalLayers: 61,
      overflowingLayers: 0,
      gpuWeightShare: 1,
      needBytes: bytes(need.device),
    });
  });

  it('a cell of the grid tells the bytes in RAM where there is no device', () => {
    const [cell] = rowOf(machine(), '12b', '12b-it-qat').cells;
    const { need } = candidate(machine(), '12b-it-qat', { contextTokensTotal: 4096 });
    expect(bytes(need.device)).toBe(0);
    expect(cell).toMatchObject({ verdict: 'cpu', gpuLayers: 0, totalLayers: 49, needBytes: bytes(need.host) });
  });

  it('a cell of the grid is for one sequence: with two, the load has twice the context', () => {
    const fixed = { sequences: 2, microBatch: 512 };
    const cell = rowOf(card, '31b', '31b-it-qat', fixed).cells[1];
    const loaded = candidate(card, '31b-it-qat', { ...fixed, contextTokensTotal: 16_384 });
    expect(cell).toMatchObject({
      contextTokens: 8192,
      verdict: loaded.verdict,
      needBytes: bytes(loaded.need.device),
    });
    const half = candidate(card, '31b-it-qat', { ...fixed, contextTokensTotal: 8192 });
    expect(cell?.needBytes).toBeGreaterThan(bytes(half.need.device));
  });

  it.each([1, 2, 3])(
    'a cell of the grid with %s sequences is beyond the model where one of them is longer than it was trained for',
    (n) => {
      const verdicts = rowOf(card, 'e2b', 'e2b-it-qat', { sequences: n }).cells.map(({ verdict }) => verdict);
      expect(verdicts).toEqual(['gpu', 'gpu', 'gpu', 'gpu', 'gpu', 'gpu', 'beyond']);
    },
  );
});
