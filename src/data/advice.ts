import adviceFile from '../../data/advice.json' with { type: 'json' };
import type { AdviceTable, UseRow } from './advice-schema.ts';
import type { UseCase } from './ids.ts';

/** The constants of a recommendation's value, each with its reason. */
export const adviceTable = adviceFile as unknown as AdviceTable;

const uses = new Map(adviceTable.uses.map((row) => [row.use, row]));
const losses = new Map(
  adviceTable.weightLoss.flatMap(({ quantizations, points }) => quantizations.map((name) => [name, points])),
);

/** What a use asks of a model. Throws when data/advice.json lacks it. */
export function useRow(use: UseCase): UseRow {
  const row = uses.get(use);
  if (row === undefined) throw new Error(`data/advice.json has no use ${use}`);
  return row;
}

/** Points that a quantization costs; null for one that the table does not know. */
export function weightLossPoints(quantization: string): number | null {
  return losses.get(quantization) ?? null;
}

/** Range of bandwidth of a device about which nothing is known, bytes per second. */
export function assumedDeviceBandwidth(sharesRam: boolean): { low: number; high: number } {
  return rangeOf(adviceTable.deviceBandwidth, sharesRam ? 'shares RAM' : 'discrete');
}

/** The same for RAM. */
export function assumedRamBandwidth(kind: 'desktop or laptop' | 'server'): { low: number; high: number } {
  return rangeOf(adviceTable.ramBandwidth, kind);
}

function rangeOf<Kind extends string>(
  rows: readonly { kind: Kind; lowBytesPerSecond: number; highBytesPerSecond: number }[],
  kind: Kind,
): { low: number; high: number } {
  const row = rows.find((one) => one.kind === kind);
  if (row === undefined) throw new Error(`data/advice.json has no bandwidth of ${kind}`);
  return { low: row.lowBytesPerSecond, high: row.highBytesPerSecond };
}
