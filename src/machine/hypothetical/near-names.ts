import { deviceKey } from '../../data/device-names.ts';
import { deviceSpecs } from '../../data/devices.ts';
import type { DeviceSpec } from '../../data/schema.ts';

/**
 * Up to three names of the table that look most like this one, best first. A card whose number differs is offered only where the maker
 * was named: `N100` is not `H100`, and `b580 13gb` not `RTX 3080`.
 */
export function nearNames(name: string): string[] {
  const text = name.slice(0, 80);
  const wanted = pairs(deviceKey(text));
  const numbers = numbersOf(text);
  if (numbers.length === 0 && !/[a-z]{4}/i.test(text)) return [];
  const vendor = vendorNamed(text);
  const scored = deviceSpecs
    .filter((device) => isCandidate(device, numbers, vendor))
    .map((device) => ({
      name: device.name,
      score: Math.max(...[device.name, ...device.aliases].map((other) => likeness(wanted, pairs(deviceKey(other))))),
    }));
  const good = scored
    .filter(({ score }) => score >= 0.5)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  return [...new Set(good.map((row) => row.name))].slice(0, 3);
}

function isCandidate(device: DeviceSpec, numbers: readonly string[], vendor: DeviceSpec['vendor'] | null): boolean {
  if (vendor !== null) return device.vendor === vendor;
  if (numbers.length === 0) return true;
  const own = [device.name, ...device.aliases].flatMap(numbersOf);
  return numbers.some((number) => own.includes(number));
}

/** Words with a number of two digits and more, letters included: `a770`, `4090`, `8060s`; a size of memory is none. */
function numbersOf(text: string): string[] {
  const plain = text.toLowerCase().replace(/\d{1,4}\s*(gib|gb|g)\b/g, ' ');
  return (plain.match(/[a-z]*\d{2,}[a-z]*/g) ?? []).filter((word) => !/^(rtx|gtx|rx)\d+$/.test(word));
}

const vendorWords: [DeviceSpec['vendor'], RegExp][] = [
  ['nvidia', /\b(nvidia|geforce|rtx|gtx|quadro|tesla|jetson|titan)(?=\b|\d)/i],
  ['amd', /\b(amd|radeon|rx|ryzen|instinct)(?=\b|\d)/i],
  ['intel', /\b(intel|arc|iris|uhd)(?=\b|\d)/i],
  ['apple', /\b(apple|mac\w*|imac)\b/i],
];

function vendorNamed(text: string): DeviceSpec['vendor'] | null {
  return vendorWords.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
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
