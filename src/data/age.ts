import { dataVersion } from './tables.ts';

const dayMs = 86_400_000;

/** Days since the newest row of the tables; 0 on a clock that runs behind. */
export function dataAgeDays(nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(dataVersion)) / dayMs));
}
