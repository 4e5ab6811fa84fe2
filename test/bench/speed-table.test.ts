import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { predictShapeSpeed } from '../../src/model/speed/speed.ts';
import { readSpeedPoints } from './speed-points.ts';
import { familyScores, lastLine, scoresOf } from './speed-table.ts';

const { points } = readSpeedPoints(readFileSync(new URL('../data/speed-points.csv', import.meta.url), 'utf8'));
const rows = familyScores(scoresOf(points, predictShapeSpeed));

it('speeds measured by others lie inside what is told, in every family of five and more', () => {
  expect(rows.length).toBeGreaterThan(8);
  for (const { family, points: count, inside } of rows) {
    if (count >= 5) expect(inside, family).toBeGreaterThanOrEqual(0.85);
  }
});

it('speeds measured by others are met within 5 % by half of what is told, and within 30 % by nine of ten', () => {
  const all = rows.at(-1)!;
  expect(all.points).toBeGreaterThan(300);
  expect(all.median).toBeLessThan(0.05);
  expect(all.p90).toBeLessThan(0.3);
  expect(lastLine(all)).toMatch(/^all: \d+ points, \d+ machines, median [\d.]+ %, p90 [\d.]+ %, inside \d+ %$/);
});

it('measurements of a server are told as sampled, those of a benchmark program are not', () => {
  const sampledBy = (runtime: RegExp) =>
    new Set(
      points
        .filter(({ label, family }) => runtime.test(label) && !family.startsWith('draft'))
        .map(({ question }) => question.sampled),
    );
  expect([...sampledBy(/, (ollama|llama-server)/)]).toEqual([true]);
  expect([...sampledBy(/, llama\.cpp/)]).toEqual([false]);
});
