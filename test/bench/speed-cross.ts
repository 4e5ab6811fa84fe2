import { speedForms } from '../../src/data/speeds.ts';
import { predictByFormula } from '../../src/model/speed/speed.ts';
import { fitSpeedForms } from './speed-fit.ts';
import type { SpeedPoint } from './speed-points.ts';
import { type SpeedScore, scoresOf } from './speed-table.ts';

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
