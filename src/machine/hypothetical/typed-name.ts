import { spellings } from '../../data/device-names.ts';
import { deviceSpecs, findDevices, findFamily } from '../../data/devices.ts';
import type { DeviceSpec } from '../../data/schema.ts';
import { chipOfMac } from './mac-name.ts';

/** What a typed name may mean: rows of the table, the size that was said with it (GiB), and whether the rows are unlike cards. */
export interface TypedName {
  rows: readonly DeviceSpec[];
  sizeGiB: number | null;
  ambiguous: boolean;
}

/** A bare `g` only behind three digits at most: `5600G` is a processor. */
const sizePattern = /(?<![a-z0-9.])(?:(\d{1,6})\s*(gib|gb|go|gigs?|gigabytes?|mib|mb)|(\d{1,3})\s*g)(?![a-z0-9])/gi;

/**
 * The rows that a person's name for a device means, tried from the strictest reading to the loosest: the exact name; its words in any
 * order, sizes included; the same without the sizes; a bare number at the end taken for a size; a family's pattern; cards whose names
 * have more words than were typed (`A100`).
 */
export function readTypedName(typed: string): TypedName {
  const text = chipOfMac(typed) ?? typed;
  const sizes = [...text.matchAll(sizePattern)].map(
    ([, number, unit, short]) => Number(number ?? short) / (/^m/i.test(unit ?? '') ? 1024 : 1),
  );
  const sizeGiB = sizes.at(-1) ?? null;
  const whole = named(text);
  // Some names end in a size: their device's (RTX 4060 Ti 16 GB), or another one (GH200 480GB).
  if (whole.length > 0)
    return { rows: whole, sizeGiB: sizes.find((size) => hasSize(whole, size)) ?? null, ambiguous: false };
  const bare = text
    .replace(sizePattern, ' ')
    .replace(/\(\s*\)/g, ' ')
    .trim();
  const rows = named(bare);
  if (rows.length > 0) return { rows, sizeGiB, ambiguous: false };
  return numberAsSize(bare) ?? familyOf(bare, sizeGiB) ?? longerNames(bare, sizeGiB);
}

function named(text: string): readonly DeviceSpec[] {
  const exact = findDevices(text);
  if (exact.length > 0) return exact;
  const { full, short } = index();
  const words = wordsOf(text);
  const known = (key: string) => full.get(key) ?? short.get(key) ?? [];
  const readings = [
    words,
    words.filter((word) => !coolerWords.has(word)),
    // `4090m`, where there is no card of that name.
    words.map((word, at) => (word === 'm' && /^\d{4}$/.test(words[at - 1] ?? '') ? 'laptop' : word)),
  ];
  const found = readings.map((reading) => known(keyOf(reading))).find((rows) => rows.length > 0);
  return found ?? known(keyOf(words.filter((word) => word !== 'pro'))).filter(({ name }) => /\barc pro\b/i.test(name));
}

/** What board makers call their coolers. */
const coolerWords = new Set<string>(
  'rog strix tuf gaming ventus suprim trio eagle aorus windforce nitro pulse hellhound merc speedster trinity amp turbo prime proart'.split(
    ' ',
  ),
);

/** `RTX 4060 Ti 16`: only where the card was sold with that much. */
function numberAsSize(text: string): TypedName | null {
  const match = /^(.*\S)\s+(\d{1,4})$/.exec(text);
  if (!match?.[1]) return null;
  const rows = named(match[1]);
  const sizeGiB = Number(match[2]);
  return hasSize(rows, sizeGiB) ? { rows, sizeGiB, ambiguous: false } : null;
}

function familyOf(text: string, sizeGiB: number | null): TypedName | null {
  const family = findFamily(text) ?? findFamily(text.replace(/([a-z]{3,})(?=\d)/gi, '$1 '));
  return family === null ? null : { rows: [family], sizeGiB, ambiguous: false };
}

/** Words that tell the forms of one card apart. */
const formWords = new Set(['pcie', 'sxm', 'nvl', 'oam', 'fhhl', 'hbm', 'active', 'superchip', 'e']);

/** Cards with all of these words and more: the forms of one card first, then different cards of which one must be said. */
function longerNames(text: string, sizeGiB: number | null): TypedName {
  const words = wordsOf(text);
  const none: TypedName = { rows: [], sizeGiB, ambiguous: false };
  if (!words.some((word) => /^\d{3,}$|^[a-z]{4,}$/.test(word) && !commonWords.has(word))) return none;
  const first = leading(words);
  const longer = deviceSpecs.filter(
    (device) => hasName(device, (own) => leading(own) === first) && hasName(device, (own) => hasAll(own, words)),
  );
  const forms = longer.filter((device) => isFormOf(wordsOf(withoutSizes(device.name)), words));
  if (forms.length > 0) return { rows: forms, sizeGiB, ambiguous: false };
  const sized = sizeGiB === null ? longer : longer.filter((device) => device.memoryGiB.includes(sizeGiB));
  const rows = sized.length > 0 ? sized : longer;
  return rows.length <= 8 ? { rows, sizeGiB, ambiguous: new Set(rows.map(({ name }) => name)).size > 1 } : none;
}

