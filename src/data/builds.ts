import buildRows from '../../data/builds.json' with { type: 'json' };
import type { VariantId } from './ids.ts';
import type { Build } from './schema.ts';
import { compareVersions } from './versions.ts';

/** Everything a person can pull, library tags first. */
export const builds = buildRows as readonly unknown[] as readonly Build[];

/** Who pulls a tag: since Ollama 0.40 a tag may be another build on Apple Silicon. */
export interface Puller {
  appleSilicon: boolean;
  /** null: not known, taken as the newest. */
  ollamaVersion: string | null;
}

const elsewhere: Puller = { appleSilicon: false, ollamaVersion: null };
const byId = new Map(builds.map((build) => [build.id, build]));
const byName = indexByName();

/** Builds of one model, in table order. */
export function buildsOf(variant: VariantId): readonly Build[] {
  return builds.filter((build) => build.variant === variant);
}

/** Build by its id in data/builds.json; null when there is none. */
export function buildById(id: string): Build | null {
  return byId.get(id) ?? null;
}

/**
 * The build that a name fetches: `gemma4:26b`, `26b`, `gemma4`, `e4b-it-qat`, `hf.co/owner/repo:Q4_K_M`, in any case.
 * On Apple Silicon with Ollama 0.40 or newer a plain tag is the MLX build. null when the table does not know the name.
 */
export function buildByTag(name: string, puller: Puller = elsewhere): Build | null {
  const found = byName.get(canonicalName(name)) ?? [];
  const usable = found.filter((build) => build.platforms === null || puller.appleSilicon);
  const gguf = usable.find((build) => build.format !== 'safetensors');
  const mlx = usable.find((build) => build.format === 'safetensors');
  if (mlx === undefined) return gguf ?? found[0] ?? null;
  return gguf === undefined || mlxFirst(puller.ollamaVersion, mlx) ? mlx : gguf;
}

/**
 * Which build lies on a disk, by the manifest digest (`ollama list` shows its first twelve digits) or, failing that, by the exact size in
 * bytes. Tags move, so the name is not enough. null when neither is known.
 */
export function recogniseBuild(installed: { digest: string | null; sizeBytes: number | null }): Build | null {
  const digest =
    installed.digest
      ?.toLowerCase()
      .replace(/^sha256:/, '')
      .slice(0, 12) ?? '';
  const byDigest = digest.length === 12 && builds.find((build) => build.digests.manifests.includes(digest));
  if (byDigest) return byDigest;
  return (
    builds.find((build) => build.published.bytes !== null && build.published.bytes === installed.sizeBytes) ?? null
  );
}

/** The canonical spelling of a model's name. */
export function canonicalName(name: string): string {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '');
  const hub = plain.replace(/^huggingface\.co\//, 'hf.co/');
  if (hub.startsWith('hf.co/')) return hub;
  const short = plain.replace(/^registry\.ollama\.ai\//, '').replace(/^library\//, '');
  if (short === 'gemma4') return 'gemma4:latest';
  return short.startsWith('gemma4:') ? short : `gemma4:${short}`;
}

function mlxFirst(version: string | null, mlx: Build): boolean {
  return version === null || compareVersions(version, mlx.minimumOllama) >= 0;
}

function indexByName(): Map<string, Build[]> {
  const index = new Map<string, Build[]>();
  for (const build of builds) {
    for (const name of new Set([build.tag, build.id, ...build.aliases].map(canonicalName))) {
      index.set(name, [...(index.get(name) ?? []), build]);
    }
  }
  return index;
}
