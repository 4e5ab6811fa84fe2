import type { Measurement, Prediction } from './types.ts';

/** Header of a GGUF file: about 16 MB with Gemma 4's vocabulary. */
const largestHeaderBytes = 32e6;

interface Compared {
  prediction: Prediction;
  measurement: Measurement;
}

/**
 * What /api/ps sums up, bytes: weights, KV cache and compute, without projector and drafter. Versions seen leave the KV cache of the
 * full-attention layers out; the prediction that is nearer counts. null where it says nothing of the device.
 */
export function serverSum({ prediction, measurement }: Compared): {
  predictedBytes: number;
  measuredBytes: number;
} | null {
  const { sizeBytes, deviceBytes } = measurement;
  if (sizeBytes === null || deviceBytes === null || deviceBytes === 0) return null;
  if (prediction.mode === 'full' && deviceBytes < sizeBytes) return null;
  if (isFileSize(measurement)) return null;
  const { weightsBytes, kvCacheBytes, computeBytes } = prediction.device;
  const whole = weightsBytes + kvCacheBytes + computeBytes;
  const without = whole - (prediction.fullKvBytes ?? 0);
  const nearer = Math.abs(deviceBytes - without) < Math.abs(deviceBytes - whole) ? without : whole;
  return { predictedBytes: nearer, measuredBytes: deviceBytes };
}

/**
 * Whether a split has less on the device than predicted, by a layer or so: llama.cpp found less memory free. On an H100 with 9 GB free
 * it put 43 layers of 12b on the card where 45 were predicted.
 */
export function hasFewerLayers(compared: Compared): boolean {
  const sum = compared.prediction.mode === 'split' ? serverSum(compared) : null;
  return sum !== null && sum.measuredBytes < sum.predictedBytes * 0.99;
}

/** Where Ollama cannot read llama.cpp's lines it reports the file's size instead, which says nothing about memory. */
function isFileSize({ deviceBytes, textBytes }: Measurement): boolean {
  const headerBytes = (deviceBytes ?? 0) - (textBytes ?? 0);
  return textBytes !== null && headerBytes >= 0 && headerBytes < largestHeaderBytes;
}
