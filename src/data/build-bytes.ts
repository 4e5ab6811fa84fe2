import { mlx } from './mlx.ts';
import { type MlxFiles, mlxFileBytes } from './mlx-bytes.ts';
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

/** Bytes by role of the text model when it is a stock quantization, with the build's own per-layer table; null otherwise. */
export function stockWeights(build: Build): WeightRow | null {
  if (build.text.kind !== 'stock') return null;
  const row = weightsOf(build.variant, build.text.quantization);
  if (row === null || build.text.perLayerEmbedding !== 'bf16') return row;
  const perLayerEmbedding = perLayerTableBytes(build);
  return { ...row, perLayerEmbedding, tensorBytes: row.tensorBytes - row.perLayerEmbedding + perLayerEmbedding };
}

/** What distinguishes the tensors of one MLX build from another's; null for other builds. */
export function mlxFilesOf({ variant, text }: Build): MlxFiles | null {
  if (text.kind !== 'mlx') return null;
  const { layout, perLayerTable } = text;
  return perLayerTable === null ? { variant, layout } : { variant, layout, perLayerTable };
}

/** Sizes of a build's files by role (text = tensors + metadata, projector, drafter) and of the whole download. */
export function buildBytes(build: Build): BuildBytes {
  const files = mlxFilesOf(build);
  if (files !== null) return mlxBuildBytes(build, files);
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

function mlxBuildBytes(build: Build, files: MlxFiles): BuildBytes {
  const { textBytes, drafterBytes, encoderBytes } = mlxFileBytes(files);
  const besides = {
    projectorBytes: build.projector === 'none' ? 0 : encoderBytes,
    drafterBytes: build.drafter === null ? 0 : drafterBytes,
  };
  const besidesText = besides.projectorBytes + besides.drafterBytes + mlx.tokenizer.bytes;
  return { textBytes, ...besides, downloadBytes: downloadBytes(build, textBytes, besidesText) };
}

function drafterFileBytes({ drafter }: Build, ggufBytes: number): number {
  return drafter === null ? 0 : (drafter.fileBytes ?? ggufBytes);
}

function textFileBytes(build: Build, projectorBytes: number): number | null {
  if (build.text.kind === 'remote' || build.text.kind === 'mlx') return null;
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
