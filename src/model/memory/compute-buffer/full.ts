import { computeBufferRow, rotationOf } from '../../../data/compute-buffers.ts';
import type { Architecture } from '../../../data/schema.ts';
import type { Load } from '../../types.ts';
import { batchTokens, engineOf, fullCells, fusesExperts, keepsKvCopies, slidingCells, streamsOf } from '../load.ts';
import type { ModelShape } from '../shape.ts';

/** Matrices that rotate K and V of a quantized cache (512 x 512, 256 x 256 and two of 64 x 64 in f32), bytes. */
const rotationBytes = (512 * 512 + 256 * 256 + 2 * 64 * 64) * 4;
/** What the allocator rounds up to, bytes. */
const deviceRemainder = 128;
const hostRemainder = 32;
const floatBytes = 4;
const f16Bytes = 2;

/** Rotation matrices among the inputs of a batch, bytes; none where they lie beside the cache. */
function inputRotationBytes(load: Load): number {
  return load.kvType === 'f16' || rotationOf(engineOf(load)) === 'cache' ? 0 : rotationBytes;
}

/**
 * Whether one device that holds the whole model has a closed form: it has none where CUDA or ROCm copy a quantized cache, for the
 * peak is then in one of several places of the graph, and none where fused steps over experts lie beside attention scores.
 */
export function hasClosedForm({ architecture }: ModelShape, load: Load): boolean {
  const fuses = architecture.experts !== null && fusesExperts('weighted-sum', load);
  const copies = keepsKvCopies(load) && load.backend !== 'metal';
  return !copies && (load.flashAttention || !fuses);
}

/** Compute buffer of a device that holds the whole model, bytes. */
export function fullComputeBytes(shape: ModelShape, load: Load): number {
  const { device, deviceVulkan, deviceQuantizedKv, noFlash } = computeBufferRow(engineOf(load), shape.variant);
  const masks = maskBytesPerToken(shape.architecture, load);
  if (load.flashAttention) {
    const quantized = load.kvType === 'f16' ? 0 : inputRotationBytes(load) + batchTokens(load) * deviceQuantizedKv;
    const perToken = load.backend === 'vulkan' ? Math.max(device, deviceVulkan ?? 0) : device;
    const fused = fusedBytesPerToken(shape.architecture, load);
    const feedForward = batchTokens(load) * (perToken + fused + masks) + quantized + deviceRemainder;
    return Math.max(feedForward, kvCopiesBytes(shape, load));
  }
  const scores = scoreBytesPerToken(shape.architecture, load);
  const perToken = Math.max(noFlash.deviceFeedForward + masks, noFlash.deviceAttention + masks + scores);
  return batchTokens(load) * perToken + deviceRemainder;
}

/**
 * What flash attention of a full-attention layer takes at least where it copies K and V to f16, bytes: the peak of long contexts. Metal also
 * computes in another order than llama.cpp's graph has, which is not followed here: the plain form is taken where it is more.
 */
function kvCopiesBytes({ variant, architecture }: ModelShape, load: Load): number {
  if (!keepsKvCopies(load)) return 0;
  const { attentionWithCopies } = computeBufferRow(engineOf(load), variant);
  const copies = streamsOf(load) * fullCells(load) * 2 * architecture.kv.full.width * f16Bytes;
  const attention = load.kvType === 'f16' ? attentionWithCopies.f16 : attentionWithCopies.quantized;
  const batch = batchTokens(load) * (attention + maskBytesPerToken(architecture, load));
  return batch + copies + inputRotationBytes(load) + deviceRemainder;
}

/** Compute buffer in host memory beside a device that holds the whole model, bytes. */
export function hostComputeBytes({ variant, architecture }: ModelShape, load: Load): number {
  const { host, noFlash } = computeBufferRow(engineOf(load), variant);
  return inHostMemory(architecture, load, load.flashAttention ? host : noFlash.host);
}

function inHostMemory(architecture: Architecture, load: Load, bytesPerToken: number): number {
  const perToken = bytesPerToken + maskBytesPerToken(architecture, load);
  return batchTokens(load) * perToken + inputRotationBytes(load) + hostRemainder;
}

/** Whether a run without a device has a closed form: of a few tokens, or a number that leaves gaps, the graph is asked. */
export function hasCpuForm(load: Load): boolean {
  const tokens = batchTokens(load);
  return load.flashAttention && tokens >= 2 * hostRemainder && tokens % hostRemainder === 0;
}

/** Compute buffer where everything is computed by the CPU, bytes. */
export function cpuComputeBytes({ variant, architecture }: ModelShape, load: Load): number {
  const { cpu } = computeBufferRow(engineOf(load), variant);
  return inHostMemory(architecture, load, load.kvType === 'f16' ? cpu.f16 : cpu.quantized);
}

/** What the experts gave, kept until it is weighed and added up (graph/fusions.ts), per token of the micro-batch; it is not weighed in place. */
function fusedBytesPerToken({ experts, hiddenSize }: Architecture, load: Load): number {
  return experts === null || !fusesExperts('weighted-sum', load) ? 0 : hiddenSize * experts.used * floatBytes;
}

/** Both attention masks, per token of the micro-batch: f16 with flash attention, f32 without. */
export function maskBytesPerToken(architecture: Architecture, load: Load): number {
  const cells = fullCells(load) + slidingCells(load, architecture.windowTokens);
  return cells * (load.flashAttention ? 2 : 4);
}

/** Scores of one full-attention layer, f32, per token of the micro-batch. */
function scoreBytesPerToken({ queryHeads }: Architecture, load: Load): number {
  return 4 * queryHeads * fullCells(load);
}
