const KIB = 1024;

/**
 * Memory in the unit that people know from their card: `16.0 GiB`, `512 MiB`. Exact bytes stay in JSON.
 * @param bytes whole number of bytes, may be negative (what is missing)
 */
export function formatMemory(bytes: number): string {
  const size = Math.abs(bytes);
  if (size >= 1000 * KIB ** 2) return `${trim(bytes / KIB ** 3, size >= 1000 * KIB ** 3 ? 0 : 1)} GiB`;
  if (size >= KIB ** 2) return `${trim(bytes / KIB ** 2, 0)} MiB`;
  if (size >= KIB) return `${trim(bytes / KIB, 0)} KiB`;
  return `${bytes} B`;
}

/** Memory as it is sold: `24 GB` for 24 GiB, `7.8 GB` where it is not whole. */
export function formatSize(bytes: number): string {
  const size = bytes / KIB ** 3;
  const whole = Math.round(size);
  return `${Math.abs(size - whole) < 0.06 * Math.max(size, 1) && size > 0.94 ? whole : trim(size, 1)} GB`;
}

/** Files and downloads in decimal units, as Ollama and file managers print them: `7.2 GB`. */
export function formatDownload(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : `${bytes} B`;
}

/** `32K` for 32768, `46K` for 47,104 (never rounded up), `9.5K` below 10K, `500` below 1024 tokens. */
export function formatContext(tokens: number): string {
  if (tokens < KIB) return String(tokens);
  if (tokens >= KIB * KIB && tokens % (KIB * KIB) === 0) return `${tokens / KIB / KIB}M`;
  if (tokens >= 10 * KIB) return `${Math.floor(tokens / KIB)}K`;
  return `${trim(Math.floor((tokens / KIB) * 10) / 10, tokens % KIB === 0 ? 0 : 1)}K`;
}

/** `44-61 tokens/s`; one figure when both round to the same. Below 10 one decimal is kept. */
export function formatSpeed(speed: { lowTokensPerSecond: number; highTokensPerSecond: number }): string {
  const low = round(speed.lowTokensPerSecond);
  const high = round(speed.highTokensPerSecond);
  return low === high ? low : `${low}-${high}`;
}

/** Digits in groups of three, whatever the locale: `7,381,382,048`. */
export function formatInteger(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share as percent: `6.2 %`. */
export function formatPercent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** A deviation as percent with its sign, `+1.0 %` and `-0.4 %`; one that rounds to zero has none. */
export function formatSignedPercent(share: number, digits = 1): string {
  const text = formatPercent(share, digits);
  if (Number.parseFloat(text) === 0) return formatPercent(0, digits);
  return share > 0 ? `+${text}` : text;
}

/** `1 layer`, `3 layers`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${formatInteger(amount)} ${amount === 1 ? one : many}`;
}

function round(value: number): string {
  return value < 9.95 ? trim(value, 1) : String(Math.round(value));
}

function trim(value: number, digits: number): string {
  return value.toFixed(digits);
}
