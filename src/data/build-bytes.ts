import { runtimeDefaults } from './runtimes.ts';
import type { Build, WeightRow } from './schema.ts';
import { variantOf, weightsOf } from './variants.ts';

/** Bytes of a build's files by role; null where nothing is published to compute it from. */
export interface BuildBytes {
  /** Text model's file, without an inline projector. */
  textBytes: number | null;
  projectorBytes: number;
  drafterBytes: number;
  downloadBytes: number | null;
}

/** Draft models of MLX builds whose size is not published are taken as large as the GGUF ones of 12b and 26b. */
const typicalMlxDrafterBytes = 465_000_000;

/** Bytes by role of the text model when it is a stock quantization, with the build's own per-layer table; null otherwise. */
export function stockWeights(build: Build): WeightRow | null {
  if (build.text.kind !== 'stock') return null;
  const row = weightsOf(build.variant, build.text.quantization);
  if (row === null || build.text.perLayerEmbedding !== 'bf16') return row;
  const perLayerEmbedding = perLayerTableBytes(build);
  return { ...row, perLayerEmbedding, tensorBytes: row.tensorBytes - row.perLayerEmbedding + perLayerEmbedding };
}

/** What a build's files take, by role: text = tensors + metadata, projector, drafter, and the whole download. */
export function buildBytes(build: Build): BuildBytes {
  const variant = variantOf(build.variant);
  const projectorBytes = build.projector === 'none' ? 0 : variant.projector.fileBytes;
  const drafterBytes = drafterFileBytes(build, variant.drafter.fileBytes);
  const textBytes = textFileBytes(build, projectorBytes);
  return {
    textBytes,
    projectorBytes,
    drafterBytes,
    downloadBytes: downloadBytes(build, textBytes, projectorBytes + drafterBytes),
  };
}

function drafterFileBytes({ drafter, runner }: Build, ggufBytes: number): number {
  if (drafter === null) return 0;
  return drafter.fileBytes ?? (runner === 'mlx' ? typicalMlxDrafterBytes : ggufBytes);
}

function textFileBytes(build: Build, projectorBytes: number): number | null {
  if (build.text.kind === 'remote') return null;
  if (build.text.fileBytes !== null) return build.text.fileBytes - (build.projector === 'inline' ? projectorBytes : 0);
  const weights = stockWeights(build);
  return weights === null ? null : weights.tensorBytes + variantOf(build.variant).ggufMetadataBytes;
}

/** Exact bytes of a registry, else the sum of the parts where every part was read, else the site's rounded figure. */
function downloadBytes(build: Build, textBytes: number | null, besidesBytes: number): number | null {
  const { bytes, gigabytes } = build.published;
  if (bytes !== null) return bytes;
  const rounded = gigabytes === null ? null : Math.round(gigabytes * 1e9);
  if (textBytes === null || (build.inferred !== null && rounded !== null)) return rounded;
  return textBytes + besidesBytes + (build.origin === 'library' ? runtimeDefaults.smallLayersBytes : 0);
}

function perLayerTableBytes(build: Build): number {
  const { vocabulary, layers, perLayerEmbedding } = variantOf(build.variant).architecture;
  return vocabulary * layers * perLayerEmbedding * 2;
}
