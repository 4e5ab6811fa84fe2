import type { MlxFormat, MlxLayout, VariantId } from '../../data/ids.ts';
import { mlxBytesPerWeight, mlxWeightsOf } from '../../data/mlx.ts';
import { since } from '../../data/runtimes.ts';

export interface MlxFiles {
  variant: VariantId;
  layout: MlxLayout;
  /**
   * How the per-layer table of E2B and E4B is stored. Default: MXFP8 beside uniform NVFP4 (the builds of October 2026), as the rest in MLX's own
   * formats, bf16 beside all else.
   */
  perLayerTable?: MlxFormat;
}

export interface MlxParts {
  textBytes: number;
  drafterBytes: number;
  /** Vision and audio encoders. */
  encoderBytes: number;
}

/** The format of most linear layers. */
export function formatOf(layout: MlxLayout): MlxFormat {
  return layout === 'nvfp4u' || layout === 'nvfp4p' ? 'nvfp4' : layout;
}

/**
 * Bytes of an MLX build's tensors on the disk: weights times the bytes of their format, norms and router in bf16.
 * Source: Ollama x/create (recipes) and the published sizes, which it gives to the byte.
 */
export function mlxFileBytes(files: MlxFiles): MlxParts {
  const { drafterBytes, encoderBytes } = mlxWeightsOf(files.variant);
  return { textBytes: textBytes(files), drafterBytes, encoderBytes };
}

/** What the runner holds after loading: buffers rounded up, and encoders only from the version that loads them. */
export function mlxLoadBytes(
  files: MlxFiles,
  { drafter, encoders, ollamaVersion }: { drafter: boolean; encoders: boolean; ollamaVersion: string },
): number {
  const { drafterBytes, encoderBytes, roundingBytes } = mlxWeightsOf(files.variant);
  const { layout } = files;
  const measured = layout === 'affine8' ? 'mxfp8' : layout in roundingBytes ? layout : 'nvfp4u';
  const rounding = roundingBytes[measured as keyof typeof roundingBytes];
  const loadsEncoders = encoders && since('mlx-vision', ollamaVersion);
  return textBytes(files) + rounding + (drafter ? drafterBytes : 0) + (loadsEncoders ? encoderBytes : 0);
}

/** Weights that one token reads, bytes: the per-layer table is looked up, and of the experts the used share counts. */
export function mlxBytesPerToken({ variant, layout }: MlxFiles): number {
  return stored(mlxWeightsOf(variant).readPerToken, layout);
}

function textBytes({ variant, layout, perLayerTable = tableBeside(layout) }: MlxFiles): number {
  const row = mlxWeightsOf(variant);
  return stored(row, layout) + row.perLayerTableWeights * mlxBytesPerWeight(perLayerTable);
}

function tableBeside(layout: MlxLayout): MlxFormat {
  if (layout === 'nvfp4u') return 'mxfp8';
  return layout === 'nvfp4p' || layout === 'mxfp8' ? 'bf16' : layout;
}

function stored(
  weights: { quantizedWeights: number; policyWeights: number; plainBytes: number },
  layout: MlxLayout,
): number {
  const each = mlxBytesPerWeight(formatOf(layout));
  const kept = layout === 'nvfp4p' ? weights.policyWeights * (mlxBytesPerWeight('mxfp8') - each) : 0;
  return weights.quantizedWeights * each + kept + weights.plainBytes;
}
