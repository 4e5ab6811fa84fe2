import { type Home, host } from '../layout.ts';

/** Nowhere yet: the scheduler decides. */
export const unplaced = -2;

/** A part of a block whose weights may lie elsewhere than the rest. */
export type Part = 'attention' | 'experts' | 'gate' | 'up' | 'down' | 'expertDown';

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
  /** Filled from outside for each batch. */
  input = false;
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
  const made = new Tensor('none', dimensions, nothing, bytes);
  made.input = true;
  return made;
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
  made.input = pinned;
  made.output = pinned;
  return made;
}

/** What grows with the context, and by how much for each cell. */
export interface Sized {
  tensor: Tensor;
  full: boolean;
  bytesPerCell: number;
  copyBytesPerCell: number;
}

/** Rows from which a device computes what lies in host memory (ggml-cuda.cu, ggml-vulkan.cpp, op offload). */
const offloadRows = 32;

/** The nodes in the order they are computed, and what they start from (ggml_build_forward_expand). */
export class Graph {
  readonly nodes: Tensor[] = [];
  /** Inputs of a batch. */
  readonly leaves: Tensor[] = [];
  /** Weights and caches. */
  readonly stored: Tensor[] = [];
  /** The nodes that compute something, and the same from the last to the first: filled when the graph is complete. */
  computed: readonly Tensor[] = [];
  upwards: readonly Tensor[] = [];
  /** Rotary embeddings of full-attention blocks, whose frequencies are one tensor in each home. */
  readonly scaledRopes: { rope: Tensor; frequencies: Tensor }[] = [];
  /** Masks and caches, which grow with the context: bytes for each cell of a layer of that kind. */
  readonly sized: Sized[] = [];
  /** How many layouts were made of it. */
  layouts = 0;
  /** Whether a device computes over weights in host memory by Vulkan's rule, and not by that of CUDA and its likes. */
  offloadsAsVulkan = false;

  /** Nothing is added from here on: what every layout asks for is counted once. */
  complete(): this {
    for (const node of this.nodes) {
      if (node.root !== null) node.root.viewers += 1;
      for (const source of node.sources) source.readers += 1;
      node.anchor = anchorOf(node);
      node.offloads = node.anchor !== node.root && isOffloaded(node, this.offloadsAsVulkan);
    }
    this.computed = this.nodes.filter(({ operation }) => operation !== 'view');
    this.upwards = [...this.computed].reverse();
    return this;
  }

  /** Notes that a tensor grows with the context of full-attention layers, or of sliding ones. */
  grows(tensor: Tensor, full: boolean, bytesPerCell: number, copyBytesPerCell = 0): Tensor {
    this.sized.push({ tensor, full, bytesPerCell, copyBytesPerCell });
    return tensor;
  }

  keep(tensors: readonly Tensor[], until: Tensor): void {
    const keeper = new Tensor('none', until.dimensions, tensors, 0);
    keeper.root = until;
    until.keeper = keeper;
  }

  /** Gives everything that grows with the context its size. */
  resize(fullCells: number, slidingCells: number): void {
    for (const { tensor, full, bytesPerCell, copyBytesPerCell } of this.sized) {
      const cells = full ? fullCells : slidingCells;
      if (bytesPerCell > 0) tensor.bytes = bytesPerCell * cells;
      tensor.copyBytes = copyBytesPerCell * cells;
    }
  }

  /** Adds a tensor behind everything that it is made of. */
  expand(of: Tensor): Tensor {
    if (of.visited) return of;
    of.visited = true;
    for (const source of of.sources) this.expand(source);
    this.listOf(of).push(of);
    return of;
  }

  private listOf({ operation, stored }: Tensor): Tensor[] {
    if (operation !== 'none') return this.nodes;
    return stored === null ? this.leaves : this.stored;
  }
}

/** Where the memory of a view of a weight or cache is, or the first weight that is read. */
function anchorOf({ root, operation, sources }: Tensor): Tensor | null {
  if (root !== null && root.stored !== null) return root;
  if (operation === 'rope' || operation === 'flash_attn') return null;
  return sources.find(({ stored }) => stored === 'weight') ?? null;
}

function isOffloaded({ operation, dimensions }: Tensor, asVulkan: boolean): boolean {
  if (operation === 'get_rows') return false;
  if (operation === 'mul_mat_id') return dimensions[2] >= offloadRows;
  if (operation === 'mul_mat' || asVulkan) return dimensions[1] >= offloadRows;
  return dimensions[1] * dimensions[2] * dimensions[3] >= offloadRows;
}
