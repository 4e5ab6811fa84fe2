import type { Candidate, CheckResult, DevicePlacement, NeedParts } from '../../advice/types.ts';
import { drawBar, legend, type Segment } from '../bar.ts';
import { acceleratorOf, keptClearBytes, sumParts } from '../figures.ts';
import { buildName } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { displayWidth, wrap } from '../text.ts';
import { formatContext, formatMemory } from '../units.ts';

const usedBefore = { letter: 'U', label: 'in use', glyph: '%' };
const onGpu = { letter: 'G', label: 'on the GPU', glyph: 'G' };
const margin = { letter: 'M', label: 'reserved', glyph: '-' };
const free = { letter: 'F', label: 'free', glyph: ' ' };

/** The five parts of a model, each with its letter; also the order in which every format lists them. */
export function partSegments(parts: NeedParts): Segment[] {
  return [
    { letter: 'W', label: 'model', bytes: parts.weightsBytes, glyph: '#' },
    { letter: 'K', label: 'context', bytes: parts.kvCacheBytes, glyph: '=' },
    { letter: 'C', label: 'compute', bytes: parts.computeBytes, glyph: '+' },
    { letter: 'V', label: 'vision', bytes: parts.projectorBytes, glyph: 'V' },
    { letter: 'D', label: 'draft', bytes: parts.drafterBytes, glyph: 'D' },
  ];
}

/** What lies on one device, to its whole size; sums to the larger of size and what is placed. */
export function deviceSegments(placed: DevicePlacement, totalBytes: number | null): Segment[] {
  const before = Math.max((totalBytes ?? placed.freeBytes) - placed.freeBytes, 0);
  const left = Math.max(placed.freeBytes - sumParts(placed), 0);
  const kept = Math.min(keptClearBytes(placed), left);
  return [
    { ...usedBefore, bytes: before },
    ...partSegments(placed),
    { ...margin, bytes: kept },
    { ...free, bytes: left - kept },
  ];
}

/** Bars of the recommended candidate: one for each device it uses, or one of the RAM when it uses none. */
export function memoryBars(result: CheckResult, candidate: Candidate, options: RenderOptions): string[] {
  const what = `${buildName(candidate)} at ${formatContext(candidate.workload.contextTokensTotal)}`;
  const { devices } = candidate.placement;
  const names = numbered(devices.map((placed) => acceleratorOf(result, placed)?.name ?? placed.accelerator));
  const bars = devices.map((placed, index) => {
    const total = acceleratorOf(result, placed)?.memory.totalBytes ?? null;
    return { title: `Memory of ${names[index]}`, segments: deviceSegments(placed, total) };
  });
  const hostShown = candidate.placement.mode === 'cpu' || candidate.placement.mode === 'split';
  if (hostShown) bars.push({ title: 'RAM', segments: hostSegments(result, candidate) });
  return bars.flatMap(({ title, segments }) => drawOne(`${title} with ${what}`, segments, options));
}

/** Names that occur more than once get their place: so that two cards of one kind are distinguished. */
function numbered(names: readonly string[]): string[] {
  return names.map((name, index) => {
    const count = names.filter((other) => other === name).length;
    const place = names.slice(0, index + 1).filter((other) => other === name).length;
    return count === 1 ? name : `${name} (${place} of ${count})`;
  });
}

/** What lies in RAM, to its whole size. A GPU that shares the RAM takes its part of the model from it too. */
export function hostSegments(result: CheckResult, candidate: Candidate): Segment[] {
  const { devices, host } = candidate.placement;
  const shared = devices.filter((placed) => (acceleratorOf(result, placed)?.kind ?? 'discrete') !== 'discrete');
  const sharedBytes = shared.reduce((sum, placed) => sum + sumParts(placed), 0);
  const taken = sumParts(host) + sharedBytes;
  const { totalBytes, limitBytes, availableBytes } = result.machine.memory;
  const available = availableBytes ?? taken;
  const whole = limitBytes ?? totalBytes ?? available;
  return [
    { ...usedBefore, bytes: Math.max(whole - available, 0) },
    { ...onGpu, bytes: sharedBytes },
    ...partSegments(host),
    { ...free, bytes: Math.max(available - taken, 0) },
  ];
}

function drawOne(title: string, segments: Segment[], { columns, paint }: RenderOptions): string[] {
  const total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const size = formatMemory(total);
  const bar = drawBar(segments, Math.min(columns, 100) - displayWidth(size) - 1);
  return [...wrap(title, columns).map(paint.bold), `${bar} ${size}`, ...joinEntries(legend(segments), columns), ''];
}

/** Entries side by side as many as fit, none broken. */
export function joinEntries(entries: readonly string[], columns: number, gap = '   '): string[] {
  const lines: string[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    const longer = `${last}${gap}${entry}`;
    if (last !== undefined && displayWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(entry);
  }
  return lines;
}
