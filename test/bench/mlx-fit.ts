import type { MlxSpeedForm } from '../../src/data/mlx-schema.ts';
import { mlxSpeedBy } from '../../src/model/mlx/speed.ts';
import type { SpeedBand } from '../../src/model/speed/band.ts';
import { type FittedConstant, fitConstants, likesCountedOnce } from './least-squares.ts';
import type { MlxSpeedPoint } from './mlx-points.ts';

type Constant = FittedConstant<MlxSpeedForm>;

/**
 * The constants of data/mlx.json, speed, that fit the points best. The clocks, the drafting shares and the draft model's own step are not
 * fitted, and the start is what one would expect without data. What a generation's layers cost is told by the generation alone, so those of the newest are the measure of the others.
 */
export function fitMlxSpeed(points: readonly MlxSpeedPoint[], start: MlxSpeedForm, rounds = 60): MlxSpeedForm {
  const form = structuredClone(start);
  const constants = constantsOf(form);
  for (const constant of constants) constant.set(form, constant.prior);
  return fitConstants(points, form, constants, {
    weights: likesCountedOnce(
      points,
      ({ machine, question: { variant, layout, drafter } }) => `${machine} ${variant} ${layout} ${drafter}`,
    ),
    errorOf,
    rounds,
  });
}

/** Each machine by constants that were fitted without it. */
export function crossValidateMlx(points: readonly MlxSpeedPoint[], start: MlxSpeedForm): MlxScore[] {
  return [...new Set(points.map(({ machine }) => machine))].flatMap((machine) => {
    const form = fitMlxSpeed(
      points.filter((point) => point.machine !== machine),
      start,
    );
    return mlxScores(
      points.filter((point) => point.machine === machine),
      form,
    );
  });
}

/** A point and what was told for it. */
export interface MlxScore {
  point: MlxSpeedPoint;
  band: SpeedBand;
}

export function mlxScores(points: readonly MlxSpeedPoint[], form: MlxSpeedForm): MlxScore[] {
  return points.flatMap((point) => {
    const band = mlxSpeedBy(point.question, form);
    return band === null ? [] : [{ point, band }];
  });
}

/** Physical expectations: memory reaches most of its nominal rate, a core unpacks some ten weights a clock, older chips start kernels later. */
function constantsOf(form: MlxSpeedForm): Constant[] {
  const row = <T>(rows: readonly T[], index: number) => rows[index] as T;
  const constants: Constant[] = [
    {
      get: (f) => f.bandwidth.share,
      set: (f, value) => {
        f.bandwidth.share = value;
      },
      prior: 0.85,
      spread: 0.08,
    },
    {
      get: (f) => f.attention.readsPerQueryHead,
      set: (f, value) => {
        f.attention.readsPerQueryHead = value;
      },
      prior: 0.5,
      spread: 0.4,
    },
  ];
  form.arithmetic.forEach((_, index) => {
    constants.push({
      get: (f) => row(f.arithmetic, index).weightsPerCoreClock,
      set: (f, value) => {
        row(f.arithmetic, index).weightsPerCoreClock = value;
      },
      prior: 11,
      spread: 0.25,
    });
  });
  form.layers.forEach(({ speedClass }, index) => {
    constants.push({
      get: (f) => row(f.layers, index).seconds,
      set: (f, value) => {
        row(f.layers, index).seconds = value;
      },
      prior: { dense: 40e-6, moe: 100e-6, small: 70e-6 }[speedClass],
      spread: 0.4,
    });
  });
  form.layerFactors.forEach(({ ultra, generations }, index) => {
    if (!ultra && generations.includes(5)) return;
    constants.push({
      get: (f) => row(f.layerFactors, index).factor,
      set: (f, value) => {
        row(f.layerFactors, index).factor = value;
      },
      prior: ultra ? 3 : generations.includes(4) ? 1.4 : 1.8,
      spread: 0.3,
    });
  });
  form.drafter.forEach(({ variant }, index) => {
    constants.push({
      get: (f) => row(f.drafter, index).factor,
      set: (f, value) => {
        row(f.drafter, index).factor = value;
      },
      prior: variant === '26b' ? 1.4 : 2.2,
      spread: 0.3,
    });
  });
  return constants;
}

/** Logarithm of told over measured; 0 where nothing is told. */
function errorOf({ question, tokensPerSecond }: MlxSpeedPoint, form: MlxSpeedForm): number {
  const band = mlxSpeedBy(question, form);
  return band === null ? 0 : Math.log(band.expectedTokensPerSecond / tokensPerSecond);
}
