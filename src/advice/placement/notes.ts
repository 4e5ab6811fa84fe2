import type { BuildShape } from '../../model/memory/build-shape.ts';
import { type Device, lacksFlashAttention } from '../../server-rules/devices.ts';
import { marginsFor, textMarginBytes } from '../../server-rules/margin.ts';
import type { Site } from '../../server-rules/target.ts';
import type { AdviceFinding } from '../findings.ts';
import { neededBytes } from '../parts.ts';
import type { Wish } from '../workload.ts';
import { kvLoss } from './kv-loss.ts';
import type { Placed } from './types.ts';

interface Noted {
  site: Site;
  built: BuildShape;
  placed: Placed;
  wish: Wish;
  devices: Device[];
}

type Note = (noted: Noted) => AdviceFinding[];

/** What is worth knowing about a placement besides the verdict, in a fixed order. */
export function placementNotes(site: Site, built: BuildShape, placed: Placed, wish: Wish): AdviceFinding[] {
  const ids = placed.placement.devices.map(({ accelerator }) => accelerator);
  const devices = site.groups.flat().filter(({ id }) => ids.includes(id));
  const noted = { site, built, placed, wish, devices };
  return [...notes.flatMap((note) => note(noted)), ...placed.findings];
}

const projectorNote: Note = ({ site, built, placed, wish }) => {
  const [first] = placed.placement.devices;
  if (first === undefined || built.build.runner === 'mlx' || built.projectorBytes === 0) return [];
  if (wish.vision === false) return [{ code: 'text-only', marginBytes: first.marginBytes }];
  const { projectorBytes } = built;
  if (placed.findings.some(({ code }) => code === 'pinned-layers')) return marginNote(projectorBytes, site);
  if (first.projectorBytes === 0) return [{ code: 'projector-in-ram', projectorBytes, freeBytes: first.freeBytes }];
  return marginNote(projectorBytes, site);
};

function marginNote(projectorBytes: number, { platform }: Site): AdviceFinding[] {
  const [first] = marginsFor(projectorBytes, 'device', 1, { platform });
  return [{ code: 'projector-margin', marginBytes: first?.marginBytes ?? 0, textMarginBytes, projectorBytes }];
}

const batchNote: Note = ({ placed, wish }) => {
  const automatic = placed.preflight?.microBatch ?? placed.microBatch;
  if (wish.microBatch !== null || placed.microBatch >= automatic) return [];
  return [{ code: 'micro-batch-lowered', from: automatic, to: placed.microBatch }];
};

const seatingNote: Note = ({ placed: { how }, devices }) => {
  if (how === 'main-gpu') return [{ code: 'needs-main-gpu', device: devices[0]?.name ?? '' }];
  return how === 'spread' ? [{ code: 'needs-spread', devices: devices.length }] : [];
};

const leftOutNote: Note = ({ site, devices }) => {
  const usedBackend = devices[0]?.backend;
  if (usedBackend === undefined) return [];
  const others = site.groups.flat().filter(({ backend }) => backend !== usedBackend);
  return others.map(({ name, backend }) => ({ code: 'device-left-out', device: name, backend, usedBackend }));
};

/** Only where the guess is a tenth off, which is where it decides wrongly. */
const preflightNote: Note = ({ placed }) => {
  const predictedBytes = placed.preflight?.predictedBytes;
  const needBytes = neededBytes(placed);
  if (predictedBytes === undefined || needBytes === 0 || Math.abs(predictedBytes - needBytes) < needBytes / 10)
    return [];
  return [{ code: 'preflight-differs', predictedBytes, needBytes }];
};

const mmapNote: Note = ({ placed }) => {
  const why = placed.preflight?.mmapOff ?? null;
  return why === null || why === 'cpu' ? [] : [{ code: 'mmap-off', why }];
};

const attentionNote: Note = ({ devices }) =>
  devices.filter(lacksFlashAttention).map(({ name }) => ({ code: 'flash-attention-off', device: name }));

const cacheNote: Note = ({ built, wish: { kvType } }) =>
  kvType === 'f16' ? [] : [{ code: 'kv-quantized', kvType, meanKld: kvLoss(built.build.variant, kvType) }];

const clampNote: Note = ({ wish: { askedTokens, contextTokens } }) =>
  contextTokens < askedTokens ? [{ code: 'context-clamped', askedTokens, contextTokens }] : [];

const notes: readonly Note[] = [
  clampNote,
  projectorNote,
  batchNote,
  seatingNote,
  leftOutNote,
  attentionNote,
  cacheNote,
  preflightNote,
  mmapNote,
];
