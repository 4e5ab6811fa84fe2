import { type Matrix, Tensor } from './tensor.ts';

/** What grows with the context, and by how much for each cell. */
export interface Sized {
  tensor: Tensor;
  full: boolean;
  bytesPerCell: number;
  copyBytesPerCell: number;
}

/** Rows from which a device computes what lies in host memory (ggml-cuda.cu, ggml-vulkan.cpp, op offload). */
const offloadRows = 32;

/** A matrix of a block, whose bytes depend on the file: its elements, and those that a device pads a quantized row with. */
export interface SizedMatrix {
  tensor: Tensor;
  block: number;
  role: Matrix;
  elements: number;
  paddingElements: number;
}

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
  readonly matrices: SizedMatrix[] = [];
  /** The copy of the embedding that makes logits. */
  head: Tensor | null = null;
  /** Of which file the matrices have the bytes. */
  weighedFor: object | null = null;
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
