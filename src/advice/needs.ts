import type { Build, DeviceSpec } from '../data/schema.ts';
import { variantOf } from '../data/tables.ts';
import type { Modality } from '../data/vocabulary.ts';
import type { AcceleratorKind, Machine } from '../machine/types.ts';
import { shapeOfBuild } from '../model/memory/build-shape.ts';
import type { VariantId } from '../model/types.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import { buildsNamed, sensibleBuilds } from './builds.ts';
import { candidateFor, type WeighedCandidate, weighCandidate } from './candidate.ts';
import type { AdviceFinding } from './findings.ts';
import { answersRequest, plannedContext, purposeOf, tooOldFor } from './needs-asked.ts';
import { sumParts } from './parts.ts';
import { staysOnDevices } from './placement/max-context.ts';
import { headroomOf, rank } from './recommendation/rank.ts';
import { requireSensible } from './request.ts';
import { rulesOf, targetOf } from './server.ts';
import type { Candidate, CheckRequest, SettledWorkload, Speed, Workload } from './types.ts';
import { profileOf } from './use-case.ts';
import { exceedsTrainedContext, workloadFor } from './workload.ts';

/** A device of the table in one memory size, with the computer around it. */
export interface Hardware {
  device: DeviceSpec;
  /** Size on the box, bytes. */
  memoryBytes: number;
  machine: Machine;
}

/** What a build asks for, whatever the device. */
export interface NeedsBuild {
  build: string;
  tag: string;
  quantization: string;
  input: Modality[];
  /** On the device with every layer there; bytes. */
  deviceBytes: number;
  hostBytes: number;
  /** What one device must have free for it, with the margin that Ollama keeps. */
  freeBytes: number;
  /** The same with the margin for text alone. */
  textFreeBytes: number;
}

/** A device that runs the model fully on it, with the best build that fits. */
export interface NeedsRow {
  id: string;
  name: string;
  vendor: DeviceSpec['vendor'];
  kind: AcceleratorKind;
  class: DeviceSpec['class'];
  memoryBytes: number;
  build: string;
  tag: string;
  quantization: string;
  workload: SettledWorkload;
  headroomBytes: number;
  ceilingTokens: number | null;
  speed: Speed | null;
}

export interface Needs {
  variant: VariantId;
  /** Over all sequences. */
  contextTokens: number;
  sequences: number;
  builds: NeedsBuild[];
  /** Least memory first. */
  rows: NeedsRow[];
  /** What no device can change: a context beyond training, an input the model does not take. */
  because: AdviceFinding[];
  /** Devices on which it does not fit fully, and those that Ollama would not use. */
  tooSmall: number;
  unusable: number;
}

/**
 * Which hardware runs a model fully on the device at the requested context (4096 by default), least memory first. Throws FitError
 * `bad-number` or `usage` for an impossible request.
 * @param build a build as typed (`q8_0`, `qat`); null: the best that each device holds
 */
export function needsOf(
  variant: VariantId,
  build: string | null,
  request: CheckRequest,
  hardware: readonly Hardware[],
): Needs {
  requireSensible(request);
  const workload = workloadFor(request, variant, plannedContext(request, variant));
  const decided = hardware.map((unit) => ({ unit, best: bestOn(unit, variant, build, request) }));
  const rows = decided.flatMap(({ unit, best }) => (best === null || best === 'unusable' ? [] : [rowOf(unit, best)]));
  const builds = needsBuilds(variant, build, request, hardware);
  const because =
    rows.length > 0
      ? []
      : [
          ...tooOldFor(triedOnLargest(hardware, variant, build, request), request),
          ...exceedsTrainedContext(workload),
          ...withoutInput(builds, request),
        ];
  return {
    variant,
    contextTokens: workload.contextTokensTotal,
    sequences: workload.sequences,
    builds,
    rows: rows.sort(bySize),
    because,
    tooSmall: because.length > 0 ? 0 : decided.filter(({ best }) => best === null).length,
    unusable: decided.filter(({ best }) => best === 'unusable').length,
  };
}

function triedOnLargest(
  hardware: readonly Hardware[],
  variant: VariantId,
  build: string | null,
  request: CheckRequest,
): Build[] {
  const target = largestOf(hardware, request, false) ?? largestOf(hardware, request, true);
  return target === null ? [] : tried(target, variant, build);
}

function withoutInput(builds: readonly NeedsBuild[], { useCase }: CheckRequest): AdviceFinding[] {
  const modality = useCase === null ? null : profileOf(useCase).modality;
  if (modality === null || builds.length === 0 || builds.some(({ input }) => input.includes(modality))) return [];
  return [{ code: 'missing-modality', modality }];
}

function bestOn(
  { machine }: Hardware,
  variant: VariantId,
  build: string | null,
  request: CheckRequest,
): Candidate | null | 'unusable' {
  const target = targetOf(machine, request);
  if (target.groups.length === 0) return 'unusable';
  const workload = workloadFor(request, variant, plannedContext(request, variant));
  const whole = tried(target, variant, build)
    .filter((row) => mayBeWhole(target, row, workload))
    .map((row) => weighCandidate(target, row, workload, purposeOf(request)))
    .filter(({ verdict }) => verdict === 'gpu');
  for (const equals of byPoints(whole, request)) {
    const answers = equals.map((one) => one.complete()).filter((one) => answersRequest(one, request));
    const [best] = rank(answers, request);
    if (best !== undefined) return best;
  }
  return null;
}

