import { isNotAvailable } from '../../../system/text.ts';
import { cleanText } from '../../../text.ts';
import { chipOf } from './chips.ts';
import { gfxIn } from './gfx.ts';
import { type SmiEntry, smiEntries } from './smi-shapes.ts';
import { type AmdCard, blankCard, hexId, pciAddress } from './types.ts';

/** What a path of plain keys means, in amd-smi's and rocm-smi's words of all versions. */
const meanings = {
  name: /(^|\.)(marketname|cardseries|devicename|cardmodel|productname)$/,
  deviceId: /(^|\.)(gpuid|deviceid|cardmodel|did)$/,
  revision: /(^|\.)(devicerev|revid|gpurev)$/,
  pci: /(^|\.)(pcibus|(pci)?bdf)$/,
  gfx: /(^|\.)(gfxversion|targetgraphicsversion)$/,
  driver: /(^|\.)(driverversion|driver\.version)$/,
  vramTotal: /(^|\.)(vramtotalmemory[kmg]?i?b?|totalvram|vramtotal(mb|bytes)?|vram\.size(mb)?|vramsize(mb)?|size)$/,
  vramUsed: /(^|\.)(vramtotalusedmemory[kmg]?i?b?|usedvram|vramused(mb|bytes)?)$/,
  vramFree: /(^|\.)freevram$/,
  gttTotal: /(^|\.)(gtttotalmemory[kmg]?i?b?|totalgtt)$/,
  gttUsed: /(^|\.)(gtttotalusedmemory[kmg]?i?b?|usedgtt)$/,
} as const satisfies Record<string, RegExp>;

/** Largest figure that can be MiB: 16 TiB. A larger one without a unit is bytes. */
const largestMib = 16 * 1024 * 1024;

/**
 * Cards as amd-smi or rocm-smi tells them, in any of their JSON, CSV and text shapes. Empty for anything else.
 * `source` is the command, word for word.
 */
export function parseSmi(text: string, source: string): AmdCard[] {
  const entries = smiEntries(text);
  const driver = entries.find(({ key }) => key === 'system')?.fields;
  return entries
    .filter(({ key }) => key !== 'system')
    .map((entry) => ({ ...cardOf(entry, source), ...(driver ? { driverVersion: first(driver, 'driver') } : {}) }))
    .filter((card) => card.names.length > 0 || card.vramTotal !== null || card.deviceId !== null || card.gfx !== null);
}

function cardOf({ key, fields }: SmiEntry, source: string): AmdCard {
  const ids = all(fields, 'deviceId').map(hexId);
  return {
    ...blankCard(key, source),
    names: all(fields, 'name'),
    deviceId: ids.find((id) => chipOf(id) !== null) ?? null,
    revision: hexId(first(fields, 'revision')),
    pciAddress: pciAddress(first(fields, 'pci')),
    gfx: gfxIn(first(fields, 'gfx')),
    driverVersion: first(fields, 'driver'),
    vramTotal: memory(fields, 'vramTotal'),
    vramUsed: memory(fields, 'vramUsed'),
    vramFree: memory(fields, 'vramFree'),
    gttTotal: memory(fields, 'gttTotal'),
    gttUsed: memory(fields, 'gttUsed'),
  };
}

function all(fields: Map<string, string>, meaning: keyof typeof meanings): string[] {
  return [...fields].flatMap(([path, text]) => {
    const value = cleanText(text);
    return meanings[meaning].test(path) && !isNotAvailable(value) ? [value] : [];
  });
}

const first = (fields: Map<string, string>, meaning: keyof typeof meanings) => all(fields, meaning)[0] ?? null;

/** A memory figure with its unit: from the value, else from the key's `(B)`, else MiB for amd-smi's small numbers. */
function memory(fields: Map<string, string>, meaning: keyof typeof meanings): string | null {
  for (const [path, text] of fields) {
    if (!meanings[meaning].test(path) || isNotAvailable(text)) continue;
    const value = cleanText(text, 40);
    if (/[a-z]/i.test(value)) return value;
    const unit = /memory([kmg]i?)b?$/.exec(path)?.[1] ?? (/mb$/.test(path) ? 'mi' : null);
    if (unit) return `${value} ${unit}b`;
    const isBytes = /(memoryb?|bytes)$/.test(path) || Math.abs(Number(value)) > largestMib;
    return isBytes ? value : `${value} MiB`;
  }
  return null;
}

/** Cards of several outputs by key: the first that says something about a field wins. */
export function joinCards(cards: readonly AmdCard[]): AmdCard[] {
  const joined = new Map<string, AmdCard>();
  for (const card of cards) {
    const before = joined.get(card.key);
    if (!before) joined.set(card.key, card);
    else {
      const known = Object.entries(before).filter(
        ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
      );
      joined.set(card.key, { ...card, ...Object.fromEntries(known) });
    }
  }
  return [...joined.values()];
}
