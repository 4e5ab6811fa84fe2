import { isNotAvailable } from '../../../system/text.ts';
import { cleanText } from '../../../text.ts';
import { linesOf } from '../shared/lines.ts';
import { chipOf } from './chips.ts';

/**
 * Marketing names by PCI device id and revision: `id rev[,rev] name`, without the leading "AMD "; `*` for any revision.
 * Only those on which a model may run. Source: amdgpu.ids of libdrm (facts only), 2026-11; the file itself is read first.
 */
const rows = `
1114 C2,D2,E2,E4,E9,ED,F2,F9,FC Radeon 860M Graphics
1114 C3,D3,E5,EA,EE,F3,FA,FD Radeon 840M Graphics
150E C1,C5,C6,C7,D1,D3,E1,E3,E4,F1,F3 Radeon 890M Graphics
150E C4,D2 Radeon 880M Graphics
1586 C1,C3,C6,D1 Radeon 8060S Graphics
1586 C2,C4,D2,D4 Radeon 8050S Graphics
1586 D5 Radeon 8040S Graphics
15BF C1,C2,C4,C6,C7,C9,CF,D0,D1,D2,D3,D4,D7,D9,DA,DD Radeon 780M Graphics
15BF C3,C8,CB,CD,D5,D6,DB,DC,DF,F0 Radeon 760M Graphics
15BF C5,CA,CC,CE,D8,DE Radeon 740M Graphics
15C8 * Radeon 740M Graphics
1681 06,0A,C7,C8 Radeon 680M
1681 07,0B,C9 Radeon 660M
66A1 02 Instinct MI60 / MI50
66A1 06 Radeon Pro VII
66AF C1 Radeon VII
6861 * Radeon Pro WX 9100
6863 * Radeon Vega Frontier Edition
687F * Radeon RX Vega
731F C1,C5 Radeon RX 5700 XT
731F C4 Radeon RX 5700
738C * Instinct MI100
7408 * Instinct MI250X
740C * Instinct MI250X / MI250
740F * Instinct MI210
73A3 * Radeon Pro W6800
73A5 * Radeon RX 6950 XT
73AF,73BF C0 Radeon RX 6900 XT
73BF C1 Radeon RX 6800 XT
73BF C3 Radeon RX 6800
73DF C0 Radeon RX 6750 XT
73DF C1,C5 Radeon RX 6700 XT
73DF C2,C3 Radeon RX 6800M
73DF CF Radeon RX 6700M
73DF DF,FF Radeon RX 6700
73E3 * Radeon Pro W6600
73EF C1 Radeon RX 6650 XT
73FF C1 Radeon RX 6600 XT
73FF C3 Radeon RX 6600M
73FF C7 Radeon RX 6600
7448 * Radeon Pro W7900
7449 * Radeon Pro W7800 48GB
744A * Radeon Pro W7900 Dual Slot
744C C8 Radeon RX 7900 XTX
744C CC Radeon RX 7900 XT
744C CE Radeon RX 7900 GRE
744C CF Radeon RX 7900M
745E * Radeon Pro W7800
7460 * Radeon Pro V710
7470 * Radeon Pro W7700
747E C8 Radeon RX 7800 XT
747E D8 Radeon RX 7800M
747E DB Radeon RX 7700
747E FF Radeon RX 7700 XT
7480 00 Radeon Pro W7600
7480 C0 Radeon RX 7600 XT
7480 C1 Radeon RX 7700S
7480 C3 Radeon RX 7600S
7480 C7 Radeon RX 7600M XT
7480 CF Radeon RX 7600
7483 CF Radeon RX 7600M
7489 * Radeon Pro W7500
74A0 * Instinct MI300A
74A1 * Instinct MI300X
74A2 * Instinct MI308X
74A5 * Instinct MI325X
7550 C0 Radeon RX 9070 XT
7550 C2 Radeon RX 9070 GRE
7550 C3 Radeon RX 9070
7551 C0 Radeon AI PRO R9700
7590 C0 Radeon RX 9060 XT
7590 C7 Radeon RX 9060
75A0 * Instinct MI350X
75A3 * Instinct MI355X
`;

