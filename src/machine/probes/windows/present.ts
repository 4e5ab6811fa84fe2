import type { DxAdapter } from './adapters.ts';
import type { CimFacts } from './cim.ts';

/** Adapters that compute nothing: software, remote and virtual displays, boards of servers. Names as their drivers write them. */
const virtualNames =
  /basic (render|display)|remote display|parsec|idd ?(cx|sample|device)|indirect display|virtual|hyper-v|vmware|svga|vbox|qxl|citrix|spacedesk|displaylink|sunshine|usbmmidd|mirage|dameware|teamviewer|\brdp|red hat|bochs|matrox|aspeed|microsoft|radmin|splashtop|superdisplay/i;
const microsoftVendorId = 0x1414;
/** NVIDIA, AMD, Intel: their slices for virtual machines compute, whatever the name says. */
const chipMakers = [0x10de, 0x1002, 0x8086];

/** Whether an adapter is a real GPU by vendor and name. */
export function isRealGpu(adapter: { name: string; vendorId: number | null }): boolean {
  if (adapter.vendorId === microsoftVendorId) return false;
  const chipMaker = adapter.vendorId !== null && chipMakers.includes(adapter.vendorId);
  return !(chipMaker ? /parsec|\bidd|remote display/i : virtualNames).test(adapter.name);
}

/** An hour, in FILETIME ticks of 100 ns: all adapters of one boot are seen within minutes. */
const sameBootTicks = 36_000_000_000n;

/**
 * The adapters that are in the machine now: an entry in the DirectX key outlives its card. Told by the performance counters
 * (LUIDs of this boot), else by what Windows lists as plugged in, else by the last time it was seen, else the newest entry per
 * PCI id. With the rule that decided.
 */
export function presentAdapters(
  all: readonly DxAdapter[],
  cim: CimFacts | null,
): { adapters: DxAdapter[]; rule: string } {
  const live = all.filter(({ luid }) => luid !== null && cim?.usage.has(luid));
  if (live.length > 0)
    return { adapters: withoutTwins(live, cim?.video ?? []), rule: 'its LUID is among the performance counters' };
  const plugged = (cim?.video ?? []).filter(({ deviceId }) => deviceId !== null);
  if (plugged.length > 0) {
    return { adapters: pluggedIn(all, plugged), rule: 'Windows lists it as plugged in' };
  }
  const times = all.flatMap(({ lastSeen }) => (lastSeen === null ? [] : [lastSeen]));
  if (times.length === all.length && times.length > 0) {
    const newest = [...times].sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? 0n;
    const seen = all.filter(({ lastSeen }) => lastSeen !== null && newest - lastSeen <= sameBootTicks);
    return { adapters: withoutTwins(seen), rule: 'seen at the last start of Windows' };
  }
  return { adapters: newestPerId(all, () => 1), rule: 'newest entry of its PCI id' };
}

/** One LUID is one adapter: LUIDs are given anew at each start, so that an old entry may carry the one of a card that came later. */
function withoutTwins(adapters: DxAdapter[], plugged: CimFacts['video'] = []): DxAdapter[] {
  const ranked = [...adapters].sort(
    (a, b) => Number(isPlugged(b, plugged)) - Number(isPlugged(a, plugged)) || byAge(a, b),
  );
  const first = new Map<string, DxAdapter>();
  for (const adapter of ranked) if (adapter.luid !== null && !first.has(adapter.luid)) first.set(adapter.luid, adapter);
  return adapters.filter((adapter) => adapter.luid === null || first.get(adapter.luid) === adapter);
}

const isPlugged = ({ vendorId, deviceId }: DxAdapter, plugged: CimFacts['video']) =>
  plugged.some((controller) => controller.vendorId === vendorId && controller.deviceId === deviceId);

/** Newest first. */
const byAge = (a: DxAdapter, b: DxAdapter) =>
  Number((b.lastSeen ?? 0n) - (a.lastSeen ?? 0n)) || (a.born < b.born ? 1 : -1);

function pluggedIn(all: readonly DxAdapter[], plugged: CimFacts['video']): DxAdapter[] {
  const count = ({ vendorId, deviceId }: DxAdapter) =>
    plugged.filter((controller) => controller.vendorId === vendorId && controller.deviceId === deviceId).length;
  return newestPerId(all, count);
}

/** For each PCI id its newest entries, as many as `count` says; in the order of the key. */
function newestPerId(all: readonly DxAdapter[], count: (adapter: DxAdapter) => number): DxAdapter[] {
  const ranked = [...all].sort(byAge);
  const left = new Map<string, number>();
  const kept = new Set<DxAdapter>();
  for (const adapter of ranked) {
    const id = `${adapter.vendorId}:${adapter.deviceId}`;
    const open = left.get(id) ?? count(adapter);
    if (open > 0) kept.add(adapter);
    left.set(id, open - 1);
  }
  return all.filter((adapter) => kept.has(adapter));
}
