/**
 * Memory of the ZFS cache (ARC) that gives way when programs need it, bytes: its size less c_min, from the text of
 * /proc/spl/kstat/zfs/arcstats. The kernel does not count it in MemAvailable. Source: OpenZFS module parameters, zfs_arc_min.
 */
export function parseArcStats(text: string): number {
  const value = (name: string) =>
    Number(new RegExp(`^${name}[ \\t]+\\d+[ \\t]+(\\d{1,15})[ \\t]*$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const bytes = value('size') - value('c_min');
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0;
}
