/** Sums of the values before each place, from 0 on: one more than there are values. */
export function runningSums(values: readonly number[]): number[] {
  const sums = [0];
  let sum = 0;
  for (const value of values) {
    sum += value;
    sums.push(sum);
  }
  return sums;
}

/** Sum of the values from (inclusive) to (exclusive); 0 where there are none. */
export function between(sums: readonly number[], from: number, to: number): number {
  return to > from ? (sums[to] ?? 0) - (sums[from] ?? 0) : 0;
}
