/** The nearest of some words to a mistyped one, null when none is near: within two letters added, left out, changed or swapped. */
export function nearest(typed: string, words: readonly string[]): string | null {
  const ranked = words
    .map((word) => ({ word, distance: distance(typed.toLowerCase(), word) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= 2 && best.distance < typed.length ? best.word : null;
}

/** Optimal string alignment distance. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) row.push(step(rows, row, a, b, i, j));
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

function step(rows: number[][], row: number[], a: string, b: string, i: number, j: number): number {
  const at = (line: number[] | undefined, column: number) => line?.[column] ?? Number.POSITIVE_INFINITY;
  const changed = at(rows[i - 1], j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  const swapped =
    a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(rows[i - 2], j - 2) + 1 : Number.POSITIVE_INFINITY;
  return Math.min(changed, swapped, at(rows[i - 1], j) + 1, at(row, j - 1) + 1);
}