const known = new Map<string, string>();
for (const row of rows.trim().split('\n')) {
  const [ids = '', revisions = '', ...name] = row.split(' ');
  for (const id of ids.split(',')) {
    for (const revision of revisions.split(',')) known.set(`${id}:${revision}`, `AMD ${name.join(' ')}`);
  }
}

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

/** Marketing name by PCI ids from the table; null when the table does not tell exactly one. */
export function nameByIds(deviceId: number | null, revision: number | null): string | null {
  if (deviceId === null) return null;
  const id = hex(deviceId, 4);
  const exact = revision === null ? undefined : known.get(`${id}:${hex(revision, 2)}`);
  return exact ?? known.get(`${id}:*`) ?? null;
}

/** The same from the text of libdrm's amdgpu.ids (`744C,\tC8,\tAMD Radeon RX 7900 XTX`). */
export function nameFromIdsFile(text: string, deviceId: number | null, revision: number | null): string | null {
  if (deviceId === null || revision === null) return null;
  for (const line of linesOf(text)) {
    const [id, rev, ...name] = line.split(',').map((cell) => cell.trim());
    if (id?.toUpperCase() === hex(deviceId, 4) && rev?.toUpperCase() === hex(revision, 2)) {
      return cleanText(name.join(',')) || null;
    }
  }
  return null;
}

/**
 * A name as a tool wrote it, made presentable: `Navi 31 [Radeon RX 7900 XT]` is AMD Radeon RX 7900 XT.
 * null for what names nothing: N/A, an id in hex, a chip's SKU word.
 */
export function presentableName(text: string | null | undefined): string | null {
  const clean = cleanText(text ?? '');
  const bracket = /\[([^\]]+)\]\s*$/.exec(clean)?.[1]?.trim();
  const name = (bracket ?? clean).replace(/^(Advanced Micro Devices, Inc\.|ATI)\s*/i, '');
  if (isNotAvailable(name) || /^(0x)?[0-9a-f]{1,8}$/i.test(name) || /^device /i.test(name) || name === 'AMD/ATI')
    return null;
  return `AMD ${name.replace(/^AMD /i, '').replace(/^MI(?=\d)/, 'Instinct MI')}`;
}

/** A name that many chips carry, so that it tells nothing. */
export function isGenericName(name: string): boolean {
  return /^AMD (Radeon( ?\(TM\))?( RX| Pro)?( Vega)? (Graphics|Series)|Radeon|ATI|GPU|Graphics|Radeon HD.*Series)$/i.test(
    name,
  );
}

/** Some names stand for several cards: `Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M`. */
export function isAmbiguousName(name: string): boolean {
  return /\S\/\S|\/ *\d/.test(name.replace(/w\/ ?/g, ''));
}

/** What can be said by chip only: `AMD Navi 22 GPU (0x73df)`, or `AMD Radeon Graphics (Cezanne)` with a generic name. */
export function chipName(deviceId: number | null, gfx: string | null, generic: string | null): string | null {
  const chip = chipOf(deviceId);
  const hint = chip?.chip ?? gfx;
  if (generic) return hint ? `${generic} (${hint})` : generic;
  if (chip && deviceId !== null) return `AMD ${chip.chip} GPU (0x${hex(deviceId, 4).toLowerCase()})`;
  if (gfx) return `AMD GPU (${gfx})`;
  return deviceId === null ? null : `AMD GPU (0x${hex(deviceId, 4).toLowerCase()})`;
}

/** The graphics inside a processor's brand: `AMD Ryzen 7 7840HS w/ Radeon 780M Graphics`. */
export function nameFromCpuBrand(brand: string | null): string | null {
  const match = /\b(?:w\/|with)\s*(Radeon\b.+)$/i.exec(cleanText(brand ?? ''));
  const name = match?.[1] ? `AMD ${match[1].trim()}` : null;
  return name === null || isGenericName(name) ? null : name;
}
