import { describe, expect, it } from 'vitest';
import { type ColorQuestion, colorLevel, createPaint, paintFor } from '../../src/terminal/style.ts';

const ask = (overrides: Partial<ColorQuestion>): number =>
  colorLevel({ flag: null, env: {}, isTTY: true, depthBits: 8, ...overrides });

describe('colour', () => {
  it.each<[string, Partial<ColorQuestion>, number]>([
    ['a terminal has what it can', {}, 2],
    ['a pipe has none', { isTTY: false, depthBits: null }, 0],
    ['--no-color wins over FORCE_COLOR', { flag: false, env: { FORCE_COLOR: '3' } }, 0],
    ['--color wins over NO_COLOR', { flag: true, env: { NO_COLOR: '1' } }, 2],
    ['--color gives a pipe the plain sixteen', { flag: true, isTTY: false, depthBits: null }, 1],
    ['NO_COLOR wins over FORCE_COLOR', { env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, 0],
    ['an empty NO_COLOR is none', { env: { NO_COLOR: '' } }, 2],
    ['FORCE_COLOR reaches a pipe', { isTTY: false, depthBits: null, env: { FORCE_COLOR: '1' } }, 1],
    ['FORCE_COLOR=3 means all colours', { isTTY: false, depthBits: null, env: { FORCE_COLOR: '3' } }, 3],
    ['FORCE_COLOR=0 switches off', { env: { FORCE_COLOR: '0' } }, 0],
    ['FORCE_COLOR=false switches off', { env: { FORCE_COLOR: 'false' } }, 0],
    ['FORCE_COLOR wins over TERM=dumb', { env: { FORCE_COLOR: '1', TERM: 'dumb' } }, 2],
    ['TERM=dumb has none', { env: { TERM: 'dumb' } }, 0],
    ['a terminal of one bit has none', { depthBits: 1 }, 0],
    ['24 bits are all colours', { depthBits: 24 }, 3],
  ])('%s', (_, question, level) => expect(ask(question)).toBe(level));

  it('colour paints at a level and leaves text alone at 0', () => {
    expect(createPaint(1).good('yes')).toBe('\u001b[32myes\u001b[39m');
    expect(createPaint(0).good('yes')).toBe('yes');
  });

  it('colour asks the stream only when it is a terminal', () => {
    expect(paintFor({}, { flag: null, env: {} }).bold('x')).toBe('x');
    expect(paintFor({ isTTY: true, getColorDepth: () => 4 }, { flag: null, env: {} }).bold('x')).toContain('\u001b[1m');
  });
});
