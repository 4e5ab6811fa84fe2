/**
 * RAM that a new process could have on macOS, bytes, from the text of `vm_stat`; null when the text is something else.
 * Formula as Ollama's: total less (active + inactive + speculative + wired + compressed - purgeable - file-backed).
 */
export function availableFromVmStat(text: string, totalBytes: number): number | null {
  const pageBytes = Number(/page size of (\d{4,6}) bytes/.exec(text)?.[1] ?? Number.NaN);
  const pages = (label: string) =>
    Number(new RegExp(`^"?${label}"?:\\s+(\\d{1,12})\\.?\\s*$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const optional = (label: string) => pages(label) || 0;
  const used =
    pages('Pages active') +
    pages('Pages inactive') +
    pages('Pages wired down') +
    optional('Pages speculative') +
    optional('Pages occupied by compressor') -
    optional('Pages purgeable') -
    optional('File-backed pages');
  const available = totalBytes - used * pageBytes;
  return Number.isFinite(available) && used >= 0 && available >= 0 && available <= totalBytes ? available : null;
}