function hasName({ name, aliases }: DeviceSpec, test: (words: readonly string[]) => boolean): boolean {
  return [name, ...aliases].some((one) => test(wordsOf(withoutSizes(one))));
}

/** `Xbox Series X` is not `ROG Xbox Ally X`: names begin alike, but for the word of the series. */
const leading = (words: readonly string[]) => words.find((word) => !seriesWords.test(word));

/** A name without the sizes of memory in it. */
export const withoutSizes = (name: string) => name.replace(sizePattern, ' ');
const commonWords = new Set([
  'super',
  'laptop',
  'quadro',
  'tesla',
  'blackwell',
  'instinct',
  'orange',
  'raspberry',
  'snapdragon',
]);

function hasAll(words: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((word) => words.includes(word));
}

/** `a100 sxm4` is a form of `a100`: what is more are words of form and the single digits behind them. */
function isFormOf(words: readonly string[], wanted: readonly string[]): boolean {
  const more = words.filter((word) => !wanted.includes(word));
  return (
    hasAll(words, wanted) && more.every((word) => formWords.has(word) || seriesWords.test(word) || /^\d$/.test(word))
  );
}

const hasSize = (rows: readonly DeviceSpec[], sizeGiB: number) =>
  rows.some(({ memoryGiB }) => memoryGiB.includes(sizeGiB));

/** Makers, and words that every card could carry. */
const idleWords = new Set<string>(
  (
    'nvidia geforce amd ati radeon intel qualcomm broadcom arm gpu gpus graphics graphic card cards video edition generation series ' +
    'core ryzen processor vram memory ram unified with design the of computer pc mini dgpu egpu founders fe oc ' +
    'hp beelink minisforum gmktec bosgame dell acer ' +
    'sapphire msi asus gigabyte zotac evga palit gainward inno pny xfx powercolor asrock galax kfa colorful sparkle ' +
    'valve lenovo google samsung developer kit model r tm'
  ).split(' '),
);
const sameWords: Record<string, string> = {
  mobile: 'laptop',
  notebook: 'laptop',
  laptops: 'laptop',
  rpi: 'raspberry pi',
  raspi: 'raspberry pi',
  gib: 'gb',
  tis: 'ti super',
  raspberrypi: 'raspberry pi',
  orangepi: 'orange pi',
};

/** Letters and digits apart, in the order typed, without the words that say nothing: `rtx4060ti` and `RTX 4060 Ti` are the same. */
export function wordsOf(text: string): string[] {
  const plain = text
    .toLowerCase()
    .replace(/\((r|tm|c)\)|[®™©]/g, ' ')
    .replace(/(?<=\d)\+/g, ' plus ');
  const words: string[] = plain.match(/[a-z]+|\d+/g) ?? [];
  const kept = words.filter((word) => !idleWords.has(word) && (word !== 'desktop' || words.includes('framework')));
  return (kept.length > 0 ? kept : words).flatMap((word) => (sameWords[word] ?? word).split(' '));
}

const keyOf = (words: readonly string[]) => [...words].sort().join(' ');

interface Index {
  full: Map<string, DeviceSpec[]>;
  short: Map<string, DeviceSpec[]>;
}
let built: Index | null = null;

/** By the words of every name and alias; short: the same without the word of the series, or with `laptop` where there is no other card. */
function index(): Index {
  if (built !== null) return built;
  const full = new Map<string, DeviceSpec[]>();
  const short = new Map<string, DeviceSpec[]>();
  const add = (map: Map<string, DeviceSpec[]>, words: readonly string[], device: DeviceSpec) => {
    const key = keyOf(words);
    const rows = map.get(key) ?? [];
    if (!rows.includes(device)) map.set(key, [...rows, device]);
  };
  for (const device of deviceSpecs) {
    for (const words of [device.name, ...device.aliases].flatMap(spellings).map(wordsOf)) {
      add(full, words, device);
      if (device.class === 'laptop' && !words.includes('laptop')) add(full, [...words, 'laptop'], device);
      const rest = words.filter((word) => !seriesWords.test(word));
      if (rest.some((word) => /\d/.test(word)) && !isSharedNumber(words)) add(short, rest, device);
    }
  }
  built = { full, short };
  return built;
}

/** Words that people leave out. */
const seriesWords = /^(rtx|gtx|rx|gt|arc|tesla|quadro|jetson|pro)$/;

/** `RTX 4000` is a Quadro, a card of the Ada generation and an RTX PRO. */
const isSharedNumber = (words: readonly string[]) =>
  words.includes('rtx') && (words.includes('quadro') || words.includes('pro'));
