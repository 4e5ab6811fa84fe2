import type { SpeedForms } from '../../src/data/speed-schema.ts';
import { predictByFormula } from '../../src/model/speed/speed.ts';
import { type FittedConstant, fitConstants, likesCountedOnce } from './least-squares.ts';
import type { SpeedPoint } from './speed-points.ts';

type Constant = FittedConstant<SpeedForms>;

/**
 * The constants of data/speed-forms.json that fit the points best: least squares of the logarithms with outliers damped (soft L1), each
 * machine's likes counted once, and every constant held to a prior that knows no machine, so that a class with few machines stays sober.
 */
export function fitSpeedForms(points: readonly SpeedPoint[], start: SpeedForms, rounds = 12): SpeedForms {
  return fitConstants(points, structuredClone(start), constantsOf(start), {
    weights: likesCountedOnce(
      points,
      ({ machine, question: { shape, devices } }) =>
        `${machine} ${devices[0]?.backend} ${shape.variant} ${shape.quantization}`,
    ),
    errorOf,
    rounds,
  });
}

/** What one would expect of a class from what it lacks: dot products, matrix units, power, channels that one socket alone reaches. */
const classPriors: Record<string, number> = {
  'no-dp4a': 0.22,
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
      prior: 500e-6,
      spread: 0.7,
    },
    {
      get: (f) => f.laptop.expected,
      set: (f, value) => {
        f.laptop.expected = value;
      },
      prior: 0.9,
      spread: 0.15,
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
  constants.push({
    get: (f) => f.drafting.acceptance.expected,
    set: (f, value) => {
      f.drafting.acceptance.expected = Math.min(0.95, value);
    },
    prior: 0.68,
    spread: 0.1,
  });
  for (const [index, { columnShare, stepSeconds }] of drafting.costs.entries()) {
    constants.push({
      get: (f) => f.drafting.costs[index]?.columnShare ?? 1,
      set: (f, value) => {
        const cost = f.drafting.costs[index];
        if (cost) cost.columnShare = value;
      },
      prior: columnShare,
      spread: 0.4,
    });
    constants.push({
      get: (f) => f.drafting.costs[index]?.stepSeconds ?? 1,
      set: (f, value) => {
        const cost = f.drafting.costs[index];
        if (cost) cost.stepSeconds = value;
      },
      prior: stepSeconds,
      spread: 0.3,
    });
  }
  return constants;
}

/** Logarithm of told over measured; 0 where nothing is told. */
function errorOf({ question, tokensPerSecond }: SpeedPoint, forms: SpeedForms): number {
  const band = predictByFormula(question, forms);
  return band === null ? 0 : Math.log(band.expectedTokensPerSecond / tokensPerSecond);
}
