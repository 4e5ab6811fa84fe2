import { GiB } from '../../../data/units.ts';
import type { AcceleratorKind } from '../../types.ts';
import { chipOf, isIntegratedTarget } from './chips.ts';

export interface KindClues {
  deviceId: number | null;
  gfx: string | null;
  vramBytes: number | null;
  gttBytes: number | null;
  discreteHints: readonly string[] | null;
  integratedHints: readonly string[];
  name: string | null;
  cpuBrand: string | null;
}

/**
 * Card or APU, with the rule that decided. The chip goes first: a BIOS carve-out of 64 GB makes an APU look like a card to
 * every rule by size. Then the marks in sysfs and the shape of the pools as Ollama reads them (discover, 2026-08).
 */
export function amdKind(clues: KindClues): { kind: AcceleratorKind; rule: string } {
  const chip = chipOf(clues.deviceId);
  if (chip) return { kind: chip.integrated ? 'integrated' : 'discrete', rule: `PCI device id is ${chip.chip}` };
  if (isIntegratedTarget(clues.gfx)) return { kind: 'integrated', rule: `${clues.gfx} exists in APUs only` };
  if (clues.integratedHints.length > 0)
    return { kind: 'integrated', rule: `${clues.integratedHints[0]} exists on APUs only` };
  if (clues.discreteHints?.length) return { kind: 'discrete', rule: `${clues.discreteHints[0]} exists on cards only` };
  if (/ryzen ai max/i.test(clues.cpuBrand ?? '') && !/\b(RX|Pro|Instinct)\b/i.test(clues.name ?? '')) {
    return { kind: 'integrated', rule: 'the processor is a Ryzen AI Max' };
  }
  if (isIntegratedName(clues.name)) return { kind: 'integrated', rule: 'its name is that of an APU' };
  const { vramBytes, gttBytes } = clues;
  if (vramBytes && gttBytes && vramBytes <= 4 * GiB && gttBytes >= 8 * GiB && gttBytes >= 4 * vramBytes) {
    return { kind: 'integrated', rule: 'VRAM up to 4 GiB, GTT from 8 GiB and four times the VRAM' };
  }
  return { kind: 'discrete', rule: 'no sign of an APU' };
}

/** `Radeon 780M Graphics`, `Radeon 8060S`, `Radeon Vega 8 Graphics`: names of graphics inside a processor. */
export function isIntegratedName(name: string | null): boolean {
  if (name === null || /\b(RX|Pro|Instinct|FirePro|R9)\b/i.test(name)) return false;
  return /\bRadeon(\(TM\)| TM)? (\d{3}M|80[3-6]0S|Vega \d+ Graphics|R\d Graphics)\b/i.test(name);
}
