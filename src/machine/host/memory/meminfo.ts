/** RAM of /proc/meminfo, bytes. */
export interface MemInfo {
  totalBytes: number | null;
  availableBytes: number | null;
  /** The kernel's own figure, or one made of its parts (kernels before 3.14, cut files). */
  availableFrom: 'MemAvailable' | 'MemFree + Buffers + Cached - Shmem' | null;
  /** Reserved as huge pages; models do not use them. */
  hugePagesBytes: number;
}

/** Reads /proc/meminfo (kB lines). MemFree alone is never used as available memory: page cache can be reclaimed. */
export function parseMemInfo(text: string): MemInfo {
  const values = new Map(text.split('\n').flatMap((line) => readingIn(line) ?? []));
  const totalBytes = values.get('MemTotal') || null;
  const stated = values.get('MemAvailable');
  const bytes = stated ?? sumOfParts(values);
  const believable = bytes !== null && (totalBytes === null || bytes <= totalBytes);
  return {
    totalBytes,
    availableBytes: believable ? bytes : null,
    hugePagesBytes: values.get('Hugetlb') ?? (values.get('HugePages_Total') ?? 0) * (values.get('Hugepagesize') ?? 0),
    availableFrom: believable ? (stated === undefined ? 'MemFree + Buffers + Cached - Shmem' : 'MemAvailable') : null,
  };
}

/** No computer has a pebibyte: a larger figure is a broken reading. */
const mostBytes = 2 ** 50;

function readingIn(line: string): [name: string, value: number][] | null {
  const [, name, digits] = /^(\w[\w()]*):\s+(\d{1,15})( kB)?\s*$/.exec(line) ?? [];
  if (name === undefined) return null;
  const value = Number(digits) * (/^HugePages_/.test(name) ? 1 : 1024);
  return value <= mostBytes ? [[name, value]] : null;
}

function sumOfParts(values: Map<string, number>): number | null {
  const [free, buffers, cached] = ['MemFree', 'Buffers', 'Cached'].map((key) => values.get(key));
  if (free === undefined || buffers === undefined || cached === undefined) return null;
  return Math.max(0, free + buffers + cached - (values.get('Shmem') ?? 0));
}
