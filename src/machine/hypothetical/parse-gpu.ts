import { deviceBandwidth } from '../../data/devices.ts';
import type { DeviceSpec } from '../../data/schema.ts';
import { GiB } from '../../data/units.ts';
import { FitError } from '../../errors.ts';
import { cleanText } from '../../text.ts';
import { isMacWithoutChip, withoutCommasOfMac } from './mac-name.ts';
import { nearNames } from './near-names.ts';
import { readTypedName, type TypedName, withoutSizes } from './typed-name.ts';

/** One kind of device as typed with --gpu, and how many of it. */
export interface GpuSpec {
  count: number;
  device: DeviceSpec;
  /** Size of one, where it was said or there is only one; null for a graphics part that takes what the computer has. */
  memoryBytes: number | null;
}

const mostDevices = 64;
const mostLetters = 4000;

/**
 * Reads `RTX 4090`, `2x RTX 3090`, `RTX 3090 x2`, `M3 Max 64GB`, `RTX 3090 + RTX 3060 12GB`. Empty for a computer without a GPU (`none`,
 * `CPU only`). Throws FitError: unknown-device with near names, usage when nothing is named, the size is not clear or there are too many.
 * @param vramBytes size said elsewhere (--vram), for devices sold with several
 * @param ramBytes the computer's RAM, which is the size of a chip that shares it and of no other
 */
export function parseGpuSpecs(text: string, vramBytes: number | null, ramBytes: number | null = null): GpuSpec[] {
  if (text.length > mostLetters) {
    throw new FitError('usage', `--gpu has ${text.length} letters: ${mostLetters} are the most.`);
  }
  const plain = cleanText(text, mostLetters).replace(/^\((\d{1,2} ?[x×*])\)/i, '$1');
  if (isNone(plain)) return [];
  const parts = partsOf(withoutCommasOfMac(plain));
  if (parts.length === 0) throw new FitError('usage', 'No device was named.', 'For example: --gpu "RTX 4090".');
  const counted = parts.map(countOf);
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  if (total > mostDevices || counted.some(({ count }) => count < 1)) {
    throw new FitError('usage', `${total} devices are not possible here: 1 to ${mostDevices} are.`);
  }
  return counted.map(({ count, name }) => ({ count, ...parseGpu(name, vramBytes, ramBytes) }));
}

/** Ways of saying that there is no GPU, or none that Ollama would use. */
function isNone(text: string): boolean {
  return /^(cpu|processor|none|no|nothing|null|n\/a|cpu[ -]?only|only cpu|gpu[ -]?less|(integrated|onboard|on-board)( graphics| gpu)?|igpu( only)?|(no|without)( an?| any)?( dedicated| discrete| separate| external| nvidia| amd)? (gpu|graphics|(graphics |video )?card))$/i.test(
    text,
  );
}

/** The `+` of `Max+ 395` and what stands before a mere size belong to the name; so does a comma before a size. */
function partsOf(text: string): string[] {
  return text
    .replace(/,\s*(?=\d{1,6}\s*[mg]i?b?\s*(?:[+,]|$))/gi, ' ')
    .split(
      /[,;&]| and | plus (?=\d{4}|\d{1,2} ?x|rtx|gtx|rx\b|radeon|geforce|tesla|arc\b)|\+(?<!\bmax\+(?=\s*(?:pro\s+)?\d))(?!\s*(?:\d{1,6} ?[mg](?:i?b)?\b|$))/i,
    )
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseGpu(name: string, vramBytes: number | null, ramBytes: number | null): Omit<GpuSpec, 'count'> {
  const typed = readTypedName(name);
  const shown = cleanText(name, 60);
  if (typed.rows.length === 0) throw unknownDevice(shown);
  if (typed.ambiguous) throw severalDevices(shown, typed.rows);
  const own = typed.sizeGiB === null ? null : typed.sizeGiB * GiB;
  requireOneSize(typed, own, ramBytes, shown);
  const sharesRam = typed.rows.every(({ kind }) => kind !== 'discrete');
  return pick(typed.rows, own ?? vramBytes ?? (sharesRam ? ramBytes : null), own !== null, withoutSize(shown));
}

function requireOneSize({ rows }: TypedName, own: number | null, ramBytes: number | null, name: string): void {
  if (own === null || ramBytes === null || ramBytes === own || !rows.every(({ kind }) => kind === 'unified')) return;
  throw new FitError(
    'usage',
    `${name} shares the RAM of its computer: --ram cannot be another size.`,
    'Leave --ram away, or the size of the device.',
  );
}

/** `2x`, `x2`, `2 RTX 3090`, `dual`: at most two digits, and an `x` that is not that of `XT`: `7900 XTX` is a name, `3090 x2` two cards. */
function countOf(text: string): { count: number; name: string } {
  if (readTypedName(text).rows.length > 0) return { count: 1, name: text };
  const before = /^(\d{1,2}) ?[x×*](?!tx?\b) ?(\S.*)$/i.exec(text) ?? /^[x×](\d{1,2}) (\S.*)$/i.exec(text);
  if (before?.[1] && before[2]) return { count: Number(before[1]), name: before[2] };
  const after = /^(\S.*[ \d)])[x×*] ?(\d{1,2})$/i.exec(text);
  if (after?.[1] && after[2]) return { count: Number(after[2]), name: after[1].trim() };
  const bare =
    /^(\d{1,2}) (?=(?:nvidia|amd|intel|geforce|radeon|rtx|gtx|rx|arc|tesla|quadro|instinct|\d{4})\b)(\S.*)$/i.exec(
      text,
    );
  if (bare?.[1] && bare[2]) return { count: Number(bare[1]), name: withoutPlural(bare[2]) };
  const word = /^(dual|two|twin|double|triple|three|quad|four|eight) (\S.*)$/i.exec(text);
  const count = countWords[word?.[1]?.toLowerCase() ?? ''];
  return word?.[2] && count !== undefined ? { count, name: withoutPlural(word[2]) } : { count: 1, name: text };
}

