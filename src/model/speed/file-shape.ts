import type { WeightRow } from '../../data/schema.ts';
import { variantOf, weightsOf } from '../../data/tables.ts';
import type { ModelShape } from '../memory/shape.ts';

/** A file that somebody ran: its size, and whether it keeps everything but the experts at eight bits. */
export interface RunFile {
  fileBytes: number | null;
  mixed: boolean;
}

/**
 * The stock shape bent to a file of another size: dense models are read whole, so their tensors scale with the file; mixed files of
 * 26b keep the dense part of Q8_0 and have smaller experts; E2B and E4B differ in the per-layer table, which is not read.
 */
export function shapeOfFile(shape: ModelShape, { fileBytes, mixed }: RunFile): ModelShape {
  const { perLayerEmbedding, ggufMetadataBytes } = withMetadata(shape);
  if (fileBytes === null || perLayerEmbedding > 0) return shape;
  const tensors = fileBytes - ggufMetadataBytes;
  if (!mixed) return { ...shape, weights: scaled(shape.weights, tensors / shape.weights.tensorBytes) };
  const dense = weightsOf(shape.variant, 'Q8_0');
  return dense === null ? shape : { ...shape, weights: mixedRow(dense, shape.weights, tensors) };
}

function withMetadata({ variant, architecture }: ModelShape): { perLayerEmbedding: number; ggufMetadataBytes: number } {
  return { perLayerEmbedding: architecture.perLayerEmbedding, ggufMetadataBytes: variantOf(variant).ggufMetadataBytes };
}

function scaled(row: WeightRow, factor: number): WeightRow {
  return {
    ...row,
    tensorBytes: row.tensorBytes * factor,
    tokenEmbedding: row.tokenEmbedding * factor,
    other: row.other * factor,
    layers: row.layers.map((parts) => parts.map((bytes) => bytes * factor)),
  };
}

function mixedRow(dense: WeightRow, experts: WeightRow, tensorBytes: number): WeightRow {
  const denseBytes = dense.tokenEmbedding + dense.other + total(dense, 0);
  const factor = Math.max(0, tensorBytes - denseBytes) / total(experts, 1);
  const layers = dense.layers.map(([block = 0], index) => [block, (experts.layers[index]?.[1] ?? 0) * factor]);
  return { ...dense, tensorBytes, layers };
}

function total(row: WeightRow, part: 0 | 1): number {
  return row.layers.reduce((sum, parts) => sum + (parts[part] ?? 0), 0);
}
