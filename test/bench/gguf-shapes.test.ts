import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { weightsOf } from '../../src/data/tables.ts';
import { readGgufFile } from '../../src/gguf/file.ts';
import { variantIds } from '../../src/model/types.ts';
import { tensorBytes, tensorsOf, writeShape } from './gguf-shapes.ts';

const recipes = variantIds.flatMap((variant) =>
  (['Q8_0', 'Q4_0'] as const).map((recipe) => [variant, recipe] as const),
);

it.each(recipes)('%s: tensors of the exact shapes, as many bytes as the %s recipe weighs', (variant, recipe) => {
  const bytes = tensorsOf(variant, recipe).reduce((sum, tensor) => sum + Math.ceil(tensorBytes(tensor) / 32) * 32, 0);
  expect(bytes).toBe(weightsOf(variant, recipe)?.tensorBytes);
});

it('the five shapes are written as a file that this tool reads too, with a hole for the weights', () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'gemma-fit-shapes-'));
  try {
    const file = join(folder, 'e2b.gguf');
    writeShape('e2b', file);
    expect(readGgufFile(file).tensors).toHaveLength(tensorsOf('e2b').length);
    const { size, blocks } = statSync(file);
    expect(size).toBeGreaterThan(4e9);
    // Not every file system keeps holes; where it does, next to nothing is written.
    if (process.platform === 'linux') expect(blocks * 512).toBeLessThan(1e6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
