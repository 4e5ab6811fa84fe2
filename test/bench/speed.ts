import { readFileSync, writeFileSync } from 'node:fs';
import { speedForms } from '../../src/data/speeds.ts';
import { predictPromptSpeed, predictShapeSpeed } from '../../src/model/speed/speed.ts';
import { crossValidate, halvesWithin } from './speed-cross.ts';
import { fitSpeedForms } from './speed-fit.ts';
import { readSpeedPoints, type SpeedPoint } from './speed-points.ts';
import {
  familyScores,
  formatFamilies,
  isInData,
  isInside,
  lastLine,
  markdownFamilies,
  type SpeedScore,
  scoresOf,
} from './speed-table.ts';

/**
 * `npm run bench:speed [-- FILE.csv ...]`: what the shipped predictor tells for measurements by others, by family, and the points that
 * lie outside their band. Without a file: the repository's own points.
 * `--cross-validate`: instead, each machine is told by constants that were fitted without it, and without measured rows (two minutes);
 * with `--write` the table goes into README.md between its marks.
 * `--fit`: the constants that fit best, as lines of data/speed-forms.json.
 */
const root = new URL('../../', import.meta.url);
const ownPoints = new URL('test/data/speed-points.csv', root);

main(process.argv.slice(3));

function main(args: readonly string[]): void {
  const files = args.filter((argument) => !argument.startsWith('--'));
  const points = (files.length > 0 ? files : [ownPoints]).flatMap(pointsOf);
  if (args.includes('--fit')) printFit(points);
  else compare(points, args);
}

function compare(points: readonly SpeedPoint[], args: readonly string[]): void {
  const scores = args.includes('--cross-validate') ? crossValidate(points) : scoresOf(points, predictShapeSpeed);
  const rows = familyScores(scores);
  const all = rows.at(-1);
  if (all === undefined) {
    console.log('No row of the table says enough to compare a prediction with it.');
    process.exitCode = 1;
    return;
  }
  if (!args.includes('--cross-validate')) printUnseen(scores);
  console.log(promptLine(scores.map(({ point }) => point)));
  console.log(`outside their band:\n${outliers(scores).join('\n')}\n`);
  console.log(formatFamilies(rows).join('\n'));
  if (args.includes('--write')) writeReadme(markdownFamilies(rows));
  if (args.includes('--cross-validate')) {
    console.log(
      `\nnine of ten within 30 % in ${(100 * halvesWithin(scores, 0.3)).toFixed(0)} % of a thousand halves of the machines`,
    );
  }
  console.log(`\n${lastLine(all)}`);
}

function pointsOf(file: string | URL): SpeedPoint[] {
  const { points, skipped } = readSpeedPoints(readFileSync(file, 'utf8'));
  for (const [reason, rows] of Object.entries(skipped)) console.log(`not compared: ${rows} rows, ${reason}`);
  return points;
}

function printUnseen(scores: readonly SpeedScore[]): void {
  const rows = familyScores(scores.filter(({ point }) => !isInData(point)));
  console.log(`\npoints that no row of data/speeds.json contains:\n${formatFamilies(rows).join('\n')}\n`);
}

function printFit(points: readonly SpeedPoint[]): void {
  const fitted = fitSpeedForms(points, speedForms, 25);
  const digits = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value);
  for (const row of [
    ...fitted.forms,
    fitted.token,
    fitted.hostExperts,
    fitted.drafting.acceptance,
    ...fitted.drafting.costs,
  ]) {
    console.log(JSON.stringify(row, digits));
  }
}

/** Prompts of up to 2,048 tokens into an empty context, where the table tells them. */
function promptLine(points: readonly SpeedPoint[]): string {
  const told = points.flatMap(({ question, promptTokensPerSecond: rate }) => {
    const band = rate === null || question.depthTokens > 2048 ? null : predictPromptSpeed(question);
    if (band === null || rate === null) return [];
    const inside = rate >= band.lowTokensPerSecond && rate <= band.highTokensPerSecond;
    return [{ error: Math.abs(band.expectedTokensPerSecond / rate - 1), inside }];
  });
  const errors = told.map(({ error }) => error).sort((a, b) => a - b);
  const middle = 100 * (errors[Math.floor(errors.length / 2)] ?? 0);
  const inside = (100 * told.filter((score) => score.inside).length) / Math.max(1, told.length);
  return `reading prompts: ${told.length} points, median ${middle.toFixed(1)} %, inside ${inside.toFixed(0)} %\n`;
}

function outliers(scores: readonly SpeedScore[]): string[] {
  return scores
    .filter((score) => !isInside(score))
    .map(({ point, band }) => {
      const { lowTokensPerSecond: low, highTokensPerSecond: high } = band;
      return `  ${point.family}, ${point.hardware}: ${point.label}: measured ${point.tokensPerSecond}, told ${low.toFixed(1)} to ${high.toFixed(1)}`;
    });
}

function writeReadme(text: string): void {
  const file = new URL('README.md', root);
  const marks = /<!-- speed:start -->[\s\S]*<!-- speed:end -->/;
  const before = readFileSync(file, 'utf8');
  if (!marks.test(before)) throw new Error('README.md has no <!-- speed:start --> and <!-- speed:end -->.');
  writeFileSync(
    file,
    before.replace(marks, () => `<!-- speed:start -->\n${text}\n<!-- speed:end -->`),
  );
}
