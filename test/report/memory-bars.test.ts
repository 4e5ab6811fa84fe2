import { describe, expect, it } from 'vitest';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { memoryBars } from '../../src/report/human/memory.ts';
import { ask } from '../advice/case.ts';
import { createOptions } from './result.ts';

const titles = (gpu: string) => {
  const result = ask(hypotheticalMachine({ gpu, ramBytes: 64 * 2 ** 30 }));
  if (result.recommendation === null) throw new Error(`nothing for ${gpu}`);
  return memoryBars(result, result.recommendation, createOptions({ columns: 200 }))
    .filter((line) => line.startsWith('Memory of'))
    .map((line) => line.replace(/ with .*/, ''));
};

describe('the bars of several cards', () => {
  it('the bars of several cards tell two of one kind apart', () => {
    expect(titles('2x RTX 3060 12GB')).toEqual([
      'Memory of GeForce RTX 3060 (1 of 2)',
      'Memory of GeForce RTX 3060 (2 of 2)',
    ]);
  });

  it('the bars of several cards are named as they are where there is one of each', () => {
    expect(titles('RTX 3060 12GB')).toEqual(['Memory of GeForce RTX 3060']);
  });
});
