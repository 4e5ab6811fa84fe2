import { deviceSpecs } from '../data/tables.ts';
import { GiB } from '../data/units.ts';
import { acceleratorsOfSpec } from '../machine/hypothetical/accelerators.ts';
import { emptyMachine } from '../machine/hypothetical/index.ts';
import { systemReserveBytes } from '../machine/system-reserve.ts';
import type { VariantId } from '../model/types.ts';
import { buildsNamed, sensibleBuilds } from './builds.ts';
import { candidateFor } from './candidate.ts';
import { type Hardware, type Needs, type NeedsRow, needsOf } from './needs.ts';
import { answersRequest, plannedContext, purposeOf } from './needs-asked.ts';
import { rank } from './recommendation/rank.ts';
import { targetOf } from './server.ts';
import type { CheckRequest, Speed } from './types.ts';
import { workloadFor } from './workload.ts';

/** What else runs a model, for somebody who buys: two cards of one kind, or no GPU at all. */
export interface OtherNeeds {
  /** Two of a common card that alone is too small; memoryBytes is of one. Least memory first. */
  pairs: NeedsRow[];
  /** The smallest usual RAM in which the model runs on the CPU; null when none of them does. */
  ram: { ramBytes: number; tag: string; speed: Speed | null } | null;
}

/** Cards older than this are hard to buy in pairs. */
const oldestPairYear = 2017;
const usualRamGiB = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256];

/** Two cards, and RAM alone, beside `needs`. Throws as needsOf does. */
export function otherNeedsOf(needs: Needs, build: string | null, request: CheckRequest): OtherNeeds {
  const { variant } = needs;
  if (needs.because.length > 0) return { pairs: [], ram: null };
  const alone = new Set(needs.rows.map(({ id, memoryBytes }) => `${id} ${memoryBytes}`));
  const pairable = pairHardware().filter(({ device, memoryBytes }) => !alone.has(`${device.id} ${memoryBytes}`));
  const pairs = needsOf(variant, build, request, pairable).rows;
  return { pairs, ram: ramFor(variant, build, request) };
}

function pairHardware(): Hardware[] {
  const cards = deviceSpecs.filter(
    ({ class: kind, kind: memory, year, backend }) =>
      kind === 'desktop' && memory === 'discrete' && year >= oldestPairYear && backend !== 'none',
  );
  return cards.flatMap((device) =>
    device.memoryGiB.map((size) => {
      const empty = emptyMachine();
      const memoryBytes = size * GiB;
      const accelerators = acceleratorsOfSpec([{ count: 2, device, memoryBytes }], 'linux', null);
      return { device, memoryBytes, machine: { ...empty, accelerators } };
    }),
  );
}

function ramFor(variant: VariantId, build: string | null, request: CheckRequest): OtherNeeds['ram'] {
  for (const size of usualRamGiB) {
    const totalBytes = size * GiB;
    const empty = emptyMachine();
    const memory = { ...empty.memory, totalBytes, availableBytes: totalBytes - systemReserveBytes(totalBytes) };
    const target = targetOf({ ...empty, memory }, request);
    const builds = build === null ? sensibleBuilds(target, variant) : buildsNamed(target, variant, build);
    const workload = workloadFor(request, variant, plannedContext(request, variant));
    const running = builds
      .map((row) => candidateFor(target, row, workload, purposeOf(request)))
      .filter((one) => one.verdict === 'cpu' && answersRequest(one, request));
    const [best] = rank(running, request);
    if (best !== undefined) return { ramBytes: totalBytes, tag: best.tag, speed: best.speed };
  }
  return null;
}
