import { speeds } from '../../src/data/speeds.ts';
import type { SpeedBand, SpeedQuestion } from '../../src/model/speed/speed.ts';
import { formatPercent, formatSignedPercent } from '../../src/report/units.ts';
import { families, type SpeedPoint } from './speed-points.ts';

/** A point and what was told for it. */
export interface SpeedScore {
  point: SpeedPoint;
  band: SpeedBand;
}

export interface FamilyScore {
  family: string;
  points: number;
  machines: number;
  /** Shares: of the error's size, of points inside the band, and of the error with its sign. */
  median: number;
  p90: number;
  inside: number;
  bias: number;
}

export function scoresOf(
  points: readonly SpeedPoint[],
  predict: (question: SpeedQuestion) => SpeedBand | null,
): SpeedScore[] {
  return points.flatMap((point) => {
    const band = predict(point.question);
    return band === null ? [] : [{ point, band }];
  });
}

export function isInside({ point, band }: Scored): boolean {
  return point.tokensPerSecond >= band.lowTokensPerSecond && point.tokensPerSecond <= band.highTokensPerSecond;
}

/** One row for each family that has points, and one for all. */
export function familyScores(scores: readonly SpeedScore[]): FamilyScore[] {
  const rows = families.map((family) =>
    scoreOf(
      family,
      scores.filter(({ point }) => point.family === family),
    ),
  );
  return [...rows, scoreOf('all', scores)].filter(({ points }) => points > 0);
}

/** What a score needs to be counted. */
interface Scored {
  point: { machine: string; tokensPerSecond: number };
  band: SpeedBand;
}

export function scoreOf(family: string, scores: readonly Scored[]): FamilyScore {
  const errors = scores.map(({ point, band }) => band.expectedTokensPerSecond / point.tokensPerSecond - 1);
  return {
    family,
    points: scores.length,
    machines: new Set(scores.map(({ point }) => point.machine)).size,
    median: quantile(errors.map(Math.abs), 0.5),
    p90: quantile(errors.map(Math.abs), 0.9),
    inside: scores.filter(isInside).length / Math.max(1, scores.length),
    bias: quantile(errors, 0.5),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function formatFamilies(rows: readonly FamilyScore[]): string[] {
  const head = ['family', 'points', 'machines', 'median', 'p90', 'inside', 'bias'];
  const cells = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
  );
}

/** The same for README.md. */
export function markdownFamilies(rows: readonly FamilyScore[]): string {
  const head = ['family', 'points', 'machines', 'median error', 'p90', 'inside the band', 'bias'];
  return [head, head.map(() => '---'), ...rows.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf({ family, points, machines, median, p90, inside, bias }: FamilyScore): string[] {
  return [
    family,
    `${points}`,
    `${machines}`,
    formatPercent(median),
    formatPercent(p90),
    formatPercent(inside, 0),
    formatSignedPercent(bias),
  ];
}

/** The line that others read: exactly of this form, and the last one printed. */
export function lastLine({ points, machines, median, p90, inside }: FamilyScore): string {
  return `all: ${points} points, ${machines} machines, median ${formatPercent(median)}, p90 ${formatPercent(p90)}, inside ${formatPercent(inside, 0)}`;
}

/** Whether data/speeds.json holds this very measurement. */
export function isInData({ question: { shape, devices }, tokensPerSecond }: SpeedPoint): boolean {
  return speeds.measured.some(
    (row) =>
      row.variant === shape.variant &&
      row.backend === devices[0]?.backend &&
      row.tokensPerSecond === rounded(tokensPerSecond),
  );
}

const rounded = (value: number) => Math.round(value * 100) / 100;
