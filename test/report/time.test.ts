import { expect, it } from 'vitest';
import { formatWait, isoTime } from '../../src/report/time.ts';

it('a moment is written in whole seconds of UTC', () => {
  expect(isoTime(1_795_736_310.93)).toBe('2026-11-26T23:38:30Z');
});

it.each([
  [20, 130, '1 to 2 minutes'],
  [671, 2854, '11 to 48 minutes'],
  [150, 155, '3 minutes'],
  [3400, 7100, '57 to 118 minutes'],
  [3600, 7200, '1 to 2 hours'],
  [900, 20_000, '0.5 to 5.5 hours'],
  [7300, 7400, '2 hours'],
])('a wait of %i to %i seconds is told as %s', (least, most, text) => {
  expect(formatWait(least, most)).toBe(text);
});
