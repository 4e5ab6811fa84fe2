import type { Build } from '../src/data/schema.ts';

export interface Places {
  registry: string;
  page: string | null;
}
export const places: Places;
export function compareWithRegistry(
  rows: readonly Build[],
  places: Places,
  today: string,
): Promise<{ notes: string[]; rows: Build[] }>;
export function printTable(rows: readonly Build[]): string;