/** To divide a model between GPU and CPU is dear, and no such answer is wanted here. */
function mayBeWhole(target: SchedulerTarget, row: Build, workload: Workload): boolean {
  return row.runner === 'mlx' || staysOnDevices(target, shapeOfBuild(row), workload);
}

/**
 * Groups by points, best first, so that the later ones need not be completed. A minimum speed ranks before points: then it is one group.
 */
function byPoints(whole: readonly WeighedCandidate[], { minimumTokensPerSecond }: CheckRequest): WeighedCandidate[][] {
  const groups = new Map<number, WeighedCandidate[]>();
  for (const one of whole) {
    const points = minimumTokensPerSecond === null ? (one.value?.points ?? Number.NEGATIVE_INFINITY) : 0;
    groups.set(points, [...(groups.get(points) ?? []), one]);
  }
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}

function tried(target: SchedulerTarget, variant: VariantId, build: string | null) {
  return build === null ? sensibleBuilds(target, variant) : buildsNamed(target, variant, build);
}

function rowOf({ device, memoryBytes }: Hardware, best: Candidate): NeedsRow {
  const { id, name, vendor, kind } = device;
  const { build, tag, quantization, workload, ceilingTokens, speed } = best;
  const headroomBytes = headroomOf(best);
  const about = { id, name, vendor, kind, class: device.class, memoryBytes };
  return { ...about, build, tag, quantization, workload, headroomBytes, ceilingTokens, speed };
}

/** Bytes of the builds, placed on devices that hold any of them: MLX on the largest Mac, GGUF on the largest of the others. */
function needsBuilds(
  variant: VariantId,
  build: string | null,
  request: CheckRequest,
  hardware: readonly Hardware[],
): NeedsBuild[] {
  const smallestBatch = { ...request, microBatch: request.microBatch ?? 512 };
  const workload = workloadFor(smallestBatch, variant, plannedContext(request, variant));
  const mac = largestOf(hardware, request, true);
  const other = largestOf(hardware, request, false);
  const onMac = mac === null ? [] : tried(mac, variant, build).filter(({ runner }) => runner === 'mlx');
  const plain = build === null ? onMac.slice(0, 1) : onMac;
  return [
    ...(other === null ? [] : tried(other, variant, build).map((row) => ggufNeeds(other, row, workload))),
    ...(mac === null ? [] : plain.map((row) => mlxNeeds(mac, row, workload))),
  ].filter(({ deviceBytes }) => deviceBytes > 0);
}

function largestOf(hardware: readonly Hardware[], request: CheckRequest, mac: boolean): SchedulerTarget | null {
  const largest = [...hardware]
    .filter(({ machine }) => (machine.os.platform === 'darwin') === mac && targetOf(machine, request).groups.length > 0)
    .sort((a, b) => b.memoryBytes - a.memoryBytes || (a.device.id < b.device.id ? -1 : 1))[0];
  return largest === undefined ? null : targetOf(largest.machine, request);
}

function ggufNeeds(target: SchedulerTarget, row: Build, workload: Workload): NeedsBuild {
  const { need } = candidateFor(target, row, workload);
  const { projectorBytes, drafterBytes } = need.device;
  // The draft model is loaded after the fit, into the margin.
  const textBytes = sumParts(need.device) - projectorBytes - drafterBytes;
  const [margin] = rulesOf(target).margins(projectorBytes, projectorBytes > 0 ? 'device' : 'none', 1, {
    platform: target.platform,
    scratchBytes: variantOf(row.variant).projector.scratchBytes,
  });
  return {
    ...needOfBuild(row, need),
    freeBytes: textBytes + (margin?.marginBytes ?? 0),
    textFreeBytes: textBytes + (margin?.textMarginBytes ?? 0),
  };
}

/** The peak has to fit Metal's working set; nothing more is kept free. */
function mlxNeeds(target: SchedulerTarget, row: Build, workload: Workload): NeedsBuild {
  const { need } = candidateFor(target, row, workload);
  const peakBytes = sumParts(need.device);
  return { ...needOfBuild(row, need), freeBytes: peakBytes, textFreeBytes: peakBytes };
}

function needOfBuild({ id, tag, quantization, input }: Build, { device, host }: Candidate['need']) {
  return { build: id, tag, quantization, input, deviceBytes: sumParts(device), hostBytes: sumParts(host) };
}

function bySize(a: NeedsRow, b: NeedsRow): number {
  return a.memoryBytes - b.memoryBytes || kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || compareNames(a, b);
}

const kinds: AcceleratorKind[] = ['discrete', 'unified', 'integrated'];

function compareNames(a: NeedsRow, b: NeedsRow): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : Number(a.id > b.id);
}
