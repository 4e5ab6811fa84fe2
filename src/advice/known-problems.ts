import type { Modality } from '../data/ids.ts';
import type { Problem } from '../data/runtime-schema.ts';
import type { Build } from '../data/schema.ts';
import { problemsFor, type RunFacts, runtimes } from '../data/tables.ts';
import { type Quantization, quantizations } from '../model/types.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { Finding } from './findings.ts';
import type { PlacementResult } from './placement/types.ts';
import type { Placement, Workload } from './types.ts';

const found = new Map<string, Finding<'known-problem'>[]>();
const mostKept = 1024;

/** Known problems that this run would meet, from data/runtimes.json; each row of it is a warning. */
export function problemsOf(
  target: SchedulerTarget,
  build: Build,
  placed: PlacementResult,
  workload: Workload,
): Finding<'known-problem'>[] {
  const facts = factsOf(target, build, placed, workload);
  const key = `${target.ollamaVersion} ${JSON.stringify({ ...facts, contextTokens: contextBand(facts.contextTokens ?? 0) })}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  if (found.size >= mostKept) found.clear();
  const made = problemsFor(target.ollamaVersion, facts).map(problemFinding);
  found.set(key, made);
  return made;
}

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
  return runtimes.problems.filter(({ when }) => when.contextAbove !== undefined && contextTokens > when.contextAbove)
    .length;
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
  const input = projectorOnDevice(placement) ? inputOf(build, workload) : undefined;
  return {
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
    ...(input === undefined ? {} : { input }),
  };
}

/** As the table of problems names it. */
function quantizationOf({ text }: Build): Quantization | undefined {
  if (text.kind === 'mlx') return text.layout === 'bf16' ? 'BF16' : undefined;
  return quantizations.find((name) => text.kind === 'stock' && text.quantization === name);
}

function projectorOnDevice({ devices }: Placement): boolean {
  return devices.some(({ projectorBytes }) => projectorBytes > 0);
}

/** The input besides text that the projector is loaded for. */
function inputOf(build: Build, workload: Workload): Modality | undefined {
  return workload.vision === false || build.projector === 'none'
    ? undefined
    : build.input.find((kind) => kind !== 'text');
}
