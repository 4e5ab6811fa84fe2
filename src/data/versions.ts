import { memoize } from '../memoize.ts';

/**
 * Order of two Ollama versions: negative when a is older, 0 when equal, positive when newer.
 * A pre-release (0.40.0-rc1) is older than its release; anything after `+` is ignored; missing parts count as 0.
 */
export function compareVersions(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  for (let i = 0; i < 3; i += 1) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre === right.pre) return 0;
  if (left.pre === '') return 1;
  if (right.pre === '') return -1;
  return left.pre.localeCompare(right.pre, 'en', { numeric: true });
}

/** Whether an Ollama version is that one or newer; memoized, because every candidate asks. */
export const isAtLeast = memoize(
  (version: string, floor: string): boolean => compareVersions(version, floor) >= 0,
  (version, floor) => `${version} ${floor}`,
);

/** Whether a text is a version this module can order: `0.30.5`, `v0.40.0-rc1`. A development build (`0.0.0`) is not. */
export function isKnownVersion(text: string | null): text is string {
  return text !== null && /^v?\d+\.\d+(\.\d+)?/.test(text) && !/^v?0\.0\.0/.test(text);
}

function parse(text: string): { numbers: number[]; pre: string } {
  const [core = '', ...rest] = text.trim().replace(/^v/i, '').replace(/\+.*$/, '').split('-');
  return { numbers: core.split('.').map((part) => Number.parseInt(part, 10) || 0), pre: rest.join('-') };
}
