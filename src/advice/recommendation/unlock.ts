import { adviceTable } from '../../data/advice.ts';
import { type VariantId, variantIds } from '../../data/ids.ts';
import type { Build } from '../../data/schema.ts';
import type { MachineFinding } from '../../machine/findings.ts';
import type { Accelerator, Machine } from '../../machine/types.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { sensibleBuilds } from '../builds.ts';
import { candidateAt } from '../candidate-at.ts';
import type { Finding, UnlockName } from '../findings.ts';
import { targetOf } from '../server.ts';
import type { Alternative, Candidate, CheckRequest, Value } from '../types.ts';
import { qualityPoints } from '../use-case.ts';
import { largestHolder, withDevice, withoutHolder, withRam } from '../what-if.ts';
import { timesAsFast } from './alternatives.ts';
import { rank, standingOf } from './rank.ts';

type Unlock = Finding<'unlock'>;

/** Something that could be changed, and the machine and request that would result. */
interface Change {
  change: UnlockName;
  detail: string | null;
  /** What has to be set or reached. */
  setting: string | null;
  target: () => SchedulerTarget | null;
  request: CheckRequest;
  /** The same model at a higher speed counts too. */
  sameModel: boolean;
}

const gibibyte = 2 ** 30;
/** Sizes in which RAM is bought. */
const moreRam = [8, 16, 32].map((size) => size * gibibyte);

/**
 * The cheapest change that makes a better model than the chosen one possible; null when none does. `better`: one that runs as the machine is,
 * which a change has to make noticeably faster.
 */
export function unlockOf(
  machine: Machine,
  target: SchedulerTarget,
  chosen: Candidate | null,
  request: CheckRequest,
  better: Alternative | null,
): Unlock | null {
  for (const change of changesOf(machine, target, request)) {
    const found = brought(change, chosen, better);
    if (found !== null) return found;
  }
  return null;
}

/** What a change makes possible, if that has a higher value than the chosen candidate. */
function brought(
  { change, detail, setting, target, request, sameModel }: Change,
  chosen: Candidate | null,
  runsNow: Alternative | null,
): Unlock | null {
  const least = chosen === null ? 0 : qualityPoints(chosen.variant, request.useCase);
  const better = variantIds.filter((variant) => {
    const quality = qualityPoints(variant, request.useCase);
    return quality > least || (sameModel && quality === least);
  });
  const changed = target();
  if (changed === null) return null;
  const candidates = better.flatMap((variant) => {
    // Any build of the same model may be the faster one; of a better model the smallest builds fit first.
    const builds = variant === chosen?.variant ? sensibleBuilds(changed, variant) : smallBuilds(changed, variant);
    return builds.map((build) => candidateAt(changed, build, request));
  });
  const [best] = rank(candidates, request);
  if (best?.value == null || best.speed === null || standingOf(best, request) !== 'good') return null;
  if (chosen?.value != null && best.value.points <= chosen.value.points) return null;
  if (best.variant === chosen?.variant && !isMuchFaster(best.value, chosen.value)) return null;
  if (best.variant === runsNow?.variant && timesAsFast(best, runsNow) < adviceTable.alternatives.placementFactor)
    return null;
  const { lowTokensPerSecond, highTokensPerSecond } = best.speed;
  const contextTokens = best.workload.contextTokensPerSequence;
  return {
    code: 'unlock',
    change,
    detail,
    setting,
    tag: best.tag,
    contextTokens,
    lowTokensPerSecond,
    highTokensPerSecond,
  };
}

/** The same model justifies a change only if it becomes noticeably faster, by the speeds used for ranking. */
function isMuchFaster(changed: Value, now: Value | null): boolean {
  const { placementFactor } = adviceTable.alternatives;
  return now === null || changed.tokensPerSecond >= placementFactor * now.tokensPerSecond;
}

/** The 4-bit builds, which need least: if they do not fit, no build does. */
function smallBuilds(target: SchedulerTarget, variant: VariantId): Build[] {
  const builds = sensibleBuilds(target, variant);
  const least = builds.filter(({ quantization, runner }) =>
    runner === 'mlx' ? quantization.startsWith('NVFP4') : quantization === 'QAT Q4_0',
  );
  return least.length > 0 ? least : builds;
}

/**
 * Cheapest first: what costs a word, a setting, a restart, and finally money. A smaller reserve (LLAMA_ARG_FIT_TARGET) is not among them:
 * without images the same reserve goes, and the vision encoder with it.
 */
function changesOf(machine: Machine, target: SchedulerTarget, request: CheckRequest): Change[] {
  const plain = { detail: null, setting: null, request, sameModel: false };
  const on = (changed: Machine | null) => () => changed && targetOf(changed, request);
  const holder = largestHolder(machine);
  const changes: Change[] = [];
  if (request.vision === null && target.groups.length > 0) {
    changes.push({ ...plain, change: 'text-only', target: () => target, request: { ...request, vision: false } });
  }
  if (holder !== null) {
    const target = on(withoutHolder(machine, holder));
    changes.push({ ...plain, change: 'close-process', detail: holder.name, target });
  }
  for (const device of machine.accelerators.filter(({ usable }) => usable === false)) {
    const change = device.reason && deviceChange(device.reason, device);
    if (change)
      changes.push({ ...plain, ...change, sameModel: hasKnownSpeed(device), target: on(withDevice(machine, device)) });
  }
  if (takesMoreRam(machine, target)) {
    for (const bytes of moreRam) {
      changes.push({ ...plain, change: 'more-ram', detail: String(bytes), target: on(withRam(machine, bytes)) });
    }
  }
  return changes;
}

/** A card is faster than RAM even with a guessed bandwidth; a chip that shares RAM may not be. */
function hasKnownSpeed({ kind, bandwidthBytesPerSecond }: Accelerator): boolean {
  return kind === 'discrete' || bandwidthBytesPerSecond !== null;
}

/** Computers with memory slots: not Macs, boards, other chips with RAM beside them, or those whose GPU shares the RAM. */
function takesMoreRam({ memory, os, accelerators }: Machine, { groups }: SchedulerTarget): boolean {
  const soldered =
    accelerators.some(({ kind }) => kind === 'unified') || groups.flat().some(({ integrated }) => integrated);
  return memory.availableBytes !== null && os.arch === 'x64' && !soldered;
}

/** What would make Ollama use the device; null: nothing would. */
function deviceChange(
  reason: MachineFinding,
  { name }: Accelerator,
): Pick<Change, 'change' | 'detail' | 'setting'> | null {
  const change = (kind: UnlockName, setting: string | null) => ({ change: kind, detail: name, setting });
  if (reason.code === 'integrated-dropped') return change('enable-device', `${reason.variable}=1`);
  if (reason.code === 'backend-disabled') return change('enable-device', `${reason.variable}=1`);
  if (reason.code === 'device-hidden') return change('unhide-device', reason.variable);
  if (reason.code === 'driver-too-old') return change('newer-driver', reason.required);
  if (reason.code === 'driver-missing') return change('newer-driver', null);
  if (reason.code === 'device-node-missing') return change('device-access', reason.path);
  return null;
}
