import { mlxWeightsOf } from '../../data/mlx.ts';
import { type MlxFiles, mlxFileBytes, mlxStoredBytes } from '../../data/mlx-bytes.ts';
import { since } from '../../data/runtimes.ts';

export interface MlxLoading {
  drafter: boolean;
  /** Whether the build brings vision and audio encoders. */
  encoders: boolean;
  ollamaVersion: string;
}

/** What the runner holds after loading: buffers rounded up, and encoders only from the version that loads them. */
export function mlxLoadBytes(files: MlxFiles, loading: MlxLoading): number {
  const { textBytes, drafterBytes } = mlxFileBytes(files);
  return textBytes + roundingBytes(files) + (loading.drafter ? drafterBytes : 0) + loadedEncoderBytes(files, loading);
}

/** Bytes of the encoders that this version loads. */
export function loadedEncoderBytes(
  { variant }: Pick<MlxFiles, 'variant'>,
  { encoders, ollamaVersion }: MlxLoading,
): number {
  return encoders && since('mlx-vision', ollamaVersion) ? mlxWeightsOf(variant).encoderBytes : 0;
}

/** Weights that one token reads, bytes: the per-layer table is looked up, and of the experts the used share counts. */
export function mlxBytesPerToken({ variant, layout }: MlxFiles): number {
  return mlxStoredBytes(mlxWeightsOf(variant).readPerToken, layout);
}

/** Measured for Ollama's own layouts; MLX's formats have as many tensors as the one of their width. */
function roundingBytes({ variant, layout }: MlxFiles): number {
  const measured = mlxWeightsOf(variant).roundingBytes;
  switch (layout) {
    case 'affine8':
      return measured.mxfp8;
    case 'affine4':
    case 'affine5':
    case 'affine6':
      return measured.nvfp4u;
    default:
      return measured[layout];
  }
}
