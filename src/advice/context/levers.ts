import type { Runtime } from '../../data/ids.ts';
import { buildById, variantOf } from '../../data/tables.ts';
import type { Accelerator, Machine } from '../../machine/types.ts';
import { type BuildShape, shapeOfBuild } from '../../model/memory/build-shape.ts';
import { imageFitTargetBytes } from '../../server-rules/margin.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { allSensibleBuilds } from '../builds.ts';
import { type AdviceFinding, type Finding, type LeverName, leverNames } from '../findings.ts';
import { kvLoss } from '../placement/kv-loss.ts';
import { ceilingTokens } from '../placement/max-context.ts';
import { lossRank } from '../recommendation/rank.ts';
import { targetOf } from '../server.ts';
import type { Candidate, Workload } from '../types.ts';
import { largestHolder, withoutHolder } from '../what-if.ts';

type Pull = { ceilingTokens: number | null; detail: string | null };
/** Those that the server of the answer has. */
const leversOf: Record<Runtime, readonly LeverName[]> = {
  ollama: leverNames,
  'llama.cpp': leverNames.filter((name) => name !== 'fit-target'),
};
type Lever = (target: SchedulerTarget, built: BuildShape, workload: Workload, machine: Machine) => Pull;

/** The ceiling with each lever applied; null where it does not apply. */
const levers: Record<LeverName, Lever> = {
  'kv-q8_0': (target, built, workload) => {
    const loss = kvLoss(built.build.variant, 'q8_0');
    const applies = workload.kvType === 'f16' && built.build.runner === 'llamacpp';
    const detail = loss === null ? null : String(loss);
    return { ceilingTokens: applies ? ceilingTokens(target, built, { ...workload, kvType: 'q8_0' }) : null, detail };
  },
  'text-only': (target, built, workload) => {
    const { runner, projector } = built.build;
    const applies = workload.vision === null && runner === 'llamacpp' && projector === 'separate';
    const ceiling = applies ? ceilingTokens(target, built, { ...workload, vision: false }) : null;
    return { ceilingTokens: ceiling, detail: built.fileBytes === null ? null : String(built.fileBytes) };
  },
  'fit-target': (target, built, workload) => {
    const isOpen = workload.vision !== false && target.fitTargetBytes === undefined;
    const applies = isOpen && built.build.runner === 'llamacpp' && built.projectorBytes > 0;
    const fitTargetBytes = imageFitTargetBytes(variantOf(built.build.variant).projector.largeImageBytes);
    const detail = String(fitTargetBytes / 2 ** 20);
    return { ceilingTokens: applies ? ceilingTokens(target, built, workload, { fitTargetBytes }) : null, detail };
  },
  'smaller-build': (target, built, workload) => {
    const other = smallerBuild(target, built);
    return other === null
      ? { ceilingTokens: null, detail: null }
      : { ceilingTokens: ceilingTokens(target, other, workload), detail: other.build.tag };
  },
  'close-process': (target, built, workload, machine) => {
    const holder = largestHolder(machine);
    if (holder === null) return { ceilingTokens: null, detail: null };
    const freed = targetOf(withoutHolder(machine, holder), target);
    return { ceilingTokens: ceilingTokens(freed, built, workload), detail: holder.name };
  },
  'wired-limit': (target, built, workload, machine) => {
    const raised = withWiredLimit(machine);
    if (raised === null) return { ceilingTokens: null, detail: null };
    const roomier = targetOf(raised.machine, target);
    return { ceilingTokens: ceilingTokens(roomier, built, workload), detail: String(raised.limitMib) };
  },
};

/** Share of RAM that may be wired for the GPU without starving macOS, and the least that macOS keeps. */
const wiredShare = 7 / 8;
const systemBytes = 3 * 2 ** 30;

/** A Mac with iogpu.wired_limit_mb raised as far as is sensible; null where that is no more than today's limit, and on other computers. */
function withWiredLimit(machine: Machine): { machine: Machine; limitMib: number } | null {
  const ramBytes = machine.memory.totalBytes;
  const gpu = machine.accelerators.find(({ backend, usable }) => backend === 'metal' && usable === true);
  if (machine.os.platform !== 'darwin' || gpu === undefined || ramBytes === null) return null;
  const limitMib = Math.floor(Math.min(ramBytes * wiredShare, ramBytes - systemBytes) / 2 ** 20);
  const gainedBytes = limitMib * 2 ** 20 - (gpu.memory.totalBytes ?? Number.POSITIVE_INFINITY);
  if (gainedBytes <= 0) return null;
  const raised = machine.accelerators.map((one) => (one === gpu ? withMemory(one, gainedBytes) : one));
  return { machine: { ...machine, accelerators: raised }, limitMib };
}

function withMemory(accelerator: Accelerator, gainedBytes: number): Accelerator {
  const { totalBytes, freeBytes } = accelerator.memory;
  const more = (bytes: number | null) => (bytes === null ? null : bytes + gainedBytes);
  return { ...accelerator, memory: { totalBytes: more(totalBytes), freeBytes: more(freeBytes) } };
}

/** What would raise a candidate's ceiling, largest gain first; only what does raise it. */
export function leversFor(
  machine: Machine,
  target: SchedulerTarget,
  candidate: Candidate,
  workload: Workload,
): Finding<'lever'>[] {
  const build = buildById(candidate.build);
  if (build === null) return [];
  const built = shapeOfBuild(build);
  const found = leversOf[target.runtime].map((lever) => ({
    lever,
    ...levers[lever](target, built, workload, machine),
  }));
  const raising = found.filter(
    ({ ceilingTokens: tokens }) => tokens !== null && tokens > (candidate.ceilingTokens ?? 0),
  );
  return raising
    .map(({ lever, ceilingTokens: tokens, detail }) => ({
      code: 'lever' as const,
      lever,
      ceilingTokens: tokens ?? 0,
      detail,
    }))
    .sort((a, b) => b.ceilingTokens - a.ceilingTokens || (a.lever < b.lever ? -1 : 1));
}

/** The ceiling with Ollama's margin, and with the margin for text only. */
export function ceilingFinding(
  target: SchedulerTarget,
  candidate: Candidate,
  workload: Workload,
  trainedTokens: number,
): AdviceFinding {
  const build = buildById(candidate.build);
  const text = build === null ? null : ceilingTokens(target, shapeOfBuild(build), { ...workload, vision: false });
  return { code: 'ceiling', ceilingTokens: candidate.ceilingTokens, textCeilingTokens: text, trainedTokens };
}

/** Of the smaller builds of the same model, the one that loses least quality. */
function smallerBuild(target: SchedulerTarget, built: BuildShape): BuildShape | null {
  const size = weightOf(built);
  const smaller = allSensibleBuilds(target)
    .filter(({ variant, runner }) => variant === built.build.variant && runner === built.build.runner)
    .map(shapeOfBuild)
    .filter((other) => weightOf(other) < size);
  const better = smaller.sort(
    (a, b) => lossRank(a.build.quantization) - lossRank(b.build.quantization) || weightOf(a) - weightOf(b),
  );
  return better[0] ?? null;
}

function weightOf({ fileBytes, downloadBytes }: BuildShape): number {
  return downloadBytes ?? fileBytes ?? Number.POSITIVE_INFINITY;
}
