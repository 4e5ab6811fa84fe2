import { plainName, shareKey, sizesAgree } from './probes/shared/same-device.ts';
import type { PhysicalKey, ProbeReport } from './probes/types.ts';
import type { Accelerator, Backend, Evidence } from './types.ts';

/**
 * Of two readings of one card, the one closer to the hardware counts. Source of the order: Ollama drops a Vulkan device that CUDA or ROCm
 * sees.
 */
const backendOrder: Record<Backend, number> = { cuda: 0, rocm: 1, metal: 2, sycl: 3, vulkan: 4, none: 5 };
const rule = 'one card, several probes: CUDA before ROCm before Metal before Vulkan, then the order of the probes';

interface Entry {
  accelerator: Accelerator;
  key: PhysicalKey;
  report: number;
}

/** One accelerator per card. The readings of the other probes are kept as evidence and fill the gaps of the winner. */
export function mergeAccelerators(reports: readonly ProbeReport[]): {
  accelerators: Accelerator[];
  evidence: Evidence[];
} {
  const entries = reports.flatMap(({ accelerators, physical }, report) =>
    accelerators.map((accelerator): Entry => ({ accelerator, key: physical?.[accelerator.id] ?? {}, report })),
  );
  const ranked = [...entries].sort((a, b) => rank(a) - rank(b) || a.report - b.report);
  const kept: { entry: Entry; merged: Accelerator; seen: Set<number> }[] = [];
  const evidence: Evidence[] = [];
  for (const entry of ranked) {
    const twice = kept.find(({ entry: other }) => other.report === entry.report && isListedTwice(other.key, entry.key));
    if (twice) {
      evidence.push(...lost(twice.merged, entry.accelerator));
      continue;
    }
    const open = kept.filter(({ seen }) => !seen.has(entry.report));
    const same =
      open.find((other) => shareKey(other.entry.key, entry.key)) ??
      open.find((other) => namesake(other.entry, entry) && alike(other.entry, entry, entries)) ??
      open.find((other) => alike(other.entry, entry, entries));
    if (!same) {
      kept.push({ entry, merged: { ...entry.accelerator }, seen: new Set([entry.report]) });
      continue;
    }
    same.seen.add(entry.report);
    evidence.push(...lost(same.merged, entry.accelerator));
    same.merged = filled(same.merged, entry.accelerator);
  }
  return { accelerators: withUniqueIds(kept.map(({ merged }) => merged)), evidence };
}

/** A card that only its name is known of does not outrank one that was read, unless nothing else tells them apart. */
const rank = ({ accelerator }: Entry) => backendOrder[accelerator.backend];

/** Two rows of one tool with one bus address, or with one UUID and no two addresses, are one card. */
function isListedTwice(a: PhysicalKey, b: PhysicalKey): boolean {
  return shareKey(a, b) && !conflicting(a, b) && !/^[0-]*$/.test(a.uuid ?? a.pciAddress ?? a.luid ?? '');
}

/** No common key: the same vendor, a name that says the same or nothing, and a size that agrees. */
function alike(a: Entry, b: Entry, all: readonly Entry[]): boolean {
  if (a.accelerator.vendor !== b.accelerator.vendor || conflicting(a.key, b.key)) return false;
  const [left, right] = [plainName(a.accelerator.name), plainName(b.accelerator.name)];
  if (left === right) return sizesAgree(a.accelerator, b.accelerator);
  if (sharesRam(a.accelerator) !== sharesRam(b.accelerator)) return false;
  if (isGeneric(left) || isGeneric(right)) return sizesAgree(a.accelerator, b.accelerator);
  const alone = [a, b].every((entry) => siblings(entry, all) === 1);
  return alone && a.accelerator.kind === b.accelerator.kind && sizesAgree(a.accelerator, b.accelerator, true);
}

const namesake = (a: Entry, b: Entry) => plainName(a.accelerator.name) === plainName(b.accelerator.name);

/** A card and the graphics of a processor may share a general name, and are two. */
const sharesRam = ({ kind }: Accelerator) => kind !== 'discrete';

function conflicting(a: PhysicalKey, b: PhysicalKey): boolean {
  return (['pciAddress', 'luid'] as const).some(
    (name) => a[name] !== undefined && b[name] !== undefined && a[name] !== b[name],
  );
}

function siblings({ accelerator, report }: Entry, all: readonly Entry[]): number {
  return all.filter((entry) => entry.report === report && entry.accelerator.vendor === accelerator.vendor).length;
}

const isGeneric = (key: string) =>
  /^(gpu|graphics|radeon( tm)?( graphics)?|graphics device|uhd graphics|arc graphics|n\/a|unknown.*)$/.test(key);

function filled(winner: Accelerator, loser: Accelerator): Accelerator {
  const blind = winner.memory.totalBytes === null && loser.memory.totalBytes !== null;
  const memory = blind
    ? loser.memory
    : { ...winner.memory, freeBytes: winner.memory.freeBytes ?? freeWithin(winner, loser) };
  return {
    ...winner,
    // A tool that hung or printed nonsense leaves the question open; one that read the card settles it.
    ...(blind && winner.usable === null ? { usable: loser.usable, reason: loser.reason } : {}),
    memory,
    bandwidthBytesPerSecond: winner.bandwidthBytesPerSecond ?? loser.bandwidthBytesPerSecond,
    architecture: winner.architecture ?? (loser.backend === winner.backend ? loser.architecture : null),
    driverVersion: winner.driverVersion ?? (loser.backend === winner.backend ? loser.driverVersion : null),
    holders: winner.holders.length > 0 ? winner.holders : loser.holders,
    source: blind ? `${winner.source}; memory: ${loser.source}` : winner.source,
    confidence: blind ? loser.confidence : winner.confidence,
  };
}

/** The loser's free figure, where it is not more than the winner's whole. */
function freeWithin(winner: Accelerator, loser: Accelerator): number | null {
  const free = loser.memory.freeBytes;
  const total = winner.memory.totalBytes;
  return free !== null && (total === null || free <= total) ? free : null;
}

function lost(winner: Accelerator, loser: Accelerator): Evidence[] {
  const facts = {
    name: loser.name,
    kind: loser.kind,
    'memory.total': loser.memory.totalBytes,
    'memory.free': loser.memory.freeBytes,
  };
  return Object.entries(facts).flatMap(([subject, value]) =>
    value === null
      ? []
      : [
          {
            subject: `${winner.id}.${subject}`,
            value,
            source: loser.source,
            confidence: loser.confidence,
            chosen: false,
            rule,
          },
        ],
  );
}

function withUniqueIds(accelerators: Accelerator[]): Accelerator[] {
  const used = new Set<string>();
  return accelerators.map((accelerator) => {
    let id = accelerator.id;
    for (let count = 2; used.has(id); count++) id = `${accelerator.id}.${count}`;
    used.add(id);
    return id === accelerator.id ? accelerator : { ...accelerator, id };
  });
}
