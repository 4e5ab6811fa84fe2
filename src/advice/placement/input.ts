import { type BuildShape, drafterInMemoryBytes } from '../../model/memory/build-shape.ts';
import type { ModelShape } from '../../model/memory/shape.ts';
import type { Load } from '../../model/types.ts';
import type { Extras } from '../../server-rules/device-sets.ts';
import type { Site } from '../../server-rules/target.ts';
import type { Wish } from '../workload.ts';

/** A build that llama.cpp runs, with all that its placement depends on. */
export interface GgufCase {
  site: Site;
  built: BuildShape;
  shape: ModelShape;
  extras: Extras;
  /** Images or audio were asked for, so the projector belongs on a device. */
  imagesWanted: boolean;
}

/** Puts together a case; null for a build that is no GGUF of known bytes. */
export function ggufCase(site: Site, built: BuildShape, wish: Pick<Wish, 'vision'>): GgufCase | null {
  if (built.shape === null || built.build.runner !== 'llamacpp') return null;
  const extras: Extras = {
    projectorBytes: wish.vision === false ? 0 : built.projectorBytes,
    drafterBytes: drafterInMemoryBytes(built, site.ollamaVersion),
    oneDeviceOnly: built.build.variant === 'e2b' || built.build.variant === 'e4b',
  };
  return { site, built, shape: built.shape, extras, imagesWanted: wish.vision === true };
}

/**
 * The load that llama.cpp sees; a micro-batch is never larger than the context. A quantized cache without flash attention does
 * not load at all (data/runtimes.json says so to the candidate); its bytes are those with flash attention.
 */
export function loadOf(wish: Wish, microBatch: number, flashAttention: boolean): Load {
  const { contextTokens, sequences, kvType } = wish;
  return {
    contextTokens,
    sequences,
    kvType,
    microBatch: Math.min(microBatch, contextTokens),
    flashAttention: flashAttention || kvType !== 'f16',
  };
}
