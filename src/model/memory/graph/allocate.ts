import { type Home, host } from '../layout.ts';
import { pad } from '../load.ts';
import { Buffer } from './buffer.ts';
import type { Schedule, Split } from './schedule.ts';
import type { Tensor } from './tensor.ts';

const deviceAlignment = 128;
const hostAlignment = 32;
const f16Alignment = 128;

// Read for every node: where modules are not bundled, as in tests, what is of this module is found much faster.
const onHost: Home = host;
const padded = pad;

/** Bytes that a graph takes in each home, the host first, by the order in which ggml's graph allocator gives and takes them (ggml_gallocr). */
export function allocatedBytes({ leaves, nodes, splits }: Schedule, deviceCount: number): number[] {
  const buffers = Array.from({ length: deviceCount + 1 }, () => new Buffer());
  for (const leaf of leaves) allocate(buffers, leaf, leaf.home);
  for (let at = 0; at < splits.length; at += 1) {
    const { begins, inputs } = splits[at] as Split;
    for (const { keeps, made } of inputs) {
      step(buffers, keeps);
      step(buffers, made[0] as Tensor);
    }
    const ends = splits[at + 1]?.begins ?? nodes.length;
    for (let index = begins; index < ends; index += 1) {
      const node = nodes[index] as Tensor;
      step(buffers, node);
      if (node.keeper !== null && node.home !== onHost) step(buffers, node.keeper);
    }
  }
  return buffers.map(({ mostBytes }) => mostBytes);
}

function step(buffers: readonly Buffer[], node: Tensor): void {
  allocate(buffers, node, node.home);
  for (const source of node.reads) isRead(buffers, source);
}

const bufferOf = (buffers: readonly Buffer[], home: Home): Buffer => buffers[home - onHost] as Buffer;

function allocate(buffers: readonly Buffer[], of: Tensor, home: Home): void {
  if (of.allocated || of.stored !== null || of.root !== null) return;
  of.allocated = true;
  if ((of.operation === 'element' || of.operation === 'rope') && takesOver(buffers, of)) return;
  of.buffer = home;
  of.offset = bufferOf(buffers, home).take(sizeIn(of, home));
}

/** Takes over the memory of a source that nothing else needs, and no view shows; what it has too much is given back. */
function takesOver(buffers: readonly Buffer[], of: Tensor): boolean {
  for (const source of of.reads) {
    if (!source.allocated || source.output || source.readersLeft !== 1 || source.viewersLeft !== 0) continue;
    if (!isLaidOutLike(of, source)) continue;
    of.buffer = source.buffer;
    of.offset = source.offset;
    source.allocated = false;
    const had = sizeIn(source, source.buffer);
    const needs = sizeIn(of, of.buffer);
    if (had > needs) bufferOf(buffers, of.buffer).free(of.offset + needs, had - needs);
    return true;
  }
  return false;
}

/** A source was read once more; its memory is free when nothing will read it again. */
function isRead(buffers: readonly Buffer[], source: Tensor): void {
  source.readersLeft -= 1;
  if (source.readersLeft > 0 || source.viewersLeft > 0) return;
  const { root } = source;
  if (root === null) {
    if (source.allocated) release(buffers, source);
    return;
  }
  root.viewersLeft -= 1;
  if (root.viewersLeft === 0 && root.readersLeft === 0 && root.allocated) release(buffers, root);
}

function release(buffers: readonly Buffer[], of: Tensor): void {
  if (of.output) return;
  bufferOf(buffers, of.buffer).free(of.offset, sizeIn(of, of.buffer));
  of.allocated = false;
}

function sizeIn({ bytes, devicePadding, copyBytes }: Tensor, home: Home): number {
  if (home === onHost) return padded(bytes, hostAlignment);
  const own = bytes + devicePadding;
  return padded(copyBytes > 0 ? padded(own, f16Alignment) + copyBytes : own, deviceAlignment);
}

function isLaidOutLike(a: Tensor, b: Tensor): boolean {
  const [x, y] = [a.dimensions, b.dimensions];
  return a.strided === b.strided && x[0] === y[0] && x[1] === y[1] && x[2] === y[2] && x[3] === y[3];
}
