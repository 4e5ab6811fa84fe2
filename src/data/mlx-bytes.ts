import type { VariantId } from './ids.ts';
import { mlxBytesPerWeight, mlxWeightsOf } from './mlx.ts';
import type { MlxFormat, MlxLayout } from './vocabulary.ts';

/** What distinguishes the MLX builds of one model. */
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
export function mlxFormatOf(layout: MlxLayout): MlxFormat {
  return layout === 'nvfp4u' || layout === 'nvfp4p' ? 'nvfp4' : layout;
}

/**
 * Bytes of an MLX build's tensors on the disk: weights times the bytes of their format, norms and router in bf16.
 * Source: Ollama x/create (recipes) and the published sizes.
 */
export function mlxFileBytes({ variant, layout, perLayerTable = tableBeside(layout) }: MlxFiles): MlxParts {
  const row = mlxWeightsOf(variant);
  const { drafterBytes, encoderBytes } = row;
  const textBytes = mlxStoredBytes(row, layout) + row.perLayerTableWeights * mlxBytesPerWeight(perLayerTable);
  return { textBytes, drafterBytes, encoderBytes };
}

/** Bytes of that number of weights in the layout, without a per-layer table. */
export function mlxStoredBytes(
  weights: { quantizedWeights: number; policyWeights: number; plainBytes: number },
  layout: MlxLayout,
): number {
  const each = mlxBytesPerWeight(mlxFormatOf(layout));
  const kept = layout === 'nvfp4p' ? weights.policyWeights * (mlxBytesPerWeight('mxfp8') - each) : 0;
  return weights.quantizedWeights * each + kept + weights.plainBytes;
}

function tableBeside(layout: MlxLayout): MlxFormat {
  if (layout === 'nvfp4u') return 'mxfp8';
  return layout === 'nvfp4p' || layout === 'mxfp8' ? 'bf16' : layout;
}
