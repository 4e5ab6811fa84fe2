import { readFileSync } from 'node:fs';
import { estimateSeconds } from '../../src/model/speed/formula.ts';
import { predictByFormula } from '../../src/model/speed/speed.ts';
import { readSpeedPoints, type SpeedPoint } from './speed-points.ts';

const file = new URL('../data/speed-points.csv', import.meta.url);

/** Error of the formula (without measured rows of the same chips) and the share of points inside the printed band. */
function report(points: readonly SpeedPoint[], name: string): string {
  const scores = points.flatMap(({ question, tokensPerSecond }) => {
    const band = predictByFormula(question);
    const seconds = estimateSeconds(question)?.seconds;
    if (band === null || seconds === undefined) return [];
    const inside = tokensPerSecond >= band.lowTokensPerSecond && tokensPerSecond <= band.highTokensPerSecond;
    return [{ error: Math.abs(1 / seconds.middle / tokensPerSecond - 1), inside, basis: band.basis }];
  });
  const errors = scores.map(({ error }) => error).sort((a, b) => a - b);
  const at = (share: number) =>
    `${(100 * (errors[Math.ceil(share * errors.length) - 1] ?? 0)).toFixed(1)} %`.padStart(8);
  const inside = scores.filter((score) => score.inside).length / Math.max(1, scores.length);
  const machines = new Set(points.map(({ hardware }) => hardware)).size;
  const counts = `${String(scores.length).padStart(4)} ${String(machines).padStart(9)}`;
  return `${name.padEnd(10)}${counts} ${at(0.5)} ${at(0.9)} ${`${(100 * inside).toFixed(0)} %`.padStart(8)}`;
}

function outliers(points: readonly SpeedPoint[]): string[] {
  return points.flatMap(({ question, tokensPerSecond, hardware, backend, label }) => {
    const band = predictByFormula(question);
    if (band === null) return [];
    const { lowTokensPerSecond: low, highTokensPerSecond: high } = band;
    if (tokensPerSecond >= low && tokensPerSecond <= high) return [];
    return [
      `  ${backend} ${hardware}: ${label}: measured ${tokensPerSecond}, printed ${low.toFixed(1)} to ${high.toFixed(1)}`,
    ];
  });
}

const points = readSpeedPoints(readFileSync(file, 'utf8'));
console.log('backend   points  machines   median      p90   in band');
for (const backend of ['cuda', 'metal', 'rocm', 'vulkan', 'sycl', 'cpu']) {
  console.log(
    report(
      points.filter((point) => point.backend === backend),
      backend,
    ),
  );
}
console.log(report(points, 'all'));
console.log(
  '\nThe constants were fitted on a larger set that holds most of these points; held out by machine, its p90 was 13 to 16 %',
);
console.log(
  'for cuda, metal and rocm, 31 % for cpu (sources in data/speed-forms.json). Measured rows of data/speeds.json are not used here.',
);
console.log(`\noutside their band:\n${outliers(points).join('\n')}`);
