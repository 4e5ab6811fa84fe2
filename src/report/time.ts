/** `2026-11-24T22:46:00Z` of a Unix time, whole seconds. */
export function isoTime(unixSeconds: number): string {
  return new Date(Math.floor(unixSeconds) * 1000).toISOString().replace('.000Z', 'Z');
}
