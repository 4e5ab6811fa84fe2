import type { Runtime, UseCase } from '../data/ids.ts';
import type { MachineFinding } from '../machine/findings.ts';
import type { Machine } from '../machine/types.ts';
import type { KvType, Parts, VariantId } from '../model/types.ts';
import type { AdviceFinding, Finding } from './findings.ts';
import type { FixedByTag } from './fixed-by-tag.ts';
import type { Launch } from './launch-options.ts';
import type { PromptSpeed, Speed } from './speeds.ts';
import type { PlacementMode, Refusal, RequirementOutcome, Verdict } from './vocabulary.ts';

export { type UseCase, useCases } from '../data/ids.ts';
export type { PromptSpeed, Speed } from './speeds.ts';
export type { PlacementMode, Refusal, Verdict } from './vocabulary.ts';

/** What the person asked for. null: open, the tool chooses and says so; what leftOpen names, the machine's Ollama service sets. */
export interface CheckRequest {
  /** Total over all sequences. null: what suits the use and the machine. max: the longest that keeps the placement. */
  contextTokensTotal: number | 'max' | null;
  kvType: KvType;
  sequences: number;
  leftOpen?: readonly ('kvType' | 'sequences')[];
  useCase: UseCase | null;
  minimumTokensPerSecond: number | null;
  requirements: Requirement[];
  /** null: Ollama's own rule. */
  microBatch: number | null;
  /** Whether images (or audio) are wanted, so that the projector is on the device. null: as the build ships it. */
  vision: boolean | null;
  /** Server version to answer for; null: the one that answered, else the newest known. */
  ollamaVersion: string | null;
  /** The kind of server to answer for; default: Ollama. */
  runtime?: Runtime;
  /** What an installed tag fixes of its placement, so that nothing is left to choose; absent: the tool chooses. */
  fixed?: FixedByTag;
  /** As many conversations at a time as stay fully on devices, whatever `sequences` says; default: no. */
  mostSequences?: boolean;
}

/** `26b@32k`, `26b:q8_0@64k`, `26b@32k:gpu`, `vision@16k`, `31b@32k>=20tps`. */
export interface Requirement {
  text: string;
  variant: VariantId | null;
  /** Build label or quantization as typed, lower case; null: any. */
  build: string | null;
  /** `:gpu`: it must be fully on devices. */
  onDevice: boolean;
  useCase: UseCase | null;
  /** Of one sequence. */
  contextTokensPerSequence: number | null;
  minimumTokensPerSecond: number | null;
}

/** How one requirement is met, by which candidate, and why. */
export interface RequirementResult {
  requirement: Requirement;
  outcome: RequirementOutcome;
  /** Tag of the candidate that decided, null when none could be tried. */
  tag: string | null;
  /** With which it was decided, of one sequence: where the requirement leaves it open, one that meets it. */
  contextTokensPerSequence: number | null;
  /** Why that one does not run, where it does not. */
  refusal: Refusal | null;
  reasons: AdviceFinding[];
}

/** A request resolved for one model. */
export interface Workload {
  /** Over all sequences, within the limits of the model and the server. */
  contextTokensTotal: number;
  /** What was requested over all sequences, before these limits. */
  askedTokensTotal: number;
  kvType: KvType;
  sequences: number;
  /** null: Ollama's rule, lowered where that makes the model fit. */
  microBatch: number | null;
  /** false: no projector is loaded. null and true: the build's own projector is. */
  vision: boolean | null;
  /** Layers on devices as the tag fixes them (null: as the server lays them); absent: the tool chooses. */
  fixedLayers?: number | null;
}

/** The workload of a candidate, fully decided. */
export interface SettledWorkload {
  contextTokensTotal: number;
  /** num_ctx: of each sequence. */
  contextTokensPerSequence: number;
  kvType: KvType;
  sequences: number;
  vision: boolean;
  microBatch: number;
}

/** Parts of a need, including projector and draft model. */
export interface NeedParts extends Parts {
  projectorBytes: number;
  drafterBytes: number;
}

/** What a build takes in all, wherever it is placed: on devices, and in RAM. */
export interface Need {
  device: NeedParts;
  host: NeedParts;
}

