import { speedForms } from '../../src/data/speeds.ts';
import { predictByFormula } from '../../src/model/speed/speed.ts';
import { fitSpeedForms } from './speed-fit.ts';
import type { SpeedPoint } from './speed-points.ts';
import { type SpeedScore, scoreOf, scoresOf } from './speed-table.ts';

/** Each machine by constants that were fitted without it, and without measured rows. */
export function crossValidate(points: readonly SpeedPoint[]): SpeedScore[] {
  const machines = [...new Set(points.map(({ machine }) => machine))];
  const all = fitSpeedForms(points, speedForms);
  return machines.flatMap((machine) => {
    const rest = points.filter((point) => point.machine !== machine);
    const forms = fitSpeedForms(rest, all, 6);
    const own = points.filter((point) => point.machine === machine);
    return scoresOf(own, (question) => predictByFormula(question, forms));
  });
}

/** Of a thousand halves of the machines, drawn at random, the share in which nine of ten points are met within `limit`. */
export function halvesWithin(scores: readonly SpeedScore[], limit: number): number {
  const machines = [...new Set(scores.map(({ point }) => point.machine))];
  const draws = 1000;
  let [within, state] = [0, 1];
  // A generator of its own, so that the figure can be repeated (MINSTD: Park and Miller 1988).
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let draw = 0; draw < draws; draw++) {
    const order = machines.map((machine) => ({ machine, key: random() })).sort((a, b) => a.key - b.key);
    const half = new Set(order.slice(0, machines.length / 2).map(({ machine }) => machine));
    const { p90 } = scoreOf(
      'half',
      scores.filter(({ point }) => half.has(point.machine)),
    );
    if (p90 <= limit) within++;
  }
  return within / draws;
}
