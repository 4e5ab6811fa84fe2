import type { MlxFiles } from '../../data/mlx-bytes.ts';
import type { Build } from '../../data/schema.ts';
import { buildBytes, mlxFilesOf, since, stockWeights, variantOf } from '../../data/tables.ts';
import { memoize } from '../../memoize.ts';
import type { ModelShape } from './shape.ts';

/** A build as input of the memory model. Bytes throughout. */
export interface BuildShape {
  build: Build;
  /** null for a build that is not a stock quantization. */
  shape: ModelShape | null;
  /** The tensors of an MLX build; null for any other. */
  mlx: MlxFiles | null;
  /** Model file as Ollama sees it: an inline projector is part of it. null: not published. */
  fileBytes: number | null;
  projectorBytes: number;
  drafterBytes: number;
  downloadBytes: number | null;
}

/** Bytes by role of a build, from the tables; the same object for the same build. */
export const shapeOfBuild = memoize((build: Build): BuildShape => make(build));

/** Bytes of the draft model that this server would load beside the model; an older one leaves that of a GGUF on the disk. */
export function drafterInMemoryBytes({ build, drafterBytes }: BuildShape, ollamaVersion: string): number {
  const used = build.runner === 'mlx' || since('gguf-draft', ollamaVersion);
  return used ? drafterBytes : 0;
}

function make(build: Build): BuildShape {
  const { textBytes, projectorBytes, drafterBytes, downloadBytes } = buildBytes(build);
  const inlineBytes = build.projector === 'inline' ? projectorBytes : 0;
  const fileBytes = textBytes === null ? null : textBytes + inlineBytes;
  const sizes = { fileBytes, projectorBytes, drafterBytes, downloadBytes };
  return { build, shape: modelShape(build), mlx: mlxFilesOf(build), ...sizes };
}

function modelShape(build: Build): ModelShape | null {
  const weights = stockWeights(build);
  if (weights === null || build.text.kind !== 'stock') return null;
  const { variant, text } = build;
  return { variant, quantization: text.quantization, architecture: variantOf(variant).architecture, weights };
}
