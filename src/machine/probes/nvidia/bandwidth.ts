import { bandwidthFromClock, deviceBandwidth, findDevice, findFamily } from '../../../data/devices.ts';
import type { MachineFinding } from '../../findings.ts';
import type { Evidence } from '../../types.ts';
import type { Card } from './validate.ts';

/** Nominal bandwidth of a card and what is known about it from the table; everything null for a name that is not there. */
export interface TableFacts {
  bandwidthBytesPerSecond: number | null;
  architecture: string | null;
  evidence: Evidence[];
  findings: MachineFinding[];
}

/** Clock and table agree within this share: clocks are rounded to MHz and the boards of one name differ a little. */
const agreement = 0.03;

/**
 * The row of exactly this name, checked against the memory clock that the driver reports (clocks.max.memory x 2 x bus / 8). Where the
 * two differ, the smaller is used and both are kept: GTX 1650 with GDDR5 or GDDR6, laptop parts, boards with slower memory.
 * A board's name says more than its chip's: `Orin (nvgpu)` is in boards from 68 to 205 GB/s.
 */
export function tableFacts(card: Card, id: string, board: string | null = null): TableFacts {
  const onBoard = board === null ? null : findDevice(board);
  const row = onBoard ?? findDevice(card.name, { memoryBytes: card.totalBytes });
  if (!row) {
    const architecture = architectureByName(card.name);
    return { bandwidthBytesPerSecond: null, architecture, evidence: [], findings: [] };
  }
  const nominal = deviceBandwidth(row);
  const clocked = row.kind === 'discrete' && card.memoryClockMhz ? bandwidthFromClock(row, card.memoryClockMhz) : null;
  const differs = nominal !== null && clocked !== null && Math.abs(nominal - clocked) > nominal * agreement;
  const used =
    nominal === null || clocked === null ? (nominal ?? clocked) : differs ? Math.min(nominal, clocked) : nominal;
  const rule = differs ? 'the smaller of table and memory clock' : null;
  const evidence: Evidence[] = [];
  const keep = (value: number | null, source: string, confidence: Evidence['confidence']) => {
    if (value !== null)
      evidence.push({ subject: `${id}.bandwidth`, value, source, confidence, chosen: value === used, rule });
  };
  keep(nominal, `table of devices: ${row.name}`, 'assumed');
  keep(clocked, `clocks.max.memory ${card.memoryClockMhz} MHz x 2 x ${row.busWidthBits} bit / 8`, 'reported');
  return {
    bandwidthBytesPerSecond: used === null ? null : Math.round(used),
    architecture: row.architecture,
    evidence,
    findings: differs
      ? [{ code: 'bandwidth-differs', device: card.name, tableBytesPerSecond: nominal, clockBytesPerSecond: clocked }]
      : [],
  };
}

/** Compute capability by name, where a driver is too old to tell it: of the card's own row, else of its family. */
export function architectureByName(name: string): string | null {
  const row = findDevice(name) ?? findFamily(name);
  return row?.vendor === 'nvidia' ? row.architecture : null;
}
