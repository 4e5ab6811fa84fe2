import { sensibleBuilds } from '../../src/advice/build-choice.ts';
import { candidateFor } from '../../src/advice/candidate.ts';
import { openRequest } from '../../src/advice/check.ts';
import { tierMemoryBytes } from '../../src/advice/default-context.ts';
import { siteOf } from '../../src/advice/site.ts';
import { wishFor } from '../../src/advice/wish.ts';
import { kvTypes, variantIds } from '../../src/model/types.ts';
import { gib, gpu, machine } from '../advice/machines.ts';

/** Times the candidates of five models x their builds x nine contexts x two cache types on three machines; prints milliseconds of processor time. */
const contexts = Array.from({ length: 9 }, (_, i) => 1024 * 2 ** i);
const machines = {
  '8 GiB': machine([gpu({ freeBytes: 7.5 * gib })]),
  '24 GiB': machine([gpu({ freeBytes: 23.5 * gib })]),
  '2 x 24 GiB': machine([gpu({ freeBytes: 23.5 * gib }), gpu({ id: 'nvidia:1', freeBytes: 23.5 * gib })]),
};

function once(name: keyof typeof machines): { count: number; milliseconds: number } {
  const site = siteOf(machines[name]);
  const tier = tierMemoryBytes(machines[name]);
  const start = process.cpuUsage();
  let count = 0;
  for (const variant of variantIds) {
    for (const build of sensibleBuilds(site, variant)) {
      for (const kvType of kvTypes.slice(0, 2)) {
        for (const contextTokens of contexts) {
          candidateFor(site, build, wishFor({ ...openRequest, kvType, contextTokens }, variant, tier));
          count += 1;
        }
      }
    }
  }
  const { user, system } = process.cpuUsage(start);
  return { count, milliseconds: (user + system) / 1000 };
}

for (const name of Object.keys(machines) as (keyof typeof machines)[]) {
  const first = once(name);
  const rest = Array.from({ length: 5 }, () => once(name).milliseconds).sort((a, b) => a - b);
  console.log(
    `${name}: ${first.count} candidates, first ${first.milliseconds.toFixed(0)} ms, then ${rest[2]?.toFixed(0)} ms`,
  );
}
