import type { Candidate, NeedParts } from '../../advice/types.ts';
import { kvBytesPerElement } from '../../data/ids.ts';
import type { Variant } from '../../data/schema.ts';
import { buildById, mlxFilesOf, variantOf } from '../../data/tables.ts';
import { FitError } from '../../errors.ts';
import { shapeOfBuild } from '../../model/memory/build-shape.ts';
import { kvBytesOfBlock } from '../../model/memory/kv-cache.ts';
import { isFullAttention } from '../../model/memory/shape.ts';
import { estimateMlxMemory } from '../../model/mlx/memory.ts';
import { sameName } from '../api/names.ts';
import type { TagModel } from '../api/types.ts';
import { answerTokens, probeTokens } from '../verify/probe-prompt.ts';
import type { Prediction } from '../verify/types.ts';
import type { PlannedBuild, PlannedFit } from './checks.ts';
import { neededSettings, type ServerSetting, type WantedSettings } from './server-settings.ts';
import { leavesEncoderOut } from './text-only.ts';

/** What a tag sets for every run of it. */
export interface TagSettings {
  /** num_ctx: of one sequence. */
  contextTokensPerSequence: number;
  /** Fixed so that the size of the compute buffer is known; null: Ollama's rule. */
  microBatch: number | null;
  /** num_gpu: layers on the device; absent: llama.cpp's own fit decides. */
  gpuLayers?: number;
  /** main_gpu: the one device of several alike; absent: Ollama chooses. */
  mainGpu?: number;
  sampling: Variant['sampling'] | null;
  /** Made of the weights alone, so that Ollama loads no vision encoder. */
  textOnly?: boolean;
}

/** What to pull and how it is to run. Made from a candidate, or by hand in tests. */
export interface PullPlan extends TagSettings {
  build: PlannedBuild;
  fit: PlannedFit | null;
  prediction: Prediction | null;
  settings: ServerSetting[];
}

/** What the server's settings depend on in addition to the candidate. */
export type PullPlanRequest = Partial<Omit<WantedSettings, 'kvType' | 'sequences'>> & {
  /** `--text-only`: the tag shall have no vision encoder. */
  textOnly?: boolean;
  /** All devices are of one kind, so that number 0 is one of them in any order. */
  devicesAlike?: boolean;
};

/** The choice that a candidate of check stands for. Throws FitError `unknown-variant` for a build that the table lacks. */
export function planFor(candidate: Candidate, request: PullPlanRequest = {}): PullPlan {
  const { workload, placement, variant, verdict, refusal } = candidate;
  const build = buildById(candidate.build);
  if (!build) throw new FitError('unknown-variant', `There is no build "${candidate.build}".`, 'See: gemma-fit list');
  const freeBytes = placement.devices.reduce((sum, d) => sum + d.freeBytes, 0);
  const { gpuLayers, totalLayers } = placement;
  const textOnly = request.textOnly === true && leavesEncoderOut(build);
  const onOne = request.devicesAlike === true && candidate.reasons.some(({ code }) => code === 'needs-main-gpu');
  const pinned = candidate.reasons.some(({ code }) => code === 'pinned-layers');
  return {
    build: {
      tag: candidate.tag,
      minimumOllama: build.minimumOllama,
      platforms: build.platforms,
      downloadBytes: candidate.downloadBytes,
      oldFormat: build.format === 'gguf' && build.projector === 'inline',
      mlx: build.runner === 'mlx',
      ...(textOnly && { copyBytes: shapeOfBuild(build).fileBytes ?? 0 }),
    },
    fit: {
      // A refusal for the server or the platform says nothing about memory; those have findings of their own.
      verdict: refusal === 'server' || refusal === 'platform' ? 'unknown' : verdict,
      ...blockerOf(candidate),
      needBytes: sum(candidate.need.device) || null,
      freeBytes: freeBytes || null,
      gpuLayers,
      totalLayers,
    },
    contextTokensPerSequence: workload.contextTokensPerSequence,
    microBatch: build.runner === 'mlx' ? null : workload.microBatch,
    ...(pinned && { gpuLayers: placement.gpuLayers }),
    ...(onOne && { mainGpu: 0 }),
    sampling: variantOf(variant).sampling,
    ...(textOnly && { textOnly }),
    prediction: predictionOf(candidate),
    settings: neededSettings({
      kvGainBytes: kvGainBytes(candidate),
      fitTargetMiB: null,
      fitTargetGainBytes: null,
      hostMemoryTight: false,
      ...request,
      kvType: workload.kvType,
      sequences: workload.sequences,
    }),
  };
}

