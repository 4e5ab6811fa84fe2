import { cpuRepackBytes } from '../../data/cpu-repack.ts';
import type { CpuFeature } from '../../data/ids.ts';
import { variantOf } from '../../data/tables.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { lacksFlashAttention, type UsableDevice } from '../../server-rules/devices.ts';
import { textMarginBytes } from '../../server-rules/margin.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { AdviceFinding } from '../findings.ts';
import { neededBytes, sumParts } from '../parts.ts';
import { rulesOf } from '../server.ts';
import type { Workload } from '../types.ts';
import { kvLoss } from './kv-loss.ts';
import { draftLengthNote, slowHostNote } from './speed-notes.ts';
import type { PlacementResult } from './types.ts';

interface Noted {
  target: SchedulerTarget;
  built: BuildShape;
  placed: PlacementResult;
  workload: Workload;
  devices: UsableDevice[];
}

type Note = (noted: Noted) => AdviceFinding[];

/** Notes about a placement, in a fixed order. */
export function placementNotes(
  target: SchedulerTarget,
  built: BuildShape,
  placed: PlacementResult,
  workload: Workload,
): AdviceFinding[] {
  const ids = placed.placement.devices.map(({ accelerator }) => accelerator);
  const devices = target.groups.flat().filter(({ id }) => ids.includes(id));
  const noted = { target, built, placed, workload, devices };
  return [...notes.flatMap((note) => note(noted)), ...placed.findings];
}

const projectorNote: Note = ({ target, built, placed, workload }) => {
  const [first] = placed.placement.devices;
  if (first === undefined || built.build.runner === 'mlx' || built.projectorBytes === 0) return [];
  if (workload.vision === false && built.build.projector === 'inline') {
    return [{ code: 'encoder-inside', tag: built.build.tag }];
  }
  if (workload.vision === false) return [{ code: 'text-only', marginBytes: first.marginBytes }];
  const { projectorBytes } = built;
  if (placed.findings.some(({ code }) => code === 'pinned-layers')) return marginNote(built, target);
  if (first.projectorBytes === 0) return [{ code: 'projector-in-ram', projectorBytes, freeBytes: first.freeBytes }];
  return marginNote(built, target);
};

function marginNote({ build, projectorBytes }: BuildShape, target: SchedulerTarget): AdviceFinding[] {
  const { platform } = target;
  const { scratchBytes } = variantOf(build.variant).projector;
  const [first] = rulesOf(target).margins(projectorBytes, 'device', 1, { platform, scratchBytes });
  return [{ code: 'projector-margin', marginBytes: first?.marginBytes ?? 0, textMarginBytes, projectorBytes }];
}

/** The vision encoder is warmed up with an image of 256 tokens; up to 1,120 are accepted, and its buffer grows with them. */
const photoNote: Note = ({ built, placed, workload }) => {
  const { largeImageBytes } = variantOf(built.build.variant).projector;
  const [first] = placed.placement.devices;
  if (workload.vision !== true || largeImageBytes === null || first === undefined || first.projectorBytes === 0)
    return [];
  return [{ code: 'large-image', imageBytes: largeImageBytes, remainingBytes: first.remainingBytes }];
};

/** Where the CPU repacks weights, both copies are resident until the mapped file is evicted. */
const cpuPeakNote: Note = ({ built, placed, target }) => {
  const { shape } = built;
  if (placed.placement.mode !== 'cpu' || placed.placement.devices.length > 0 || shape?.quantization == null) return [];
  const copyBytes = cpuRepackBytes(shape.variant, shape.quantization);
  if (copyBytes === 0 || !target.host.features.some((feature) => repackingFeatures.includes(feature))) return [];
  // The tied embedding is mapped once, though it is counted for both of its uses.
  const peakBytes = sumParts(placed.placement.host) + copyBytes - shape.weights.tokenEmbedding;
  return [{ code: 'cpu-peak', peakBytes, copyBytes }];
};
/** Instruction sets for which llama.cpp has weights in another order (ggml-cpu/repack.cpp). */
const repackingFeatures: readonly CpuFeature[] = ['avx2', 'avx512f', 'dotprod', 'i8mm'];

const engineNote: Note = ({ built, target: { ollamaVersion, engine } }) => {
  const { known, llamaCpp } = engine;
  if (known || built.build.runner === 'mlx') return [];
  return [{ code: 'engine-assumed', ollamaVersion, llamaCpp }];
};

const draftNote: Note = ({ target, built, placed, workload }) => draftLengthNote(target, built, placed, workload);
const hostNote: Note = ({ target, devices }) => slowHostNote(target, devices);

const batchNote: Note = ({ placed, workload }) => {
  const automatic = placed.preflight?.microBatch ?? placed.microBatch;
  if (workload.microBatch !== null || placed.microBatch >= automatic) return [];
  return [{ code: 'micro-batch-lowered', from: automatic, to: placed.microBatch }];
};

const deviceSetNote: Note = ({ placed: { how }, devices }) => {
  if (how === 'main-gpu') return [{ code: 'needs-main-gpu', device: devices[0]?.name ?? '' }];
  return how === 'spread' ? [{ code: 'needs-spread', devices: devices.length }] : [];
};

const leftOutNote: Note = ({ target, devices }) => {
  const usedBackend = devices[0]?.backend;
  if (usedBackend === undefined) return [];
  const others = target.groups.flat().filter(({ backend }) => backend !== usedBackend);
  return others.map(({ name, backend }) => ({ code: 'device-left-out', device: name, backend, usedBackend }));
};

/** Only where the guess is off by a tenth or more. */
const preflightNote: Note = ({ placed }) => {
  const predictedBytes = placed.preflight?.predictedBytes ?? null;
  const needBytes = neededBytes(placed);
  if (predictedBytes === null || needBytes === 0 || Math.abs(predictedBytes - needBytes) < needBytes / 10) return [];
  return [{ code: 'preflight-differs', predictedBytes, needBytes }];
};

const mmapNote: Note = ({ placed }) => {
  const why = placed.preflight?.mmapOff ?? null;
  return why === null || why === 'cpu' ? [] : [{ code: 'mmap-off', why }];
};

const attentionNote: Note = ({ devices }) =>
  devices.filter(lacksFlashAttention).map(({ name }) => ({ code: 'flash-attention-off', device: name }));

const cacheNote: Note = ({ built, workload: { kvType } }) =>
  kvType === 'f16' || built.mlx !== null
    ? []
    : [{ code: 'kv-quantized', kvType, meanKld: kvLoss(built.build.variant, kvType) }];

const clampNote: Note = ({ workload: { askedTokensTotal: askedTokens, contextTokensTotal: contextTokens } }) =>
  contextTokens < askedTokens ? [{ code: 'context-clamped', askedTokens, contextTokens }] : [];

const notes: readonly Note[] = [
  clampNote,
  projectorNote,
  photoNote,
  batchNote,
  deviceSetNote,
  leftOutNote,
  attentionNote,
  cacheNote,
  preflightNote,
  mmapNote,
  cpuPeakNote,
  draftNote,
  hostNote,
  engineNote,
];
