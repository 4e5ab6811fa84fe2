import { readFileSync, writeFileSync } from 'node:fs';
import { mlx } from '../../src/data/mlx.ts';
import { crossValidateMlx, fitMlxSpeed, type MlxScore, mlxScores } from './mlx-fit.ts';
import { type MlxSpeedPoint, readMlxSpeedCsv, readMlxSpeedPoints } from './mlx-points.ts';
import { type FamilyScore, formatFamilies, isInside, lastLine, markdownFamilies, scoreOf } from './speed-table.ts';

/**
 * `npm run bench:mlx [-- FILE.csv]`: what the shipped predictor tells for measurements of MLX builds by others, by generation of chip.
 * `--cross-validate`: each machine by constants fitted without it; with `--write` the table goes into README.md between its marks.
 * `--fit`: the constants that fit best.
 */
const root = new URL('../../', import.meta.url);
const marks = /<!-- mlx-speed:start -->[\s\S]*<!-- mlx-speed:end -->/;

main(process.argv.slice(3));

function main(args: readonly string[]): void {
  const points = pointsOf(args.find((argument) => !argument.startsWith('--')));
  if (args.includes('--fit')) printFit(points);
  else compare(points, args);
}

function compare(points: readonly MlxSpeedPoint[], args: readonly string[]): void {
  const scores = args.includes('--cross-validate') ? crossValidateMlx(points, mlx.speed) : mlxScores(points, mlx.speed);
  const rows = tableOf(scores);
  console.log(`outside their band:\n${outliers(scores).join('\n')}\n`);
  console.log(formatFamilies(rows).join('\n'));
  if (args.includes('--write')) writeReadme(markdownFamilies(rows));
  console.log(`\n${lastLine(scoreOf('all', scores))}`);
}

function pointsOf(file: string | undefined): MlxSpeedPoint[] {
  if (file !== undefined) return readMlxSpeedCsv(readFileSync(file, 'utf8'));
  return readMlxSpeedPoints(readFileSync(new URL('test/golden/mlx-speed.jsonl', root), 'utf8'));
}

function tableOf(scores: readonly MlxScore[]): FamilyScore[] {
  const plain = scores.filter(({ point }) => !point.question.drafter);
  const drafted = scores.filter(({ point }) => point.question.drafter);
  const generations = [...new Set(plain.map(({ point }) => point.question.chip?.generation ?? 0))].sort();
  const named = (rows: readonly MlxScore[], of: string) =>
    generations.map((generation) =>
      scoreOf(
        `M${generation}${of}`,
        rows.filter(({ point }) => point.question.chip?.generation === generation),
      ),
    );
  return [...named(plain, ''), scoreOf('all without a draft model', plain), ...named(drafted, ', draft model')].filter(
    ({ points }) => points > 0,
  );
}

function outliers(scores: readonly MlxScore[]): string[] {
  return scores
    .filter((score) => !isInside(score))
    .map(({ point, band }) => {
      const { lowTokensPerSecond: low, highTokensPerSecond: high } = band;
      return `  ${point.machine}: ${point.label}: measured ${point.tokensPerSecond}, told ${low.toFixed(1)} to ${high.toFixed(1)}`;
    });
}

function printFit(points: readonly MlxSpeedPoint[]): void {
  const form = fitMlxSpeed(points, mlx.speed);
  const digits = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value);
  for (const rows of [
    form.bandwidth,
    form.attention,
    ...form.arithmetic,
    ...form.layers,
    ...form.layerFactors,
    ...form.drafter,
  ]) {
    console.log(JSON.stringify({ ...rows, source: undefined, date: undefined }, digits));
  }
}

function writeReadme(text: string): void {
  const file = new URL('README.md', root);
  const before = readFileSync(file, 'utf8');
  if (!marks.test(before)) throw new Error('README.md has no <!-- mlx-speed:start --> and <!-- mlx-speed:end -->.');
  writeFileSync(
    file,
    before.replace(marks, () => `<!-- mlx-speed:start -->\n${text}\n<!-- mlx-speed:end -->`),
  );
}