/** What lies on one device; bytes by part. */
export interface DevicePlacement extends NeedParts {
  /** Accelerator.id */
  accelerator: string;
  layers: number;
  freeBytes: number;
  marginBytes: number;
  /** free - everything placed here, before the margin is taken off. */
  remainingBytes: number;
}

/** Where the server puts a build: layers and bytes for each device and for RAM. */
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

/** What a candidate is worth for a use, in points: the sum of its parts (data/advice.json). */
export interface Value {
  points: number;
  /** Mean of the use's benchmarks, of 100. */
  quality: number;
  /** What quantization of the weights costs, 0 or less. */
  weightLoss: number;
  /** What a quantized KV cache costs, 0 or less. */
  cacheLoss: number;
  /** A little above 0 over the wanted speed, increasingly negative below it. */
  speed: number;
  /** What a shorter context than wanted costs, 0 or less. */
  context: number;
  /** What a fragile placement costs, 0 or less. */
  fragility: number;
  /** The speed that counts: with half of the context in use; cautious for splits and the CPU. */
  tokensPerSecond: number;
}

/** One build on the machine: what it needs, where it lies, how fast it is and whether it runs. */
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
  /** At the start of a conversation; null where it does not run. */
  speed: Speed | null;
  /** With the whole context in use. */
  speedAtFullContext: Speed | null;
  /** null: no such chip was measured. */
  promptSpeed: PromptSpeed | null;
  /** null where it does not run. */
  value: Value | null;
  verdict: Verdict;
  /** Whether it runs at a usable speed, with this context or a shorter one: what the requirement of its tag comes to. */
  runs: RequirementOutcome;
  /** The same fully on devices, as with `:gpu`. */
  fits: RequirementOutcome;
  /** Why not, where the verdict is no. */
  refusal: Refusal | null;
  /** Each of several conversations while all of them write, with short contexts; absent for one; null: no basis. */
  speedTogether?: Omit<Speed, 'basis'> | null;
  /** Where a llama-server is answered for; absent otherwise, and for what does not run. */
  launch?: Launch;
  reasons: AdviceFinding[];
}

/** An alternative, compared with the recommended one. */
export interface Alternative {
  variant: VariantId;
  build: string;
  tag: string;
  verdict: Verdict;
  contextTokensTotal: number;
  contextTokensPerSequence: number;
  speed: Speed | null;
  /** Its expected speed over that of the recommended one. */
  timesAsFast: number;
  /** Its quality for the use less that of the recommended one, points. */
  qualityDifference: number;
  launch?: Launch;
}

/** The candidate to take, with the reasons for it. */
export interface Recommendation extends Candidate {
  /** Where several were asked about: the most conversations at a time at this context that stay fully on devices; null: cannot be told. */
  mostSequences?: number | null;
  because: AdviceFinding[];
}

/** What happens without this tool: `ollama run TAG`, or `llama-server -hf`, with the server's defaults. */
export interface DefaultRun {
  contextTokens: number;
  microBatch: number;
  mode: PlacementMode;
  /** A llama-server's: requests at a time, which share the context. */
  slots?: number;
}

/** Answers that are better in one respect than the recommended one. */
export interface Alternatives {
  /** The best model that runs at a usable speed. */
  bestQuality: Alternative | null;
  /** The best of those that are at least twice as fast. */
  faster: Alternative | null;
  /** A step or more of context beyond the recommended one, on the device. */
  longerContext: Alternative | null;
}

/** The `--json` body. Integers in bytes, null for unknown, lower-case words. */
export interface CheckResult {
  schemaVersion: '1.0';
  tool: { name: 'gemma-fit'; version: string };
  data: { version: string; ageDays: number };
  machine: Machine;
  request: Omit<CheckRequest, 'leftOpen' | 'fixed'>;
  candidates: Candidate[];
  recommendation: Recommendation | null;
  /** Other answers worth naming; null where the recommendation is already it. */
  alternatives: Alternatives;
  /** The cheapest change that would bring a better model; null: there is none. */
  unlock: Finding<'unlock'> | null;
  plainRun: DefaultRun | null;
  requirements: RequirementResult[];
  warnings: (AdviceFinding | MachineFinding)[];
}
