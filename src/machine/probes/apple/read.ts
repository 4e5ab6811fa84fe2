import { parseAmount } from '../../../data/units.ts';
import { cleanText } from '../../../text.ts';
import { asObject, findJson, leaf } from '../shared/json.ts';
import { linesOf } from '../shared/lines.ts';

/** `name: value` lines of sysctl; names that it does not know are missing. */
export function parseSysctl(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const match = /^([a-z]\w*(?:\.\w+)+)\s*[:=]\s*(.+)$/i.exec(line.trim());
    if (match?.[1] && match[2]) values.set(match[1], cleanText(match[2]));
  }
  return values;
}

/** A whole number of sysctl; null for anything else. */
export function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : null;
}

/** What Metal says about its default device. */
export interface Metal {
  name: string | null;
  /** recommendedMaxWorkingSetSize, bytes. */
  workingSetBytes: number | null;
  unified: boolean | null;
}

/** The JSON of metalScript; null when Metal has no device or the text is something else. */
export function parseMetal(text: string): Metal | null {
  const json = asObject(findJson(text) ?? undefined);
  if (!json) return null;
  const bytes = Number(leaf(json.w) ?? Number.NaN);
  return {
    name: cleanText(leaf(json.n) ?? '') || null,
    workingSetBytes: Number.isSafeInteger(bytes) && bytes > 0 && bytes < 2 ** 43 ? bytes : null,
    unified: typeof json.u === 'boolean' ? json.u : null,
  };
}

/** Asks Metal from JavaScript for Automation: name, recommended working set, unified or not. Prints one JSON object. */
export const metalScript = [
  "ObjC.import('Metal')",
  "if (typeof $.MTLCreateSystemDefaultDevice !== 'function') ObjC.bindFunction('MTLCreateSystemDefaultDevice', ['id', []])",
  'const d = $.MTLCreateSystemDefaultDevice()',
  'JSON.stringify({ n: ObjC.unwrap(d.name), w: Number(d.recommendedMaxWorkingSetSize), u: !!d.hasUnifiedMemory })',
].join('; ');

/** One GPU of `system_profiler SPDisplaysDataType -json`. */
export interface MacDisplay {
  name: string;
  /** spdisplays_vendor, lower case: the key is stable, the value is not localised for vendors. */
  vendor: string;
  cores: number | null;
  vramBytes: number | null;
  sharedBytes: number | null;
}

/** GPUs that system_profiler lists; empty for anything that is not its JSON. */
export function parseDisplays(text: string): MacDisplay[] {
  const list = asObject(findJson(text) ?? undefined)?.SPDisplaysDataType;
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    const gpu = asObject(item);
    const name = cleanText(leaf(gpu?.sppci_model) ?? leaf(gpu?._name) ?? '');
    if (!gpu || name === '') return [];
    return [
      {
        name,
        vendor: cleanText(leaf(gpu.spdisplays_vendor) ?? '').toLowerCase(),
        cores: wholeNumber(leaf(gpu.sppci_cores) ?? undefined),
        vramBytes: sizeOf(leaf(gpu.spdisplays_vram)),
        sharedBytes: sizeOf(leaf(gpu.spdisplays_vram_shared)),
      },
    ];
  });
}

/** `4 GB`, `1536 MB`, in some languages `1,5 Go`; a size without a unit is none. */
function sizeOf(text: string | null): number | null {
  const english = text?.trim().replace(',', '.').replace(/o$/i, 'B') ?? '';
  return /^\d{1,6}(\.\d{1,3})? *[MGT]B$/i.test(english) ? parseAmount(english) || null : null;
}

/** Bytes that the GPU driver has allocated, from `ioreg -c IOAccelerator`; the largest device counts. null when not reported. */
export function parseAllocated(text: string): number | null {
  const found = [...text.matchAll(/"Alloc system memory"\s*=\s*(\d{1,15})/g)].map((match) => Number(match[1]));
  return found.length === 0 ? null : Math.max(...found);
}
