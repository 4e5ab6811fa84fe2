import qualityFile from '../../data/quality.json' with { type: 'json' };
import runtimesFile from '../../data/runtimes.json' with { type: 'json' };
import { memoize } from '../memoize.ts';
import type { Runtime } from './ids.ts';
import type { Condition, Defaults, Gate, Problem, Quality, Runtimes } from './runtime-schema.ts';
import { compareVersions, isAtLeast, isKnownVersion } from './versions.ts';
import type { BuildGeneration, GateFeature } from './vocabulary.ts';

/** Version gates, known problems, GPU stacks and the numbers of Ollama's own rules. */
export const runtimes = runtimesFile as unknown as Runtimes;
export const runtimeDefaults: Defaults = runtimes.defaults;
/** Download page of Ollama. */
export const ollamaDownloadUrl = 'https://ollama.com/download';
/** What to do about a server that is too old. */
export const updateOllama = `Update Ollama: ${ollamaDownloadUrl}`;
/** Loss of quantized caches and the quality order of builds. */
export const quality = qualityFile as unknown as Quality;

const gates = new Map(runtimes.gates.map((gate) => [gate.feature, gate]));

/** The version of Ollama that a feature came with. */
export function gateOf(feature: GateFeature): Gate {
  const gate = gates.get(feature);
  if (gate === undefined) throw new Error(`data/runtimes.json has no gate "${feature}".`);
  return gate;
}

/** Whether that version of Ollama has a feature. */
export function since(feature: GateFeature, version: string): boolean {
  return isAtLeast(version, gateOf(feature).ollama);
}

/** What is known about a run. Rows that need an absent fact do not match. */
export interface RunFacts {
  /** Default: Ollama. */
  runtime?: Runtime;
  variant?: NonNullable<Condition['variants']>[number];
  platform?: NonNullable<Condition['platforms']>[number];
  backend?: NonNullable<Condition['backends']>[number];
  architecture?: string;
  mode?: NonNullable<Condition['modes']>[number];
  kvType?: NonNullable<Condition['kvTypes']>[number];
  format?: NonNullable<Condition['formats']>[number];
  quantization?: NonNullable<Condition['quantizations']>[number];
  /** Every input besides text that the projector is loaded for. */
  inputs?: NonNullable<Condition['inputs']>;
  flashAttention?: boolean;
  devices?: number;
  deviceBytes?: number;
  defaultContext?: boolean;
  contextTokens?: number;
  drafter?: boolean;
  driverVersion?: string;
  generation?: BuildGeneration;
  /** ISO date or time at which the build on disk was last changed. */
  installedOn?: string;
}

/**
 * Known problems that a run would meet. version null (no server, or a development build): only rows that hold for every
 * version match. Order: as in data/runtimes.json, worst first.
 */
export function problemsFor(version: string | null, facts: RunFacts = {}): Problem[] {
  return problemsIn(version).filter(({ when }) => tests.every((test) => test(when, facts)));
}

/** Every candidate of an answer asks about one version. */
const problemsIn = memoize((version: string | null) =>
  runtimes.problems.filter(({ when }) => inVersions(version, when)),
);

const tests: readonly ((when: Condition, facts: RunFacts) => boolean)[] = [
  (when, facts) => among(when.runtimes, facts.runtime ?? 'ollama'),
  (when, facts) => among(when.variants, facts.variant),
  (when, facts) => among(when.platforms, facts.platform),
  (when, facts) => among(when.backends, facts.backend),
  (when, facts) => among(when.architectures, facts.architecture),
  (when, facts) => among(when.modes, facts.mode),
  (when, facts) => among(when.kvTypes, facts.kvType),
  (when, facts) => among(when.formats, facts.format),
  (when, facts) => among(when.quantizations, facts.quantization),
  (when, facts) => when.inputs === undefined || when.inputs.some((input) => facts.inputs?.includes(input)),
  (when, facts) => when.flashAttention === undefined || when.flashAttention === facts.flashAttention,
  (when, facts) => when.defaultContext === undefined || when.defaultContext === facts.defaultContext,
  (when, facts) => when.drafter === undefined || when.drafter === facts.drafter,
  (when, facts) => among(when.driverVersions, facts.driverVersion),
  (when, facts) => among(when.generations, facts.generation),
  (when, facts) => when.installedBefore === undefined || (facts.installedOn ?? '9') < when.installedBefore,
  (when, facts) => when.minimumDevices === undefined || (facts.devices ?? 0) >= when.minimumDevices,
  (when, facts) => when.deviceBytesBelow === undefined || (facts.deviceBytes ?? Infinity) < when.deviceBytesBelow,
  (when, facts) => when.contextAbove === undefined || (facts.contextTokens ?? 0) > when.contextAbove,
];

function among<T>(allowed: readonly T[] | undefined, value: T | undefined): boolean {
  return allowed === undefined || (value !== undefined && allowed.includes(value));
}

function inVersions(version: string | null, { ollama }: Condition): boolean {
  if (ollama === undefined) return true;
  if (!isKnownVersion(version)) return false;
  if (ollama.from !== null && compareVersions(version, ollama.from) < 0) return false;
  return ollama.before === null || compareVersions(version, ollama.before) < 0;
}
