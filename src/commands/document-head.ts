import type { CheckContext } from '../advice/check.ts';
import { dataAgeDays } from '../data/age.ts';
import { dataVersion } from '../data/tables.ts';
import { tool } from '../version.ts';
import type { Io } from './io.ts';

/** What every JSON document of a command begins with. */
export function documentHead({ now }: Pick<Io, 'now'>) {
  return { schemaVersion: '1.0' as const, tool, data: { version: dataVersion, ageDays: dataAgeDays(now()) } };
}

/** Who answers, and how old its tables are. */
export function checkContext({ now }: Pick<Io, 'now'>): CheckContext {
  return { version: tool.version, dataAgeDays: dataAgeDays(now()) };
}
