import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/cli/suggest.ts';

const commands = ['check', 'pull', 'verify', 'list', 'needs', 'doctor', 'completion'];

describe('a mistyped command', () => {
  it.each([
    ['chekc', 'check'],
    ['Pul', 'pull'],
    ['verfy', 'verify'],
    ['docter', 'doctor'],
  ])('%s: %s', (typed, meant) => {
    expect(nearest(typed, commands)).toBe(meant);
  });

  it('a mistyped command that is like none of them gets no suggestion', () => {
    expect(nearest('install', commands)).toBeNull();
    expect(nearest('x', commands)).toBeNull();
  });
});
