import type { SpeedForms } from '../../src/data/speed-schema.ts';
import { predictByFormula } from '../../src/model/speed/speed.ts';
import type { SpeedPoint } from './speed-points.ts';

/** A constant that is fitted, as its logarithm: where it stands, what one would say of it without data, and how sure that is. */
interface Constant {
  get(forms: SpeedForms): number;
  set(forms: SpeedForms, value: number): void;
  prior: number;
  spread: number;
}

/** Logarithm of a rate that two owners of one machine may differ by. */
const noise = 0.08;

/**
 * The constants of data/speed-forms.json that fit the points best: least squares of the logarithms with outliers damped (soft L1), each
 * machine's likes counted once, and every constant held to a prior that knows no machine, so that a class with few machines stays sober.
 */
export function fitSpeedForms(points: readonly SpeedPoint[], start: SpeedForms, rounds = 12): SpeedForms {
  const forms = structuredClone(start);
  const constants = constantsOf(forms);
  const weights = weightsOf(points);
  for (let round = 0; round < rounds; round++) {
    const step = gaussNewton(points, weights, forms, constants);
    constants.forEach((constant, at) => {
      const change = Math.max(-0.3, Math.min(0.3, step[at] ?? 0));
      constant.set(forms, constant.get(forms) * Math.exp(change));
    });
    if (Math.max(...step.map(Math.abs)) < 1e-3) break;
  }
  return forms;
}

/** What one would expect of a class from what it lacks: dot products, matrix units, power, channels that one socket alone reaches. */
const classPriors: Record<string, number> = {
  'pascal-e2b': 0.3,
  pascal: 0.4,
  jetson: 0.45,
  'intel-old-igpu': 0.3,
  'vega-vulkan': 0.3,
  'radeon-890m': 0.55,
  'radeon-apu': 0.65,
  'cpu-weak': 0.15,
  'cpu-phone': 0.3,
  'cpu-low-power': 0.3,
  'cpu-two-sockets': 0.3,
  'cpu-board': 0.55,
};

const sharedKv = ['dense', 'moe', 'small'] as const;

function constantsOf({ forms, drafting }: SpeedForms): Constant[] {
  const constants: Constant[] = [
    {
      get: (f) => f.token.seconds,
      set: (f, value) => {
        f.token.seconds = value;
      },
      prior: 300e-6,
      spread: 1,
    },
    {
      get: (f) => f.hostExperts.efficiency,
      set: (f, value) => {
        f.hostExperts.efficiency = value;
      },
      prior: 0.35,
      spread: 0.3,
    },
  ];
  const at = (index: number) => (f: SpeedForms) => f.forms[index] as SpeedForms['forms'][number];
  const onCpu = (index: number) => forms[index]?.backends.includes('cpu');
  for (const speedClass of sharedKv) {
    const gpu = forms.map((_, index) => index).filter((index) => !onCpu(index));
    constants.push({
      get: (f) => at(gpu[0] ?? 0)(f).kvFactor[speedClass],
      set: (f, value) => {
        for (const index of gpu) at(index)(f).kvFactor[speedClass] = value;
      },
      prior: 1.3,
      spread: 0.4,
    });
  }
  for (const [index, form] of forms.entries()) {
    const row = at(index);
    const fitted = form.basis === 'formula' && !onCpu(index);
    const [prior, spread] = fitted ? [0.8, 0.08] : [classPriors[form.id] ?? 0.5, 0.3];
    constants.push({
      get: (f) => row(f).efficiency,
      set: (f, value) => {
        row(f).efficiency = value;
      },
      prior,
      spread,
    });
    if (!fitted) continue;
    constants.push({
      get: (f) => row(f).layerSeconds,
      set: (f, value) => {
        row(f).layerSeconds = value;
      },
      prior: 50e-6,
      spread: 0.5,
    });
    constants.push({
      get: (f) => row(f).layerFactor.moe,
      set: (f, value) => {
        row(f).layerFactor.moe = value;
      },
      prior: 2.2,
      spread: 0.25,
    });
    constants.push({
      get: (f) => row(f).layerFactor.small,
      set: (f, value) => {
        row(f).layerFactor.small = value;
      },
      prior: 1.6,
      spread: 0.2,
    });
  }
  for (const [index, row] of drafting.entries()) {
    const prior = /cpu|metal|vulkan/.test(row.backends.join()) ? 0.95 : row.variants.includes('31b') ? 2 : 1.45;
    constants.push({
      get: (f) => f.drafting[index]?.expected ?? 1,
      set: (f, value) => {
        const draft = f.drafting[index];
        if (draft) draft.expected = value;
      },
      prior,
      spread: 0.25,
    });
  }
  return constants;
}

function weightsOf(points: readonly SpeedPoint[]): number[] {
  const key = ({ machine, question: { shape, devices } }: SpeedPoint) =>
    `${machine} ${devices[0]?.backend} ${shape.variant} ${shape.quantization}`;
  const counts = new Map<string, number>();
  for (const point of points) counts.set(key(point), (counts.get(key(point)) ?? 0) + 1);
  return points.map((point) => 1 / Math.sqrt(counts.get(key(point)) ?? 1));
}

function gaussNewton(
  points: readonly SpeedPoint[],
  weights: readonly number[],
  forms: SpeedForms,
  constants: readonly Constant[],
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

/** Logarithm of told over measured; 0 where nothing is told. */
function errorOf({ question, tokensPerSecond }: SpeedPoint, forms: SpeedForms): number {
  const band = predictByFormula(question, forms);
  return band === null ? 0 : Math.log(band.expectedTokensPerSecond / tokensPerSecond);
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