/** The known problem for which a candidate is refused that would fit. */
function blockerOf({ refusal, reasons }: Candidate): Pick<PlannedFit, 'blocker'> {
  if (refusal !== 'problem') return {};
  const found = reasons.find((reason) => reason.code === 'known-problem' && reason.severity === 'blocker');
  return found?.code === 'known-problem' ? { blocker: { text: found.text, remedy: found.remedy } } : {};
}

/** What verify shall find when a candidate runs as predicted. null when nothing was predicted for it. */
export function predictionOf(candidate: Candidate): Prediction | null {
  const { placement, workload, need, verdict, speed } = candidate;
  if (verdict === 'unknown' || verdict === 'no') return null;
  const build = buildById(candidate.build);
  const zero: NeedParts = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 };
  const device = placement.devices.length > 0 ? placement.devices.reduce<NeedParts>(add, zero) : need.device;
  return {
    contextTokensPerSequence: workload.contextTokensPerSequence,
    mode: placement.mode,
    device,
    host: placement.host,
    gpuLayers: placement.gpuLayers,
    totalLayers: placement.totalLayers,
    speed,
    vision: workload.vision && device.projectorBytes > 0,
    fullKvBytes: fullKvBytes(candidate),
    textBytes: (build && shapeOfBuild(build).shape?.weights.tensorBytes) ?? null,
    ...mlxRest(candidate),
    digest: null,
  };
}

/** Load as placed, what the probe's prompt and answer leave in cache and snapshots, and what they take at most. */
function mlxRest({ build: id, need }: Candidate): Pick<Prediction, 'restBytes' | 'peakBytes'> {
  const build = buildById(id);
  const files = build && mlxFilesOf(build);
  if (!build || !files) return {};
  const { loadBytes, restBytes, peakBytes } = estimateMlxMemory({
    ...files,
    drafter: build.drafter !== null,
    promptTokens: probeTokens,
    generatedTokens: answerTokens,
    chipClass: 'max-ultra',
  });
  const { weightsBytes, drafterBytes } = need.device;
  const placedBytes = weightsBytes + drafterBytes - loadBytes;
  return { restBytes: placedBytes + restBytes, peakBytes: placedBytes + peakBytes };
}

/**
 * KV cache of the full-attention layers that lie on devices (the last ones, and the head), bytes; null for an MLX build.
 * Of a model that the table lacks the variant tells the architecture.
 */
function fullKvBytes({ build: id, variant, workload, placement }: Candidate): number | null {
  if (buildById(id)?.runner === 'mlx') return null;
  const { architecture } = variantOf(variant);
  const first = architecture.layers - Math.max(placement.gpuLayers - 1, 0);
  const load = { ...workload, flashAttention: true };
  return Array.from({ length: architecture.layers }, (_, block) => block)
    .filter((block) => block >= first && isFullAttention(architecture, block))
    .reduce((total, block) => total + kvBytesOfBlock(architecture, block, load), 0);
}

/** What a quantized KV cache saves against f16, bytes. */
function kvGainBytes({ workload, placement }: Candidate): number | null {
  const growth = kvBytesPerElement.f16 / kvBytesPerElement[workload.kvType] - 1;
  const kvBytes = placement.devices.reduce((total, d) => total + d.kvCacheBytes, placement.host.kvCacheBytes);
  return growth === 0 ? null : Math.round(kvBytes * growth);
}

const sum = (parts: NeedParts) =>
  parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes + parts.projectorBytes + parts.drafterBytes;

function add(a: NeedParts, b: NeedParts): NeedParts {
  return {
    weightsBytes: a.weightsBytes + b.weightsBytes,
    kvCacheBytes: a.kvCacheBytes + b.kvCacheBytes,
    computeBytes: a.computeBytes + b.computeBytes,
    projectorBytes: a.projectorBytes + b.projectorBytes,
    drafterBytes: a.drafterBytes + b.drafterBytes,
  };
}

/** A text-only tag that is there has its copy of the weights already. */
export function withoutCopy(choice: PullPlan, tags: readonly TagModel[], tagName: string): PullPlan {
  if (!tags.some(({ name }) => sameName(name, tagName))) return choice;
  const { copyBytes: _, ...build } = choice.build;
  return { ...choice, build };
}
