import { sensibleBuilds } from '../../src/advice/builds.ts';
import { candidateFor } from '../../src/advice/candidate.ts';
import { openRequest } from '../../src/advice/check.ts';
import { workloadFor } from '../../src/advice/workload.ts';
import type { Machine } from '../../src/machine/types.ts';
import { kvTypes, variantIds } from '../../src/model/types.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, machine } from '../advice/machines.ts';

export const benchMachines = {
  '8 GiB': machine([gpu({ freeBytes: 7.5 * gib })]),
  '24 GiB': machine([gpu({ freeBytes: 23.5 * gib })]),
  '2 x 24 GiB': machine([gpu({ freeBytes: 23.5 * gib }), gpu({ id: 'nvidia:1', freeBytes: 23.5 * gib })]),
};

const contexts = Array.from({ length: 9 }, (_, i) => 1024 * 2 ** i);

/** Candidates of five models x their builds x nine contexts x two cache types, and the processor time they took, ms. */
export function gridTime(of: Machine): { count: number; milliseconds: number } {
  const target = toSchedulerTarget(of);
  const start = process.cpuUsage();
  let count = 0;
  for (const variant of variantIds) {
    for (const build of sensibleBuilds(target, variant)) {
      for (const kvType of kvTypes.slice(0, 2)) {
        for (const contextTokens of contexts) {
          candidateFor(target, build, workloadFor({ ...openRequest, kvType }, variant, contextTokens));
          count += 1;
        }
      }
    }
  }
  const { user, system } = process.cpuUsage(start);
  return { count, milliseconds: (user + system) / 1000 };
}
