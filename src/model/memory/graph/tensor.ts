import { type Home, host } from '../layout.ts';

/** Nowhere yet: the scheduler decides. */
export const unplaced = -2;

/** A part of a block whose weights may lie elsewhere than the rest. */
export type Part = 'attention' | 'experts' | 'gate' | 'up' | 'down' | 'expertDown';

/** The matrices of a block. */
export type Matrix =
  | 'query'
  | 'key'
  | 'value'
  | 'output'
  | 'gate'
  | 'up'
  | 'down'
  | 'layerGate'
  | 'layerProjection'
  | 'expertGateUp'
  | 'expertDown';

/** Where a weight or a cache belongs: to a part of a block, to the head, or always to the host. */
export type Place = { block: number; part: Part } | 'head' | 'host';

/** What is done, as far as the allocator and the scheduler tell operations apart (ggml.h). */
export type Operation =
  | 'none'
  | 'view'
  | 'mul_mat'
  | 'mul_mat_id'
  | 'get_rows'
  | 'set_rows'
  | 'rope'
  | 'flash_attn'
  | 'element'
  | 'other';

/** Elements along each axis. */
export type Dimensions = readonly [number, number, number, number];

const f32 = 4;
const nothing: readonly Tensor[] = [];

/** A tensor of ggml's graph: what it takes, what it is made of and, while a graph is scheduled and laid out, where it lies. */
export class Tensor {
  /** What a device adds to the end of quantized rows. */
  devicePadding = 0;
  /** What flash attention takes for f16 copies of K and V, where it does. */
  copyBytes = 0;
  /** The tensor whose memory a view shows. */
  root: Tensor | null = null;
  /** Rows whose length differs from their distance: such a view is not laid out like a tensor of its shape. */
  strided = false;
  /** A weight or a cache has memory before any graph is laid out. */
  stored: 'weight' | 'cache' | null = null;
  /** Where a layout puts what is stored. */
  place: Place | null = null;
  /** Kept to the end of a batch. */
  output = false;
  visited = false;
  /** The weight or cache that decides where this is computed; null where its neighbours do. */
  anchor: Tensor | null = null;
  /** Computed on a device even where its weight lies on the host. */
  offloads = false;
  /** How many nodes read it, and how many are views of it. */
  readers = 0;
  viewers = 0;
  /** Computes nothing, but needs what a fused step reads until this node is done on a device (ggml-backend.cpp, add_alloc_dep). */
  keeper: Tensor | null = null;
  /** Copies in other homes, by home, and in which layout each was made; null while there are none. */
  copies: (Copies | undefined)[] | null = null;
  home: Home = unplaced;
  /** What is read in the place of each source: itself, or its copy in another home. */
  reads: readonly Tensor[];
  /** The same where some are copies: filled again for each layout. */
  mixedReads: Tensor[] | null = null;
  /** What is left of its readers and views while a graph is laid out. */
  readersLeft = 0;
  viewersLeft = 0;
  allocated = false;
  buffer: Home = host;
  offset = 0;

  readonly operation: Operation;
  readonly dimensions: Dimensions;
  readonly sources: Tensor[];
  bytes: number;

  constructor(operation: Operation, dimensions: Dimensions, sources: readonly Tensor[], bytes = bytesOf(dimensions)) {
    this.operation = operation;
    this.dimensions = dimensions;
    this.sources = sources as Tensor[];
    this.reads = sources;
    this.bytes = bytes;
  }
}

/** Copies of one tensor in one home: several in a pipeline. They are used again for the next layout of the same graph. */
export interface Copies {
  made: Tensor[];
  layout: number;
  /** Computes nothing, but needs the tensor until it is copied. */
  keeps: Tensor;
}

const bytesOf = ([a, b, c, d]: Dimensions): number => a * b * c * d * f32;

/** A tensor that is filled from outside for each batch. */
export function input(dimensions: Dimensions, bytes?: number): Tensor {
  return new Tensor('none', dimensions, nothing, bytes);
}

/** A weight or a cache; `padding`: bytes that a device adds to its end. */
export function stored(
  kind: 'weight' | 'cache',
  place: Place,
  dimensions: Dimensions,
  bytes?: number,
  padding = 0,
): Tensor {
  const made = new Tensor('none', dimensions, nothing, bytes);
  made.stored = kind;
  made.place = place;
  made.devicePadding = padding;
  return made;
}

/** Another view of the same memory, as one run of elements unless it is strided. */
export function view(of: Tensor, dimensions: Dimensions, bytes = of.bytes, strided = of.strided): Tensor {
  const made = new Tensor('view', dimensions, [of], bytes);
  made.root = of.root ?? of;
  made.strided = strided;
  made.devicePadding = of.devicePadding;
  return made;
}

/** The same layout as a tensor that lies somewhere else (ggml_dup_tensor_layout). */
export function duplicate(of: Tensor, home: Home, pinned: boolean): Tensor {
  const made = new Tensor('none', of.dimensions, nothing, of.bytes);
  made.devicePadding = of.devicePadding;
  made.strided = of.strided;
  made.home = home;
  made.output = pinned;
  return made;
}
