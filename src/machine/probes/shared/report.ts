import type { UnitLetter } from '../../../data/units.ts';
import { cleanText } from '../../../text.ts';
import { readBytes } from '../../quantity.ts';
import type { Accelerator, Confidence } from '../../types.ts';
import type { PhysicalKey, ProbeReport } from '../types.ts';

/** A ProbeReport under construction. */
export interface Report extends ProbeReport {
  physical: Record<string, PhysicalKey>;
}

/** A report with nothing in it. */
export function newReport(): Report {
  return { accelerators: [], evidence: [], warnings: [], physical: {} };
}

/** One source's reading of one subject; null when it has none. */
export interface SourceReading<T> {
  value: T | null;
  source: string;
  confidence: Confidence;
}

/**
 * Takes the first reading that is not null and keeps every one as evidence; the rule is noted only where readings differ. The candidates
 * come best first.
 */
export function choose<T extends string | number | boolean>(
  report: Report,
  subject: string,
  candidates: readonly SourceReading<T>[],
  rule: string,
): { value: T; source: string; confidence: Confidence } | null {
  const spoken = candidates.flatMap(({ value, source, confidence }) =>
    value === null ? [] : [{ value, source, confidence }],
  );
  const differ = new Set(spoken.map(({ value }) => value)).size > 1;
  for (const [index, said] of spoken.entries()) {
    report.evidence.push({ subject, ...said, chosen: index === 0, rule: differ ? rule : null });
  }
  return spoken[0] ?? null;
}

/** Keeps one raw fact that no choice hangs on. */
export function note(report: Report, subject: string, said: SourceReading<string | number | boolean>): void {
  if (said.value !== null) report.evidence.push({ subject, ...said, value: said.value, chosen: true, rule: null });
}

/** Parses bytes from foreign text; nonsense (zero for a total, negative, absurd) becomes null and a warning. */
export function bytesFrom(
  report: Report,
  text: string | number | null | undefined,
  where: { subject: string; source: string; unit?: UnitLetter; zeroAllowed?: boolean },
): number | null {
  if (text === null || text === undefined) return null;
  const quantity = readBytes(String(text).trim(), where.unit ?? 'b', where.zeroAllowed ?? false);
  if (quantity.kind === 'value') return quantity.bytes;
  if (quantity.kind === 'nonsense') {
    const { subject, source } = where;
    report.warnings.push({ code: 'reading-implausible', subject, value: cleanText(quantity.text, 40), source });
  }
  return null;
}

/** Free = total less used, null when either is unknown or used is larger than total. */
export function freeBytesFrom(totalBytes: number | null, usedBytes: number | null): number | null {
  if (totalBytes === null || usedBytes === null || usedBytes > totalBytes) return null;
  return totalBytes - usedBytes;
}

/** An Accelerator with everything unknown but what is given. */
export function accelerator(
  given: Pick<Accelerator, 'id' | 'vendor' | 'name' | 'kind' | 'backend' | 'source' | 'confidence'> &
    Partial<Accelerator>,
): Accelerator {
  return {
    memory: { totalBytes: null, freeBytes: null },
    bandwidthBytesPerSecond: null,
    architecture: null,
    driverVersion: null,
    usable: null,
    reason: null,
    overheadBytes: 0,
    holders: [],
    ...given,
  };
}
