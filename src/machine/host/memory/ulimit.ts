/** Soft limits of /proc/self/limits that cap what one process can map or allocate; the tightest, null when none is set. */
export function parseUlimit(text: string): { limitBytes: number; source: string } | null {
  const found = [...text.matchAll(/^(Max (?:address space|data size))\s+(\d{1,20}|unlimited)\s+\S+\s+bytes/gm)].flatMap(
    (match) => {
      const limitBytes = Number(match[2]);
      return match[1] && limitBytes > 0 && limitBytes < 2 ** 60
        ? [{ limitBytes, source: `/proc/self/limits (${match[1]})` }]
        : [];
    },
  );
  return found.sort((a, b) => a.limitBytes - b.limitBytes)[0] ?? null;
}
