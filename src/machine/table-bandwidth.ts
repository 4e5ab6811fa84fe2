import { deviceBandwidth, findDevice } from '../data/devices.ts';
import type { Accelerator, Evidence } from './types.ts';

/**
 * Fills the memory bandwidth that no probe read: graphics in a processor have the RAM's where that is known, everything else the row of
 * the device table with exactly its name. A card that the table does not have stays unknown, and gets no speed.
 */
export function withTableBandwidth(
  accelerators: readonly Accelerator[],
  ramBytesPerSecond: number | null,
  measuredBytesPerSecond: number | null = null,
): { accelerators: Accelerator[]; evidence: Evidence[] } {
  const evidence: Evidence[] = [];
  const filled = accelerators.map((accelerator) => {
    const found =
      accelerator.bandwidthBytesPerSecond === null
        ? bandwidthOf(accelerator, ramBytesPerSecond, measuredBytesPerSecond)
        : null;
    if (found === null) return accelerator;
    const value = Math.round(found.bytesPerSecond);
    const subject = `${accelerator.id}.bandwidth`;
    evidence.push({ subject, value, source: found.source, confidence: 'assumed', chosen: true, rule: null });
    return { ...accelerator, bandwidthBytesPerSecond: value };
  });
  return { accelerators: filled, evidence };
}

function bandwidthOf(
  { name, kind, vendor, memory }: Accelerator,
  ramBytesPerSecond: number | null,
  measuredBytesPerSecond: number | null,
) {
  // A name without a size may be one of several cards, and nothing is placed on it anyway.
  if (memory.totalBytes === null) return null;
  const sharesRam = kind !== 'discrete';
  if (kind === 'integrated' && ramBytesPerSecond !== null) {
    return { bytesPerSecond: ramBytesPerSecond, source: 'bandwidth of the RAM that it shares' };
  }
  const row = findDevice(name, { memoryBytes: sharesRam ? null : memory.totalBytes });
  const bytesPerSecond = row === null || row.vendor !== vendor ? null : deviceBandwidth(row);
  if (bytesPerSecond !== null) return { bytesPerSecond, source: `table of devices: ${row?.name}` };
  // Copied rates are below the nominal ones that the formulas were fitted on: used where nothing else is known.
  const copied = kind === 'integrated' ? measuredBytesPerSecond : null;
  return copied === null ? null : { bytesPerSecond: copied, source: 'measured rate of the RAM that it shares' };
}
