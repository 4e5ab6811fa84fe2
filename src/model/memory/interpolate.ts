/** x and y of one measured point. */
export type Point = readonly [number, number];

/** Straight lines between points (x ascending) and along the last segment beyond them; `below` says what lies before the first. */
export function interpolate(points: readonly Point[], x: number, below: (first: Point) => number): number {
  const [first, ...rest] = points;
  if (first === undefined) throw new Error('nothing to interpolate: a table has a row without points');
  if (x < first[0]) return below(first);
  let left = first;
  for (const right of rest) {
    if (x <= right[0] || right === rest.at(-1)) return line(left, right, x);
    left = right;
  }
  return first[1];
}

function line(a: Point, b: Point, x: number): number {
  return a[1] + ((x - a[0]) * (b[1] - a[1])) / (b[0] - a[0]);
}

/** What lies below the first point of a quantity that grows in proportion to x. */
export function proportional(x: number): (first: Point) => number {
  return ([at, y]) => (y * x) / at;
}
