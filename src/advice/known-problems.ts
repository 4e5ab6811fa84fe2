import { canonicalName } from '../data/builds.ts';
import type { Problem } from '../data/runtime-schema.ts';
import type { Build } from '../data/schema.ts';
import { problemsFor, type RunFacts, runtimes } from '../data/tables.ts';
import type { Modality } from '../data/vocabulary.ts';
import { memoize } from '../memoize.ts';
import { type Quantization, quantizations } from '../model/types.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { Finding } from './findings.ts';
import type { PlacementResult } from './placement/types.ts';
import { isOllama } from './server.ts';
import type { Placement, Workload } from './types.ts';

/** Known problems that this run would meet, from data/runtimes.json; each row of it is a warning. */
export function problemsOf(
  target: SchedulerTarget,
  build: Build,
  placed: PlacementResult,
  workload: Workload,
): Finding<'known-problem'>[] {
  return problemsOn(target)(build)(placed, workload);
}

/** Memoized: every context asks about the same few runs. */
const problemsOn = memoize((target: SchedulerTarget) =>
  memoize((build: Build) =>
    memoize(
      (placed: PlacementResult, workload: Workload) =>
        findingsFor(isOllama(target) ? target.ollamaVersion : null, factsOf(target, build, placed, workload)),
      ({ placement: { mode, devices }, preflight }, { kvType, vision, contextTokensTotal }) => {
        const where = devices.map(({ accelerator, projectorBytes }) => `${accelerator} ${projectorBytes > 0}`);
        return [mode, preflight?.flashAttention, kvType, vision, contextBand(contextTokensTotal), ...where].join(' ');
      },
    ),
  ),
);

/** Machines of one kind meet the same problems. */
const findingsFor = memoize(
  (version: string | null, facts: RunFacts) => problemsFor(version, facts).map(problemFinding),
  (version, facts) =>
    `${version} ${JSON.stringify({ ...facts, contextTokens: contextBand(facts.contextTokens ?? 0) })}`,
);

/** Problems of running a tag as it is, with the context that the server sets by itself. */
export function plainRunProblems(target: SchedulerTarget, deviceBytes: number): Finding<'known-problem'>[] {
  const devices = target.groups[0]?.length ?? 0;
  const facts = { defaultContext: true, devices, deviceBytes };
  const rows = problemsFor(target.ollamaVersion, facts).filter(({ when }) => when.defaultContext === true);
  return rows.map(problemFinding);
}

function problemFinding({ id, severity, text, remedy }: Problem): Finding<'known-problem'> {
  return { code: 'known-problem', id, severity, text, remedy };
}

/** Contexts between two thresholds of the table meet the same problems. */
function contextBand(contextTokens: number): number {
  return runtimes.problems.reduce(
    (above, { when }) => above + Number(contextTokens > (when.contextAbove ?? Infinity)),
    0,
  );
}

function factsOf(
  target: SchedulerTarget,
  build: Build,
  { placement, preflight }: PlacementResult,
  workload: Workload,
): RunFacts {
  const [first] = target.groups
    .flat()
    .filter(({ id }) => placement.devices.some(({ accelerator }) => accelerator === id));
  const quantization = quantizationOf(build);
  const inputs = projectorOnDevice(placement) ? inputsOf(build, workload) : [];
  const installedOn = installedOnOf(target, build);
  return {
    runtime: target.runtime,
    variant: build.variant,
    kvType: workload.kvType,
    devices: placement.devices.length,
    contextTokens: workload.contextTokensTotal,
    drafter: build.drafter !== null,
    flashAttention: preflight?.flashAttention ?? true,
    ...(target.platform === 'other' ? {} : { platform: target.platform }),
    ...(first === undefined ? {} : { backend: first.backend }),
    ...(first?.driverVersion == null ? {} : { driverVersion: first.driverVersion }),
    ...(first?.architecture == null ? {} : { architecture: first.architecture }),
    ...(placement.mode === 'none' ? {} : { mode: placement.mode }),
    ...(build.format === 'remote' ? {} : { format: build.format }),
    ...(quantization === undefined ? {} : { quantization }),
    inputs,
    ...(build.generation === null ? {} : { generation: build.generation }),
    ...(installedOn === null ? {} : { installedOn }),
  };
}

/** The quantization as the table of problems names it. */
function quantizationOf({ text }: Build): Quantization | undefined {
  if (text.kind === 'mlx') return text.layout === 'bf16' ? 'BF16' : undefined;
  return quantizations.find((name) => text.kind === 'stock' && text.quantization === name);
}

/** When the build was put on the server's disk; null where it is not there, or the server does not say. */
function installedOnOf({ installed }: SchedulerTarget, { tag, aliases }: Build): string | null {
  const names = [tag, ...aliases].map(canonicalName);
  return installed.find(({ name }) => names.includes(canonicalName(name)))?.modifiedAt ?? null;
}

function projectorOnDevice({ devices }: Placement): boolean {
  return devices.some(({ projectorBytes }) => projectorBytes > 0);
}

/** The inputs besides text that the projector is loaded for. */
function inputsOf({ projector, input }: Build, { vision }: Workload): Modality[] {
  return vision === false || projector === 'none' ? [] : input.filter((kind) => kind !== 'text');
}
