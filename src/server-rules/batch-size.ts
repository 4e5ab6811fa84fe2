import { runtimeDefaults } from '../data/tables.ts';
import type { UsableDevice } from './devices.ts';

const eightGiB = 8 * 2 ** 30;
/** On a card of up to 8 GiB that has no flash attention (ollama server/sched.go). */
const smallCardMicroBatch = 256;

export interface BatchQuestion {
  /** Total over all sequences. */
  contextTokens: number;
  /** Ollama's own guess, see predict-vram.ts. */
  predictedBytes: number;
  /** Free memory of the devices that would take it. */
  availableBytes: number;
  flashAttention: boolean;
  devices: readonly UsableDevice[];
}

/**
 * Tokens of a prompt that are computed at once, as Ollama chooses when `num_batch` is not set: by context, lowered while its
 * own guess leaves too little room. Source: ollama server/sched.go, automaticGenerationBatch.
 */
export function automaticMicroBatch(question: BatchQuestion): number {
  const { contextTokens, flashAttention, devices } = question;
  if (!flashAttention && devices.some(({ backend }) => backend === 'cuda')) return withoutFlashAttention(question);
  const tiers = runtimeDefaults.batchTiers.filter(({ contextAbove }) => contextTokens > contextAbove);
  return (tiers.find((tier) => tierFits(tier, question)) ?? smallestTier()).microBatch;
}

/**
 * Micro-batches that a tag may fix instead, largest first: the automatic one and every smaller tier; without flash attention, whose
 * buffers grow with context times micro-batch, also what Ollama takes there on small cards.
 */
export function microBatchesFrom(automatic: number, flashAttention: boolean): number[] {
  const tiers = runtimeDefaults.batchTiers.map(({ microBatch }) => microBatch);
  const known = flashAttention ? tiers : [...tiers, smallCardMicroBatch];
  return [automatic, ...known.filter((size) => size < automatic)];
}

function smallestTier(): (typeof runtimeDefaults.batchTiers)[number] {
  const last = runtimeDefaults.batchTiers.at(-1);
  if (last === undefined) throw new Error('data/runtimes.json has no batch tiers');
  return last;
}

function tierFits(tier: (typeof runtimeDefaults.batchTiers)[number], question: BatchQuestion): boolean {
  const { predictedBytes, availableBytes } = question;
  if (tier === smallestTier() || availableBytes === 0) return true;
  const thresholdBytes = Math.floor(availableBytes * runtimeDefaults.singleDeviceShare);
  if (predictedBytes > Math.floor(availableBytes * tier.predictedShareAtMost)) return false;
  return predictedBytes <= thresholdBytes && tier.surchargeBytes <= thresholdBytes - predictedBytes;
}

function withoutFlashAttention({ contextTokens, devices }: BatchQuestion): number {
  const small = devices.some(({ backend, freeBytes }) => backend === 'cuda' && freeBytes <= eightGiB);
  return contextTokens > 4096 && small ? smallCardMicroBatch : 512;
}
