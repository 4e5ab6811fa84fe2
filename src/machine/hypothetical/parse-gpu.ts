import { deviceKey } from '../../data/device-names.ts';
import { deviceBandwidth, deviceSpecs, findDevices } from '../../data/devices.ts';
import type { DeviceSpec } from '../../data/schema.ts';
import { GiB, parseAmount } from '../../data/units.ts';
import { FitError } from '../../errors.ts';
import { cleanText } from '../../system/text.ts';

/** One kind of device as typed with --gpu, and how many of it. */
export interface GpuSpec {
  count: number;
  device: DeviceSpec;
  /** Size of one, where it was said or there is only one; null for a graphics part that takes what the computer has. */
  memoryBytes: number | null;
}

const mostDevices = 64;

/**
 * Reads `RTX 4090`, `2x RTX 3090`, `RTX 3090 x2`, `M3 Max 64GB`, `RTX 3090 + RTX 3060 12GB`.
 * Throws FitError: unknown-device with near names, usage when nothing is named, the size is not clear or the count is out of range.
 * @param vramBytes size said elsewhere (--vram), for devices sold with several
 * @param ramBytes the computer's RAM, which is the size of a chip that shares it and of no other
 */
export function parseGpuSpecs(text: string, vramBytes: number | null, ramBytes: number | null = null): GpuSpec[] {
  const parts = partsOf(text);
  if (parts.length === 0) throw new FitError('usage', 'No device was named.', 'For example: --gpu "RTX 4090".');
  return parts.map((part) => parseWish(part, vramBytes, ramBytes));
}

