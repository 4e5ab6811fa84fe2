/** `2026-11-24T22:46:00Z` of a Unix time, whole seconds. */
export function isoTime(unixSeconds: number): string {
  return new Date(Math.floor(unixSeconds) * 1000).toISOString().replace('.000Z', 'Z');
}

/** `2 to 11 minutes`, `1.5 to 6 hours`: a time from seconds to seconds, in whole minutes, from two hours on in halves of an hour. */
export function formatWait(leastSeconds: number, mostSeconds: number): string {
  const isLong = mostSeconds >= 2 * 3600;
  const told = (seconds: number) =>
    isLong ? Math.max(0.5, Math.round(seconds / 1800) / 2) : Math.max(1, Math.round(seconds / 60));
  const [least, most] = [told(leastSeconds), told(mostSeconds)];
  return `${least === most ? '' : `${least} to `}${most} ${isLong ? 'hours' : 'minutes'}`;
}
