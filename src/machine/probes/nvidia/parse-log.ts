import { limits } from '../../../limits.ts';
import { linesOf } from '../shared/lines.ts';
import type { RawCard, RawInstance } from './types.ts';

/** Heading and its `key : value` lines in the text of `nvidia-smi -q`: one level of memory that matters. */
interface Section {
  heading: string;
  values: Map<string, string>;
}

/** Cards of the text `nvidia-smi -q` (also `-a`), MIG devices included. */
export function parseLog(text: string): RawCard[] {
  const lines = linesOf(text.slice(0, 1024 * 1024));
  const driver =
    valueIn(lines.find((line) => line.startsWith('Driver Version')) ?? '') ??
    valueIn(lines.find((line) => line.startsWith('KMD Version')) ?? '');
  const starts = lines.flatMap((line, at) => (/^GPU [0-9a-f:.]+\s*$/i.test(line) ? [at] : []));
  return starts.slice(0, limits.devices).map((start, order) => {
    const body = lines.slice(start + 1, starts[order + 1] ?? lines.length);
    const busId = lines[start]?.slice(4).trim();
    return { ...boardOf(sectionsOf(body)), ...(busId ? { busId } : {}), ...(driver ? { driverVersion: driver } : {}) };
  });
}

function boardOf(parts: Section[]): RawCard {
  const top = (key: string) => parts.map(({ values }) => values.get(key)).find((value) => value !== undefined);
  const within = (heading: RegExp) => parts.find((part) => heading.test(part.heading))?.values;
  const memory = within(/^FB Memory Usage$/);
  const clocks = within(/^Max Clocks$/);
  const instances = parts.filter((part) => part.heading === 'Shared FB Memory Usage').map(instanceOf);
  const card: { [K in keyof RawCard]: RawCard[K] | undefined } = {
    name: top('Product Name'),
    uuid: top('GPU UUID'),
    addressing: top('Addressing Mode'),
    mig: within(/^MIG Mode$/)?.get('Current'),
    total: memory?.get('Total'),
    reserved: memory?.get('Reserved'),
    used: memory?.get('Used'),
    free: memory?.get('Free'),
    memoryClock: clocks?.get('Memory'),
    instances: instances.length > 0 ? instances : undefined,
  };
  return Object.fromEntries(Object.entries(card).filter(([, value]) => value !== undefined)) as RawCard;
}

function instanceOf({ values }: Section): RawInstance {
  const picked = { total: values.get('Total'), used: values.get('Used'), free: values.get('Free') };
  return Object.fromEntries(Object.entries(picked).filter(([, value]) => value !== undefined)) as RawInstance;
}

/** A line without ` : ` opens a section; the values that follow belong to it. */
function sectionsOf(lines: string[]): Section[] {
  const found: Section[] = [{ heading: '', values: new Map() }];
  for (const line of lines) {
    const value = valueIn(line);
    if (value === null && line.trim() !== '') found.push({ heading: line.trim(), values: new Map() });
    else if (value !== null) found.at(-1)?.values.set(line.slice(0, line.indexOf(' : ')).trim(), value);
  }
  return found;
}

function valueIn(line: string): string | null {
  const colon = line.indexOf(' : ');
  return colon < 0 ? null : line.slice(colon + 3).trim();
}
