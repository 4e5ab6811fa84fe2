/** A constant that is fitted, as its logarithm: where it stands, what one would say of it without data, and how sure that is. */
export interface FittedConstant<Forms> {
  get(forms: Forms): number;
  set(forms: Forms, value: number): void;
  prior: number;
  spread: number;
}

interface Fit<Point, Forms> {
  weights: readonly number[];
  /** Logarithm of told over measured; 0 where nothing is told. */
  errorOf: (point: Point, forms: Forms) => number;
  rounds: number;
}

/** Logarithm of a rate that two owners of one machine may differ by. */
const noise = 0.08;

/**
 * Changes `forms` into those that fit the points best: least squares of the logarithms with outliers damped (soft L1), and every
 * constant held to a prior that knows no machine.
 */
export function fitConstants<Point, Forms>(
  points: readonly Point[],
  forms: Forms,
  constants: readonly FittedConstant<Forms>[],
  fit: Fit<Point, Forms>,
): Forms {
  for (let round = 0; round < fit.rounds; round++) {
    const step = gaussNewton(points, forms, constants, fit);
    constants.forEach((constant, at) => {
      const change = Math.max(-0.3, Math.min(0.3, step[at] ?? 0));
      constant.set(forms, constant.get(forms) * Math.exp(change));
    });
    if (Math.max(...step.map(Math.abs)) < 1e-3) break;
  }
  return forms;
}

/** Weights by which all points of one key count as the root of their number. */
export function likesCountedOnce<Point>(points: readonly Point[], keyOf: (point: Point) => string): number[] {
  const counts = new Map<string, number>();
  for (const point of points) counts.set(keyOf(point), (counts.get(keyOf(point)) ?? 0) + 1);
  return points.map((point) => 1 / Math.sqrt(counts.get(keyOf(point)) ?? 1));
}

function gaussNewton<Point, Forms>(
  points: readonly Point[],
  forms: Forms,
  constants: readonly FittedConstant<Forms>[],
  { weights, errorOf }: Fit<Point, Forms>,
): number[] {
  const n = constants.length;
  const normal = Array.from({ length: n }, () => new Float64Array(n));
  const right = new Float64Array(n);
  const tiny = 1e-3;
  const errors = points.map((point) => errorOf(point, forms));
  const slopes = constants.map((constant) => {
    const value = constant.get(forms);
    constant.set(forms, value * Math.exp(tiny));
    const moved = points.map((point, at) => (errorOf(point, forms) - (errors[at] ?? 0)) / tiny);
    constant.set(forms, value);
    return moved;
  });
  for (let at = 0; at < points.length; at++) {
    const scaled = ((weights[at] ?? 0) * (errors[at] ?? 0)) / noise;
    const weight = ((weights[at] ?? 0) / noise) ** 2 / Math.sqrt(1 + scaled * scaled);
    for (let i = 0; i < n; i++) {
      const slope = slopes[i]?.[at] ?? 0;
      if (slope === 0) continue;
      right[i] = (right[i] ?? 0) - weight * slope * (errors[at] ?? 0);
      for (let j = 0; j < n; j++) normal[i]![j] = (normal[i]![j] ?? 0) + weight * slope * (slopes[j]?.[at] ?? 0);
    }
  }
  constants.forEach((constant, i) => {
    const weight = 1 / constant.spread ** 2;
    normal[i]![i] = (normal[i]![i] ?? 0) + weight;
    right[i] = (right[i] ?? 0) - weight * Math.log(constant.get(forms) / constant.prior);
  });
  return solve(normal, right);
}

/** Gauss elimination of a positive definite system, which needs no pivots. */
function solve(matrix: Float64Array[], right: Float64Array): number[] {
  const n = right.length;
  for (let i = 0; i < n; i++) {
    for (let k = i + 1; k < n; k++) {
      const factor = (matrix[k]![i] ?? 0) / (matrix[i]![i] ?? 1);
      if (factor === 0) continue;
      for (let j = i; j < n; j++) matrix[k]![j] = (matrix[k]![j] ?? 0) - factor * (matrix[i]![j] ?? 0);
      right[k] = (right[k] ?? 0) - factor * (right[i] ?? 0);
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i] ?? 0;
    for (let j = i + 1; j < n; j++) sum -= (matrix[i]![j] ?? 0) * (solution[j] ?? 0);
    solution[i] = sum / (matrix[i]![i] ?? 1);
  }
  return solution;
}
