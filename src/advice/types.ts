import type { UseCase } from '../data/ids.ts';
import type { MachineFinding } from '../machine/findings.ts';
import type { Machine } from '../machine/types.ts';
import type { KvType, Parts, VariantId } from '../model/types.ts';
import type { AdviceFinding } from './findings.ts';

export { type UseCase, useCases } from '../data/ids.ts';

/** What the person asked for. null means: not asked, the tool chooses and says so. */
export interface CheckRequest {
  /** Total over all sequences. null: what Ollama would use on this machine. */
  contextTokensTotal: number | null;
  kvType: KvType;
  sequences: number;
  useCase: UseCase | null;
  minimumTokensPerSecond: number | null;
  requirements: Requirement[];
  /** Fixed micro-batch; null: Ollama's own rule. */
  microBatch: number | null;
  /** Whether images (or audio) are wanted, so that the projector lies on the device. null: as the build ships it. */
  vision: boolean | null;
  /** Server version to answer for; null: the one that answered, else the newest known. */
  ollamaVersion: string | null;
}

/** `26b@32k`, `26b:q8_0@64k`, `vision@16k`, `31b@32k>=20tps`. */
export interface Requirement {
  text: string;
  variant: VariantId | null;
  /** Build label or quantization as typed, lower case; null: any. */
  build: string | null;
  useCase: UseCase | null;
  /** Of one sequence. */
  contextTokensPerSequence: number | null;
  minimumTokensPerSecond: number | null;
}

export interface RequirementResult {
  requirement: Requirement;
  outcome: 'met' | 'failed' | 'unknown';
  /** Tag of the candidate that decided, null when none could be tried. */
  tag: string | null;
  reasons: AdviceFinding[];
}

/** A request as it stands for one model: what a candidate is worked out for. */
export interface Workload {
  /** Over all sequences, inside what the model and the server allow. */
  contextTokensTotal: number;
  /** What was asked for over all sequences, before it was kept inside that. */
  askedTokensTotal: number;
  kvType: KvType;
  sequences: number;
  /** null: Ollama's rule, lowered where that makes the model fit. */
  microBatch: number | null;
  /** false: no projector is loaded. null and true: the build's own projector is. */
  vision: boolean | null;
}

/** The workload of a candidate, with nothing left open. */
export interface SettledWorkload {
  contextTokensTotal: number;
  /** num_ctx: of each sequence. */
  contextTokensPerSequence: number;
  kvType: KvType;
  sequences: number;
  vision: boolean;
  microBatch: number;
}

/** Parts of a need, with what a build carries besides the text model. */
export interface NeedParts extends Parts {
  projectorBytes: number;
  drafterBytes: number;
}

export interface Need {
  device: NeedParts;
  host: NeedParts;
}

export type PlacementMode = 'full' | 'split' | 'cpu' | 'none';

export interface DevicePlacement extends NeedParts {
  /** Accelerator.id */
  accelerator: string;
  layers: number;
  freeBytes: number;
  marginBytes: number;
  /** free - everything placed here, before the margin is taken off. */
  remainingBytes: number;
}

export interface Placement {
  mode: PlacementMode;
  /** As llama.cpp counts: blocks + 1 for the head. */
  gpuLayers: number;
  totalLayers: number;
  /** 26b: layers on a device whose experts run on the CPU. */
  overflowingLayers: number;
  devices: DevicePlacement[];
  host: NeedParts;
}

/** gpu: all on devices. split: part on the CPU. cpu: no device used. no: does not fit. unknown: not measured enough. */
export type Verdict = 'gpu' | 'split' | 'cpu' | 'no' | 'unknown';

export interface Speed {
  lowTokensPerSecond: number;
  highTokensPerSecond: number;
  /** formula: two-term model; class: a special class's factor; measured: by others on this chip; proof: by verify on this machine. */
  basis: 'formula' | 'class' | 'measured' | 'proof';
}

export interface Candidate {
  variant: VariantId;
  /** Build id in data/builds.json, e.g. `26b-a4b-it-qat`. */
  build: string;
  /** What to give `ollama pull`: `gemma4:26b-a4b-it-qat`. */
  tag: string;
  quantization: string;
  downloadBytes: number | null;
  workload: SettledWorkload;
  need: Need;
  placement: Placement;
  /** Largest context that stays fully on the device; null when no context does. */
  ceilingTokens: number | null;
  speed: Speed | null;
  verdict: Verdict;
  reasons: AdviceFinding[];
}

export interface Recommendation extends Candidate {
  because: AdviceFinding[];
}

/** What happens without this tool: `ollama run TAG` with the server's defaults. */
export interface DefaultRun {
  contextTokens: number;
  microBatch: number;
  mode: PlacementMode;
}

/** The `--json` body. Integers in bytes, null for unknown, lower-case words. */
export interface CheckResult {
  schemaVersion: '1.0';
  tool: { name: 'gemma-fit'; version: string };
  data: { version: string; ageDays: number };
  machine: Machine;
  request: CheckRequest;
  candidates: Candidate[];
  recommendation: Recommendation | null;
  /** Other answers worth naming, by tag; null when the recommendation is already it. */
  alternatives: { fastest: string | null; longestContext: string | null };
  plainRun: DefaultRun | null;
  requirements: RequirementResult[];
  warnings: (AdviceFinding | MachineFinding)[];
}