const countWords: Record<string, number> = {
  dual: 2,
  two: 2,
  twin: 2,
  double: 2,
  triple: 3,
  three: 3,
  quad: 4,
  four: 4,
  eight: 8,
};

/** `3090s`, but `7700S` is a name. */
const withoutPlural = (name: string) => (readTypedName(name).rows.length > 0 ? name : name.replace(/s$/i, ''));

function pick(
  rows: readonly DeviceSpec[],
  asked: number | null,
  inName: boolean,
  name: string,
): Omit<GpuSpec, 'count'> {
  const sizes = [...new Set(rows.flatMap((row) => row.memoryGiB))].sort((a, b) => a - b);
  if (sizes.length === 0) {
    return { device: nameOfFamily(slowest(rows), name), memoryBytes: sizeOfFamily(rows, asked, name) };
  }
  const wanted = asked === null ? null : sizes.find((size) => isSize(size, asked / GiB, inName));
  if (wanted !== null && wanted !== undefined) {
    return { device: slowest(rows.filter((row) => row.memoryGiB.includes(wanted))), memoryBytes: wanted * GiB };
  }
  if (inName) throw neverSold(rows, sizes, (asked ?? 0) / GiB, name);
  if (asked !== null) return { device: slowest(rows), memoryBytes: asked };
  if (sizes.length === 1 && sizes[0] !== undefined) return { device: slowest(rows), memoryBytes: sizes[0] * GiB };
  throw new FitError(
    'usage',
    `${name} exists with ${listed(sizes, 'and')} GB: say which.`,
    `For example: --gpu "${name} ${sizes.at(-1)}GB".`,
  );
}

/** A driver shows a little less than the box says, and of large memories vendors count in more than one way. */
function isSize(sizeGiB: number, askedGiB: number, inName: boolean): boolean {
  return sizeGiB === askedGiB || (Math.abs(sizeGiB - askedGiB) <= 0.09 * sizeGiB && (!inName || sizeGiB >= 64));
}

const nameOfFamily = (device: DeviceSpec, name: string): DeviceSpec =>
  device.pattern === undefined ? device : { ...device, name: `${device.name} (${name})` };

/** A family has no sizes: a card or a phone needs one, graphics in a processor take what the computer has. */
function sizeOfFamily(rows: readonly DeviceSpec[], asked: number | null, name: string): number | null {
  const needed = rows.some(
    ({ pattern, kind, backend, architecture }) =>
      pattern !== undefined &&
      (kind === 'unified' || (kind === 'discrete' && (backend === 'vulkan' || Number(architecture) >= 5))),
  );
  if (asked !== null || !needed) return asked;
  throw new FitError(
    'usage',
    `${name} exists with more than one size of memory: say which.`,
    `For example: --gpu "${name} 8GB".`,
  );
}

/** Cards are rebuilt with more memory than they were sold with. */
function neverSold(rows: readonly DeviceSpec[], sizes: readonly number[], askedGiB: number, name: string): FitError {
  const rebuilt = rows.every(({ kind }) => kind === 'discrete') && askedGiB > Math.max(...sizes);
  return new FitError(
    'unknown-device',
    `${name}: this device was not sold with that much memory.`,
    rebuilt
      ? `It was sold with ${listed(sizes)} GB; for a rebuilt card: --gpu "${name}" --vram ${askedGiB}GiB.`
      : `It was sold with ${listed(sizes)} GB.`,
  );
}

const withoutSize = (name: string) =>
  withoutSizes(name)
    .replace(/\(\s*\)/g, '')
    .replace(/ +/g, ' ')
    .trim() || name;

const listed = (sizes: readonly number[], last = 'or') =>
  sizes.length < 2 ? sizes.join('') : `${sizes.slice(0, -1).join(', ')} ${last} ${sizes.at(-1)}`;

/** The slowest of rows that cannot be distinguished, so that nothing is promised that only the faster one delivers. */
function slowest(rows: readonly DeviceSpec[]): DeviceSpec {
  const [first, ...others] = rows;
  if (first === undefined) throw new FitError('unknown-device', 'No such device.');
  return others.reduce(
    (least, row) => ((deviceBandwidth(row) ?? 0) < (deviceBandwidth(least) ?? 0) ? row : least),
    first,
  );
}

function severalDevices(name: string, rows: readonly DeviceSpec[]): FitError {
  const names = [...new Set(rows.map((row) => `"${row.name}"`))];
  return new FitError(
    'unknown-device',
    `"${name}" may be several devices: say which.`,
    `For example: ${names.slice(0, 5).join(', ')}.`,
  );
}

function unknownDevice(name: string): FitError {
  if (isMacWithoutChip(name)) {
    return new FitError(
      'unknown-device',
      `"${name}" comes with several chips: say which.`,
      'For example: --gpu "M4 16GB".',
    );
  }
  const near = nearNames(name);
  const hint =
    near.length > 0
      ? `Did you mean ${near.map((other) => `"${other}"`).join(', ')}?`
      : 'Or say its memory: --vram 24GiB. A computer without a GPU: --gpu none.';
  return new FitError('unknown-device', `The table of devices does not know "${name}".`, hint);
}