/** The `+` of `Max+ 395` belongs to the name, and a comma before a mere size joins it to what it is the size of. */
function partsOf(text: string): string[] {
  return text
    .replace(/,\s*(?=\d{1,6}\s*[mg]i?b?\s*(?:[+,]|$))/gi, ' ')
    .split(/,|\+(?<!\bmax\+(?=\s*(?:pro\s+)?\d))/i)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseWish(text: string, vramBytes: number | null, ramBytes: number | null): GpuSpec {
  const { count, name: written } = countOf(text);
  const name = spaced(written);
  if (count < 1 || count > mostDevices) {
    throw new FitError('usage', `${count} devices of one kind are not possible here: 1 to ${mostDevices} are.`);
  }
  const whole = findDevices(name);
  const sized = sizeOf(name);
  // Some names end in a size: their device's (RTX 4060 Ti 16 GB), or another one (GH200 480GB).
  const fits =
    whole.length === 0 || whole.some(({ memoryGiB }) => memoryGiB.some((size) => size * GiB === sized.bytes));
  const own = fits ? sized.bytes : null;
  const kinds = (whole.length > 0 ? whole : findDevices(sized.name)).map(({ kind }) => kind);
  const sharesRam = kinds.every((kind) => kind !== 'discrete');
  if (own !== null && ramBytes !== null && ramBytes !== own && kinds.every((kind) => kind === 'unified')) {
    throw new FitError(
      'usage',
      `${cleanText(name)} shares the RAM of its computer: --ram cannot be another size.`,
      'Leave --ram away, or the size of the device.',
    );
  }
  const asked = own ?? vramBytes ?? (sharesRam ? ramBytes : null);
  const rows =
    whole.length > 0 ? findDevices(name, { memoryBytes: asked }) : findDevices(sized.name, { memoryBytes: asked });
  if (rows.length === 0) throw unknownDevice(name);
  return { count, ...pick(rows, asked, own !== null, cleanText(name)) };
}

/** `rtx3090ti` is `rtx 3090 ti`. */
function spaced(name: string): string {
  return name
    .replace(/\b(rtx|gtx|rx|arc|quadro|tesla)(?=[ab]?\d)/gi, '$1 ')
    .replace(/(\d{3,4})(ti|super|xtx|xt)\b/gi, '$1 $2');
}

/** At most two digits and an `x` that is not that of `XT`: `7900 XTX` is a name, `3090 x2` two cards. */
function countOf(text: string): { count: number; name: string } {
  const before = /^(\d{1,2})\s*[x×*](?!tx?\b)\s*(.+)$/i.exec(text);
  if (before?.[1] && before[2]) return { count: Number(before[1]), name: before[2].trim() };
  const after = /^(.+?)\s+[x×*]\s*(\d{1,2})$/i.exec(text);
  if (after?.[1] && after[2]) return { count: Number(after[2]), name: after[1].trim() };
  return { count: 1, name: text };
}

/** A size at the end: `64GB`, `64 GiB`, `64G`, `65536MB`. */
function sizeOf(name: string): { name: string; bytes: number | null } {
  const match = /^(.*\S)\s+\(?(\d{1,6}\s*[mg]i?b?)\)?$/i.exec(name);
  return match?.[1] && match[2] ? { name: match[1], bytes: parseAmount(match[2]) } : { name, bytes: null };
}

function pick(
  rows: readonly DeviceSpec[],
  asked: number | null,
  inName: boolean,
  name: string,
): Omit<GpuSpec, 'count'> {
  const sizes = [...new Set(rows.flatMap((row) => row.memoryGiB))].sort((a, b) => a - b);
  if (sizes.length === 0) return { device: slowest(rows), memoryBytes: asked };
  const wanted = asked === null ? null : sizes.find((size) => Math.abs(size * GiB - asked) <= 0.09 * size * GiB);
  if (wanted !== null && wanted !== undefined) {
    return { device: slowest(rows.filter((row) => row.memoryGiB.includes(wanted))), memoryBytes: wanted * GiB };
  }
  if (inName) {
    throw new FitError(
      'unknown-device',
      `${name}: this device was not sold with that much memory.`,
      `It was sold with ${listed(sizes)} GB.`,
    );
  }
  if (asked !== null) return { device: slowest(rows), memoryBytes: asked };
  if (sizes.length === 1 && sizes[0] !== undefined) return { device: slowest(rows), memoryBytes: sizes[0] * GiB };
  throw new FitError(
    'usage',
    `${name} was sold with ${listed(sizes)} GB: say which.`,
    `For example: --gpu "${name} ${sizes.at(-1)}GB".`,
  );
}

const listed = (sizes: readonly number[]) =>
  sizes.length < 2 ? sizes.join('') : `${sizes.slice(0, -1).join(', ')} or ${sizes.at(-1)}`;

/** Of rows that cannot be told apart the slowest, so that no promise rests on the faster one. */
function slowest(rows: readonly DeviceSpec[]): DeviceSpec {
  const [first, ...others] = rows;
  if (first === undefined) throw new FitError('unknown-device', 'No such device.');
  return others.reduce(
    (least, row) => ((deviceBandwidth(row) ?? 0) < (deviceBandwidth(least) ?? 0) ? row : least),
    first,
  );
}

function unknownDevice(name: string): FitError {
  const near = nearNames(name);
  const hint =
    near.length > 0
      ? `Did you mean ${near.map((other) => `"${other}"`).join(', ')}?`
      : 'Or say its memory: --vram 24GiB.';
  return new FitError('unknown-device', `The table of devices does not know "${cleanText(name, 60)}".`, hint);
}

/** Up to three names of the table that look most like this one, best first. */
export function nearNames(name: string): string[] {
  const wanted = pairs(deviceKey(name.slice(0, 80)));
  const scored = deviceSpecs.map((device) => ({
    name: device.name,
    score: Math.max(...[device.name, ...device.aliases].map((other) => likeness(wanted, pairs(deviceKey(other))))),
  }));
  const good = scored
    .filter(({ score }) => score >= 0.5)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  return [...new Set(good.map((row) => row.name))].slice(0, 3);
}

/** Pairs of neighbouring letters, for Dice's coefficient. */
function pairs(text: string): string[] {
  const plain = text.replace(/\s+/g, '');
  return Array.from({ length: Math.max(0, plain.length - 1) }, (_, at) => plain.slice(at, at + 2));
}

function likeness(a: string[], b: string[]): number {
  if (a.length + b.length === 0) return 0;
  const rest = [...b];
  let shared = 0;
  for (const pair of a) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    rest.splice(at, 1);
    shared++;
  }
  return (2 * shared) / (a.length + b.length);
}
