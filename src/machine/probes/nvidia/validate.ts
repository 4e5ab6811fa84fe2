import { findDevices } from '../../../data/devices.ts';
import { GiB } from '../../../data/units.ts';
import { isNotAvailable } from '../../../system/text.ts';
import { cleanText } from '../../../text.ts';
import type { MachineFinding } from '../../findings.ts';
import { type Quantity, readBytes } from '../../quantity.ts';
import type { RawCard, RawInstance } from './types.ts';

/** A validated card: bytes, null where there is no plausible figure. */
export interface Card {
  index: number;
  uuid: string | null;
  name: string;
  pciAddress: string | null;
  totalBytes: number | null;
  freeBytes: number | null;
  usedBytes: number | null;
  computeCapability: string | null;
  driverVersion: string | null;
  migEnabled: boolean;
  /** Every memory figure is `[N/A]`: the driver has no such memory to tell of (NVML: not supported). */
  memoryUnsupported: boolean;
  /** `ATS`, `HMM`, ... */
  addressing: string | null;
  memoryClockMhz: number | null;
  instances: Instance[];
}

export interface Instance {
  profile: string | null;
  uuid: string | null;
  totalBytes: number | null;
  freeBytes: number | null;
}

/** Validates one card. Nonsense becomes null and a finding; a missing free figure is computed from total, reserved and used. */
export function validateNvidiaCard(
  raw: RawCard,
  order: number,
  source: string,
): { card: Card; findings: MachineFinding[] } {
  const findings: MachineFinding[] = [];
  const index = raw.index !== undefined && /^\d{1,3}$/.test(raw.index) ? Number(raw.index) : order;
  const note = (subject: string, value: string) => {
    findings.push({
      code: 'reading-implausible',
      subject: `nvidia:${index}.${subject}`,
      value: cleanText(value, 40),
      source,
    });
  };
  const lost = [raw.total, raw.free, raw.name].find((text) => /gpu is lost|unknown error/i.test(text ?? ''));
  if (lost !== undefined) findings.push({ code: 'driver-broken', vendor: 'nvidia', detail: cleanText(lost) });
  const name = cleanText(said(raw.name) ?? 'NVIDIA GPU', 100);
  const memory = plausibleFor(name, validateMemory(raw, note), note);
  const card: Card = {
    index,
    uuid: said(raw.uuid),
    name,
    pciAddress: nvidiaPciAddress(raw.busId),
    ...memory,
    computeCapability: pattern(raw.computeCapability, /^\d{1,2}\.\d$/),
    driverVersion: pattern(raw.driverVersion, /^\d{2,4}(\.\d+){1,3}$/),
    memoryUnsupported: [raw.total, raw.used, raw.free].every((text) =>
      /^\[?(n\/a|not supported)\]?$/i.test(text?.trim() ?? ''),
    ),
    migEnabled: /^enabled$/i.test(raw.mig?.trim() ?? ''),
    addressing: said(raw.addressing),
    memoryClockMhz: clock(raw.memoryClock),
    instances: (raw.instances ?? []).map((instance) => validateInstance(instance, note)),
  };
  return { card, findings };
}

/** Below half of the least that a card was sold with, the unit was lost on the way: `24.564 MiB` of an RTX 4090. */
function plausibleFor(name: string, memory: ReturnType<typeof validateMemory>, note: Note) {
  const sizes = findDevices(name).flatMap(({ kind, memoryGiB }) => (kind === 'discrete' ? memoryGiB : []));
  const { totalBytes } = memory;
  if (totalBytes === null || sizes.length === 0 || totalBytes >= (Math.min(...sizes) * GiB) / 2) return memory;
  note('memory.total', `${totalBytes} bytes`);
  return { totalBytes: null, usedBytes: null, freeBytes: null };
}

type Note = (subject: string, value: string) => void;

function validateMemory(raw: Pick<RawCard, 'total' | 'reserved' | 'used' | 'free'>, note: Note) {
  const totalBytes = taken(readBytes(raw.total, 'm', false), 'memory.total', note);
  const reserved = taken(readBytes(raw.reserved, 'm', true), 'memory.reserved', note);
  const used = within(taken(readBytes(raw.used, 'm', true), 'memory.used', note), totalBytes, 'memory.used', note);
  const free = within(taken(readBytes(raw.free, 'm', true), 'memory.free', note), totalBytes, 'memory.free', note);
  const rest = totalBytes !== null && used !== null ? Math.max(0, totalBytes - used - (reserved ?? 0)) : null;
  return { totalBytes, usedBytes: used, freeBytes: totalBytes === null ? null : (free ?? rest) };
}

function validateInstance(raw: RawInstance, note: Note): Instance {
  const { totalBytes, freeBytes } = validateMemory(raw, note);
  return { profile: said(raw.profile), uuid: said(raw.uuid), totalBytes, freeBytes };
}

function taken(quantity: Quantity, subject: string, note: Note): number | null {
  if (quantity.kind === 'nonsense') note(subject, quantity.text);
  return quantity.kind === 'value' ? quantity.bytes : null;
}

/** A part larger than the whole is not a reading. */
function within(part: number | null, whole: number | null, subject: string, note: Note): number | null {
  if (part === null || whole === null || part <= whole) return part;
  note(subject, `${part} of ${whole} bytes`);
  return null;
}

const said = (text: string | undefined) => (text === undefined || isNotAvailable(text) ? null : cleanText(text));

function pattern(text: string | undefined, shape: RegExp): string | null {
  const value = text?.trim() ?? '';
  return shape.test(value) ? value : null;
}

/** MHz between 100 and 50000, else null. */
function clock(text: string | undefined): number | null {
  const value = Number(/^(\d{1,6})(?:\.\d+)?\s*(?:MHz)?$/i.exec(text?.trim() ?? '')?.[1] ?? Number.NaN);
  return value >= 100 && value <= 50_000 ? value : null;
}

/** `00000000:0C:00.0` as the kernel writes it: `0000:0c:00.0`. */
export function nvidiaPciAddress(text: string | undefined): string | null {
  const match = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i.exec(text?.trim() ?? '');
  if (!match?.[2] || !match[3]) return null;
  const domain = (match[1] ?? '0000').slice(-4);
  return `${domain}:${match[2]}:${match[3]}.${match[4]}`.toLowerCase();
}
