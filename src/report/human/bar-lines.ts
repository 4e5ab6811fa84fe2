import type { Candidate, CheckResult } from '../../advice/types.ts';
import { drawBar, type Segment } from '../bar.ts';
import { acceleratorOf } from '../figures.ts';
import type { RenderOptions } from '../options.ts';
import { displayWidth } from '../text.ts';
import { formatMemory } from '../units.ts';
import { deviceSegments, hostSegments, joinEntries } from './memory.ts';

/** The memory of the recommended model in two lines: a bar over all devices that it uses (else the RAM), and its parts in GiB. */
export function barLines(result: CheckResult, options: RenderOptions): string[] {
  const best = result.recommendation;
  if (best === null) return [];
  const segments = brief(segmentsOf(result, best));
  const total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= 0) return [];
  const size = ` ${formatMemory(total)}${sizeOf(result, best)}`;
  const width = Math.min(options.columns, 100) - displayWidth(size);
  const entries = segments.filter(({ bytes }) => bytes > 0).map(({ label, bytes }) => `${label} ${gibibytes(bytes)}`);
  return [`${drawBar(segments, width)}${size}`, ...joinEntries(entries, options.columns - 1).map((line) => ` ${line}`)];
}

function segmentsOf(result: CheckResult, best: Candidate): Segment[] {
  const { devices } = best.placement;
  if (devices.length === 0) return hostSegments(result, best);
  const all = devices.map((placed) => deviceSegments(placed, acceleratorOf(result, placed)?.memory.totalBytes ?? null));
  return (all[0] ?? []).map((segment, index) => ({
    ...segment,
    bytes: all.reduce((sum, one) => sum + (one[index]?.bytes ?? 0), 0),
  }));
}

function sizeOf({ machine }: CheckResult, { placement: { devices } }: Candidate): string {
  if (devices.length === 0) return ' RAM';
  if (devices.length > 1) return ` on ${devices.length} GPUs`;
  return machine.accelerators.length > 1 ? ' on one GPU' : '';
}

/** The compute buffers come with the context, and are too small for a part of their own. */
function brief(segments: readonly Segment[]): Segment[] {
  const compute = segments.find(({ letter }) => letter === 'C')?.bytes ?? 0;
  return segments
    .filter(({ letter }) => letter !== 'C')
    .map((segment) => (segment.letter === 'K' ? { ...segment, bytes: segment.bytes + compute } : segment));
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
