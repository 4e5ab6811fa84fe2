import { describe, expect, it } from 'vitest';
import { check } from '../../src/index.ts';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { mlxPeakLines, mlxRoomLines } from '../../src/report/human/explain-mlx.ts';

const answer = check(hypotheticalMachine({ gpu: 'M2 Pro 32GB' }), { contextTokens: 32_768 });
const candidate = (build: string) => {
  const found = answer.candidates.find((one) => one.build === build);
  if (found === undefined) throw new Error(`no ${build}`);
  return found;
};

describe('the calculation of an MLX build', () => {
  it('the calculation of an MLX build adds up to the peak, which is set against what Metal allows', () => {
    for (const build of ['31b+mlx', '26b+mlx']) {
      const lines = mlxPeakLines(candidate(build)) ?? [];
      const sum = lines.reduce((total, { bytes }) => total + bytes, 0);
      const [allowed, peak, left] = mlxRoomLines(candidate(build));
      expect(sum).toBe(-(peak?.bytes ?? 0));
      expect((allowed?.bytes ?? 0) - sum).toBe(left?.bytes);
    }
  });

  it('the calculation of an MLX build is another one for a GGUF build', () => {
    expect(mlxPeakLines(candidate('31b-it-qat'))).toBeNull();
    expect(mlxRoomLines(candidate('31b-it-qat'))).toEqual([]);
  });
});
