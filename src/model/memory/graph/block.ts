import { feedForwardWidth } from '../feed-forward.ts';
import { isFullAttention } from '../shape.ts';
import type { Building, LayerKind } from './inputs.ts';
import { type Matrix, type Part, stored, Tensor } from './tensor.ts';

/** CUDA pads quantized rows to this many elements (ggml-cuda.cu, MATRIX_ROW_PADDING). */
export const rowPadding = 512;
export const f16Bytes = 2;
/** Bytes of so many elements of a type. */
export const bytesOfType = (type: number, count: number): number => Math.round(type * count);

/** One block while its graph is built, and the operations that its parts are made of. */
export class Block {
  readonly building: Building;
  readonly index: number;
  readonly kind: LayerKind;
  /** Width of the feed-forward part; of 26b, of the dense part. */
  readonly width: number;

  constructor(building: Building, index: number) {
    const { shape } = building;
    this.building = building;
    this.index = index;
    this.kind = isFullAttention(shape.architecture, index) ? building.full : building.sliding;
    this.width = feedForwardWidth(shape.variant, index);
  }

  vector(size: number, part: Part = 'attention'): Tensor {
    return stored('weight', { block: this.index, part }, [size, 1, 1, 1]);
  }

  /** A matrix, whose bytes follow from the file; `count` of them beside each other for experts. */
  matrix(role: Matrix, from: number, to: number, part: Part = 'attention', count = 1): Tensor {
    const { index, building } = this;
    const tensor = stored('weight', { block: index, part }, [from, to, count, 1], 0);
    const paddingElements = (rowPadding - (from % rowPadding)) % rowPadding;
    building.graph.matrices.push({ tensor, block: index, role, elements: from * to * count, paddingElements });
    return tensor;
  }

  multiply(matrix: Tensor, by: Tensor): Tensor {
    const [, b, c, d] = by.dimensions;
    return new Tensor('mul_mat', [matrix.dimensions[1], b, c, d], [matrix, by]);
  }

  element(of: Tensor, ...others: Tensor[]): Tensor {
    return new Tensor('element', of.dimensions, [of, ...others]);
  }

  /** RMS norm and its weight. */
  norm(of: Tensor): Tensor {
    return this.element(this.element(of), this.vector(of.dimensions[0]));
  }
}
