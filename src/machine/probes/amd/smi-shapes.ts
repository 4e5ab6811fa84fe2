import { limits } from '../../../limits.ts';
import { isNotAvailable } from '../../../system/text.ts';
import { asObject, findJson, type Json, type JsonObject, plainKey } from '../shared/json.ts';
import { linesOf } from '../shared/lines.ts';

/** One GPU of amd-smi or rocm-smi: path of plain keys (`asic.marketname`) to text, whatever the shape it came in. */
export interface SmiEntry {
  /** `card0`, or `system` for what belongs to all. */
  key: string;
  fields: Map<string, string>;
}

/** Reads JSON, CSV or text of amd-smi or rocm-smi, distinguished by their content; empty when it is none of them. */
export function smiEntries(text: string): SmiEntry[] {
  const json = findJson(text);
  const fromJson = json === null ? [] : jsonEntries(json);
  const entries = [() => fromJson, () => csvEntries(text), () => textEntries(text)];
  for (const read of entries) {
    const found = read();
    // Before anything looks at pairs of them; `system` comes with the cards.
    if (found.length > 0) return found.slice(0, limits.devices + 1);
  }
  return [];
}

function jsonEntries(json: Json): SmiEntry[] {
  if (Array.isArray(json)) return listEntries(json);
  const top = asObject(json);
  if (!top) return [];
  const list = Object.entries(top).find(
    ([key, value]) => /^(gpudata|gpus|devices|cards)$/.test(plainKey(key)) && Array.isArray(value),
  );
  if (list) return listEntries(list[1] as Json[]);
  const named = Object.entries(top).flatMap(([key, value]): SmiEntry[] => {
    const fields = asObject(value);
    const index = /^(?:card|gpu)?[\s[]*(\d{1,3})\]?$/i.exec(key.trim())?.[1];
    if (!fields) return [];
    if (index !== undefined) return [{ key: `card${index}`, fields: flatten(fields) }];
    return plainKey(key) === 'system' ? [{ key: 'system', fields: flatten(fields) }] : [];
  });
  if (named.length > 0) return named;
  return 'asic' in top || 'vram' in top || 'mem_usage' in top ? listEntries([top]) : [];
}

function listEntries(list: Json[]): SmiEntry[] {
  return list.flatMap((item, at) => {
    const object = asObject(item);
    if (!object) return [];
    const fields = flatten(object);
    return [{ key: `card${/^\d{1,3}$/.exec(fields.get('gpu') ?? '')?.[0] ?? at}`, fields }];
  });
}

function flatten(object: JsonObject, prefix = '', into = new Map<string, string>()): Map<string, string> {
  for (const [key, value] of Object.entries(object)) {
    const path = prefix + plainKey(key);
    const inner = asObject(value);
    if (inner && 'value' in inner) into.set(path, withUnit(String(inner.value), inner.unit));
    else if (inner) flatten(inner, `${path}.`, into);
    else if (value !== null && !Array.isArray(value)) into.set(path, String(value));
  }
  return into;
}

/** `N/A` stays as it is: with a unit it would pass for a figure that cannot be. */
const withUnit = (value: string, unit: Json | undefined) =>
  isNotAvailable(value) ? value : `${value} ${unit ?? ''}`.trim();

function csvEntries(text: string): SmiEntry[] {
  const lines = linesOf(text, 4000).filter((line) => line.trim() !== '');
  const start = lines.findIndex((line) => /^"?(device|gpu)"?\s*,/i.test(line));
  if (start < 0) return [];
  const header = cells(lines[start] ?? '').map(plainKey);
  return lines.slice(start + 1).flatMap((line) => {
    const row = cells(line);
    const index = /^(?:card|gpu)?(\d{1,3})$/i.exec(row[0] ?? '')?.[1];
    if (index === undefined) return [];
    return [{ key: `card${index}`, fields: new Map(header.map((name, at) => [name, row[at] ?? ''])) }];
  });
}

/** Cells of a CSV line; quotes may hold commas. */
function cells(line: string): string[] {
  return [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)].map((match) =>
    (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim(),
  );
}

function textEntries(text: string): SmiEntry[] {
  const entries = new Map<string, SmiEntry>();
  const entry = (key: string) => {
    const found = entries.get(key) ?? { key, fields: new Map<string, string>() };
    entries.set(key, found);
    return found;
  };
  let current: SmiEntry | null = null;
  let row: SmiEntry | null = null;
  let stack: { indent: number; key: string }[] = [];
  for (const line of linesOf(text)) {
    const block = /^\s*GPU\[(\d{1,3})\]\s*:\s*([^:]+):\s*(.*)$/.exec(line);
    const head = /^GPU:\s*(\d{1,3})\s*$/.exec(line);
    row = tableRow(line, row, entry);
    if (block) setOnce(entry(`card${block[1]}`).fields, plainKey(block[2] ?? ''), block[3] ?? '');
    else if (head) {
      current = entry(`card${head[1]}`);
      stack = [];
    } else if (current) stack = indented(current, stack, line);
  }
  return [...entries.values()];
}

/**
 * The table that rocm-smi draws by itself: `0  1  0x7551,  8001  45.0°C …` has the device id, the older `0  [0x5200 : 0xc8]  46.0°C …`
 * the board's, and the name (or the device id) in the line below. No memory but a percentage.
 */
function tableRow(line: string, above: SmiEntry | null, entry: (key: string) => SmiEntry): SmiEntry | null {
  const named = above ? /^ {4,}(\S.{0,40}?) *$/.exec(line)?.[1] : undefined;
  if (above && named) setOnce(above.fields, /^0x/.test(named) ? 'deviceid' : 'devicename', named);
  const newer = /^(\d{1,3}) +\d{1,3} +(0x[0-9a-f]{4}), +\d+ /i.exec(line);
  if (newer?.[1] && newer[2]) setOnce(entry(`card${newer[1]}`).fields, 'deviceid', newer[2]);
  const older = /^(\d{1,3}) +\[0x[0-9a-f]{4} : (0x[0-9a-f]{2})\]/i.exec(line);
  if (!older?.[1] || !older[2]) return null;
  const found = entry(`card${older[1]}`);
  setOnce(found.fields, 'devicerev', older[2]);
  return found;
}

/** One line of amd-smi's text: deeper indentation is a deeper key. Returns the keys that are open after it. */
function indented(into: SmiEntry, stack: { indent: number; key: string }[], line: string) {
  const match = /^( +)([A-Za-z][\w ]*):\s*(.*)$/.exec(line);
  if (!match) return stack;
  const indent = match[1]?.length ?? 0;
  const open = stack.filter((level) => level.indent < indent);
  const key = plainKey(match[2] ?? '');
  const value = match[3]?.trim() ?? '';
  if (value === '') return [...open, { indent, key }];
  setOnce(into.fields, [...open.map((level) => level.key), key].join('.'), value);
  return open;
}

function setOnce(fields: Map<string, string>, key: string, value: string): void {
  if (!fields.has(key)) fields.set(key, value.trim());
}
