import { type CpuFeature, cpuFeatures } from '../../../data/ids.ts';
import { cleanText } from '../../../text.ts';

/** Facts of /proc/cpuinfo; null where it has none. */
export interface CpuInfo {
  brand: string | null;
  physicalCores: number | null;
  threads: number | null;
  flags: CpuFeature[];
  /** Sockets with at least four cores (a virtual machine shows each core as a socket); null: not reported. */
  sockets: number | null;
}

/** Instruction sets with another name in the kernel. */
const kernelNames: Record<string, CpuFeature> = {
  asimd: 'neon',
  asimddp: 'dotprod',
  asimdhp: 'fp16',
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
    sockets: socketsOf(text),
  };
}

/** The instruction sets that matter here from the kernel's list; sorted. */
export function knownFlags(text: string): CpuFeature[] {
  const words = text.toLowerCase().split(/[\s,]+/);
  const known = words.map((word) => (Object.hasOwn(kernelNames, word) ? kernelNames[word] : word));
  return cpuFeatures.filter((feature) => known.includes(feature)).sort();
}

/** Distinct (package, core) pairs; null where the file does not name cores (Arm). */
function coresOf(text: string): number | null {
  const cores = corePackages(text).size;
  return cores > 0 ? cores : null;
}

/** Cores below which a package is taken for a virtual one. */
const leastCores = 4;

function socketsOf(text: string): number | null {
  const packages = [...corePackages(text).values()];
  const whole = [...new Set(packages)].filter((id) => packages.filter((other) => other === id).length >= leastCores);
  return whole.length > 0 ? whole.length : null;
}

/** The package that each core lies in. */
function corePackages(text: string): Map<string, string> {
  const packages = new Map<string, string>();
  for (const block of text.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    const id = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1] ?? '0';
    if (core !== undefined) packages.set(`${id}/${core}`, id);
  }
  return packages;
}
