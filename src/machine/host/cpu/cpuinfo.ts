import { cleanText } from '../../../system/text.ts';

/** What /proc/cpuinfo tells; null where it does not. */
export interface CpuInfo {
  brand: string | null;
  physicalCores: number | null;
  threads: number | null;
  flags: string[];
}

/** Kernel's name of an instruction set to ours: those that llama.cpp has kernels for. */
const flagNames: Record<string, string> = {
  sse4_2: 'sse4_2',
  avx: 'avx',
  avx2: 'avx2',
  f16c: 'f16c',
  fma: 'fma',
  bmi2: 'bmi2',
  avx_vnni: 'avx_vnni',
  avx512f: 'avx512f',
  avx512_vnni: 'avx512_vnni',
  avx512_bf16: 'avx512_bf16',
  amx_tile: 'amx_tile',
  amx_int8: 'amx_int8',
  amx_bf16: 'amx_bf16',
  asimd: 'neon',
  neon: 'neon',
  asimddp: 'dotprod',
  asimdhp: 'fp16',
  i8mm: 'i8mm',
  bf16: 'bf16',
  sve: 'sve',
  sve2: 'sve2',
  vsx: 'vsx',
  v: 'rvv',
};

/** Arm's part numbers of /proc/cpuinfo (implementer 0x41), where no model name is written. */
const armParts: Record<string, string> = {
  '0xd03': 'Cortex-A53',
  '0xd08': 'Cortex-A72',
  '0xd0b': 'Cortex-A76',
  '0xd0c': 'Neoverse-N1',
  '0xd40': 'Neoverse-V1',
  '0xd42': 'Cortex-A78AE',
  '0xd49': 'Neoverse-N2',
  '0xd4f': 'Neoverse-V2',
  '0xd85': 'Cortex-X925',
};

/** Reads x86, Arm, POWER and RISC-V shapes of /proc/cpuinfo. */
export function parseCpuInfo(text: string): CpuInfo {
  const lines = text.split('\n').map((line) => /^([^:\t]{1,40}?)\s{0,8}:\s?(.*)$/.exec(line));
  const all = (key: string) => lines.filter((match) => match?.[1] === key).map((match) => match?.[2]?.trim() ?? '');
  const first = (...keys: string[]) =>
    keys.map((key) => all(key)[0]).find((value) => value !== undefined && value !== '');
  const threads = all('processor').filter((value) => /^\d+$/.test(value)).length || null;
  const part = armParts[first('CPU part') ?? ''];
  const brand = first('model name', 'cpu model', 'Model', 'cpu', 'Hardware') ?? part;
  return {
    brand: brand ? cleanText(brand, 80) : null,
    physicalCores: coresOf(text) ?? threads,
    threads,
    flags: knownFlags(first('flags', 'Features', 'features') ?? ''),
  };
}

/** Of a list of instruction sets, as the kernel writes it, those that matter here; sorted. */
export function knownFlags(text: string): string[] {
  const words = text.toLowerCase().split(/[\s,]+/);
  return [...new Set(words.flatMap((word) => (Object.hasOwn(flagNames, word) ? (flagNames[word] ?? []) : [])))].sort();
}

/** Distinct (package, core) pairs; null where the file does not name cores (Arm). */
function coresOf(text: string): number | null {
  const seen = new Set<string>();
  for (const block of text.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) seen.add(`${/^physical id\s*:\s*(\d+)/m.exec(block)?.[1] ?? 0}/${core}`);
  }
  return seen.size > 0 ? seen.size : null;
}
