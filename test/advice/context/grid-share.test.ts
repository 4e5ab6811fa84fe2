import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { gridOf } from '../../../src/advice/context/grid.ts';
import { hypotheticalMachine } from '../../../src/machine/hypothetical/index.ts';

describe.each(['RTX 4060', 'RTX 3060 12GB', 'RTX 4060 Ti 16GB', 'RTX 3050 4GB Laptop'])('the grid of a %s', (gpu) => {
  const grid = gridOf(hypotheticalMachine({ gpu, ramBytes: 32 * 2 ** 30 }), openRequest);

  it('the grid has one figure for a split: the share of the weights on the GPU, which a longer context raises by no more than a smaller batch frees', () => {
    for (const { tag, cells } of grid.rows) {
      const shares = cells.flatMap(({ verdict, gpuWeightShare }) =>
        verdict === 'split' ? [gpuWeightShare ?? -1] : [],
      );
      for (const [index, share] of shares.entries()) {
        expect(share, tag).toBeGreaterThanOrEqual(0);
        expect(share, tag).toBeLessThanOrEqual((shares[index - 1] ?? 1) + 0.05);
      }
    }
  });

  it('the grid is all where the model is fully on the GPU', () => {
    const whole = grid.rows.flatMap(({ cells }) => cells.filter(({ verdict }) => verdict === 'gpu'));
    expect(whole.length).toBeGreaterThan(0);
    for (const { gpuWeightShare } of whole) expect(gpuWeightShare).toBe(1);
  });
});
