import file from '../../data/engines.json' with { type: 'json' };
import { memoize } from '../memoize.ts';
import type { EngineFile, OllamaPin } from './engine-schema.ts';
import type { Engine, KvType } from './ids.ts';
import { compareVersions, isKnownVersion } from './versions.ts';

const { generations, drafterLogits, kvCopies, fusions, pins } = file as unknown as EngineFile;

/** Which llama.cpp an Ollama brings, and the generation of it that memory is computed by. */
export interface EngineChoice {
  engine: Engine;
  /** Build of llama.cpp that is pinned; the newest known one for an Ollama newer than the table. */
  llamaCpp: string;
  /** false: this Ollama is newer than any whose llama.cpp is known, so a newer one may be in it. */
  known: boolean;
}

/** The generation of a llama.cpp build ("b10864"): the newest one that began by then. Throws when the table lacks it. */
export function engineOfBuild(build: string): Engine {
  const number = buildNumber(build);
  const found = generations.filter(({ fromBuild }) => buildNumber(fromBuild) <= number).at(-1);
  if (found === undefined) throw new Error(`data/engines.json has no generation for ${build}`);
  return found.engine;
}

export type DrafterLogits = EngineFile['drafterLogits'][number]['logits'];

/** Whether a draft model of that build reserves logits for each token of a micro-batch, or for the last one of a sequence. */
export function drafterLogitsOfBuild(build: string): DrafterLogits {
  const number = buildNumber(build);
  return drafterLogits.filter(({ fromBuild }) => buildNumber(fromBuild) <= number).at(-1)?.logits ?? 'all';
}

export type Fusion = EngineFile['fusions'][number]['fusion'];

/** Whether a backend of that build computes a step over the experts at once. */
export function fusesOnBuild(fusion: Fusion, backend: string, build: string): boolean {
  return fusions.some((row) => row.fusion === fusion && holdsOn(row, backend, build));
}

/** Whether flash attention of a backend of that build reserves f16 copies of such a cache. */
export function copiesKvOnBuild(kvType: KvType, backend: string, build: string): boolean {
  return kvCopies.some((row) => row.kvTypes.includes(kvType) && holdsOn(row, backend, build));
}

function holdsOn(
  { backends, fromBuild }: EngineFile['kvCopies'][number] | EngineFile['fusions'][number],
  backend: string,
  build: string,
): boolean {
  return backends.some((known) => known === backend) && buildNumber(fromBuild) <= buildNumber(build);
}

/** The last build of a generation; of the newest one, the first that is known. */
export function lastBuildOf(engine: Engine): string {
  const at = generations.findIndex((row) => row.engine === engine);
  const next = generations[at + 1];
  return next === undefined ? newestEngine.llamaCpp : `b${buildNumber(next.fromBuild) - 1}`;
}

/** The llama.cpp of an Ollama version: that of the newest row up to it. A version that cannot be ordered is the newest known. */
export const engineOfOllama = memoize((version: string | null): EngineChoice => chooseEngine(version));

function chooseEngine(version: string | null): EngineChoice {
  const [newest] = pins.slice(-1) as [OllamaPin];
  const upTo = isKnownVersion(version) ? pins.filter(({ ollama }) => compareVersions(ollama, version) <= 0) : pins;
  const pin = upTo.at(-1) ?? (pins[0] as OllamaPin);
  const known = !isKnownVersion(version) || compareVersions(version, newest.knownTo ?? newest.ollama) <= 0;
  return { engine: engineOfBuild(pin.llamaCpp), llamaCpp: pin.llamaCpp, known };
}

/** The newest llama.cpp whose memory is known: what a llama-server of one's own is taken for. */
export const newestEngine: EngineChoice = chooseNewest();

function chooseNewest(): EngineChoice {
  const [newest] = generations.slice(-1) as [EngineFile['generations'][number]];
  return { engine: newest.engine, llamaCpp: newest.fromBuild, known: true };
}

/** The default generation: that of the newest known Ollama. */
export const defaultEngine: Engine = engineOfOllama(null).engine;
export const enginesDate = file.date;

function buildNumber(build: string): number {
  return Number(build.replace(/^b/, ''));
}
