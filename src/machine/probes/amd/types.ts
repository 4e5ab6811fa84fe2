import type { UnitLetter } from '../../../data/units.ts';
/** One AMD GPU as one source reports it, not yet validated. Every output format is parsed into this. */
export interface AmdCard {
  /** `card1`; unique within one source. */
  key: string;
  source: string;
  names: string[];
  deviceId: number | null;
  revision: number | null;
  /** Lower case, with domain. */
  pciAddress: string | null;
  gfx: string | null;
  driverVersion: string | null;
  vramTotal: string | null;
  vramUsed: string | null;
  /** Only where used is not reported. */
  vramFree: string | null;
  gttTotal: string | null;
  gttUsed: string | null;
  /** Unit of the figures that carry none. */
  unit: UnitLetter;
  /** What only discrete cards have in sysfs; null when the source does not tell. */
  discreteHints: string[] | null;
  /** What only APUs have. */
  integratedHints: string[];
}

/** A card about which nothing is known yet. */
export function blankCard(key: string, source: string): AmdCard {
  return {
    key,
    source,
    names: [],
    deviceId: null,
    revision: null,
    pciAddress: null,
    gfx: null,
    driverVersion: null,
    vramTotal: null,
    vramUsed: null,
    vramFree: null,
    gttTotal: null,
    gttUsed: null,
    unit: 'b',
    discreteHints: null,
    integratedHints: [],
  };
}

/** A PCI id or revision as tools write it (`0x744c`, `744C`); null for anything else. */
export function hexId(text: string | null | undefined): number | null {
  const match = /^(?:0x)?([0-9a-f]{1,4})$/i.exec(text?.trim() ?? '');
  return match?.[1] === undefined ? null : Number.parseInt(match[1], 16);
}

/** `0000:03:00.0` from any writing of a PCI address (`03:00.0`, `00000000:03:00.0`, upper case); null when it is none. */
export function pciAddress(text: string | null | undefined): string | null {
  const match = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i.exec(text?.trim() ?? '');
  if (!match) return null;
  const domain = (match[1] ?? '0000').replace(/^0+(?=[0-9a-f]{4})/i, '');
  return `${domain}:${match[2]}:${match[3]}.${match[4]}`.toLowerCase();
}
