import { batching } from '../../data/batching.ts';
import { speedClassOf } from './rate.ts';
import { predictShapeSpeed } from './speed.ts';
import type { SpeedBand, SpeedQuestion } from './types.ts';

/** What each of several conversations gets while all of them write, tokens per second. */
export type BatchedSpeed = Pick<SpeedBand, 'lowTokensPerSecond' | 'expectedTokensPerSecond' | 'highTokensPerSecond'>;

const most = Math.max(...batching.conversations);

/**
 * Weights are read once a step for all conversations, the cache of each by itself: the time of a step is that of one conversation with an empty
 * cache, times their number over the measured gain, and the time that their caches take. Without a draft model, which gains nothing there. null
 * where nobody measured such a backend, for more conversations than that, over several devices, and where a part runs on the CPU.
 * @param conversations at a time, each as deep as the question says
 */
export function predictBatchedSpeed(question: SpeedQuestion, conversations: number): BatchedSpeed | null {
  const { devices, shape, overflowingLayers } = question;
  const [device, ...others] = devices;
  const placed = devices.reduce((sum, { layers }) => sum + layers, 0);
  if (device === undefined || others.length > 0 || overflowingLayers > 0 || placed <= shape.architecture.layers)
    return null;
  const { rows } = batching;
  const row = rows.find((one) => one.backend === device.backend && one.class === speedClassOf[shape.variant]);
  if (row === undefined || conversations > most) return null;
  const at = (depthTokens: number) => predictShapeSpeed({ ...question, draftTokens: 0, depthTokens });
  const [empty, deep] = [at(0), at(question.depthTokens)];
  if (empty === null || deep === null) return null;
  const each = (end: keyof BatchedSpeed, gains: readonly number[]) => {
    const [emptySeconds, deepSeconds] = [1 / empty[end], 1 / deep[end]];
    const step = (emptySeconds * conversations) / gainOf(gains, conversations);
    return 1 / (step + conversations * Math.max(0, deepSeconds - emptySeconds));
  };
  return {
    lowTokensPerSecond: each('lowTokensPerSecond', row.low),
    expectedTokensPerSecond: each('expectedTokensPerSecond', row.expected),
    highTokensPerSecond: each('highTokensPerSecond', row.high),
  };
}

/** Between two measured numbers of conversations on the line between them. */
function gainOf(gains: readonly number[], conversations: number): number {
  const counts = batching.conversations;
  const after = Math.max(
    1,
    counts.findIndex((count) => count >= conversations),
  );
  const [low = 1, high = 1] = [counts[after - 1], counts[after]];
  const [from = 1, to = 1] = [gains[after - 1], gains[after]];
  return from + ((conversations - low) * (to - from)) / (high - low);
}
