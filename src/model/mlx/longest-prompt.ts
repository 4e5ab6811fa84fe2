import { mlx } from '../../data/mlx.ts';
import { variantOf } from '../../data/variants.ts';
import { estimateMlxMemory, type MlxMemoryInput } from './memory.ts';

/**
 * The longest cold prompt whose peak stays within `roomBytes`, in steps of 256 tokens up to what the model was trained for; null when not
 * even 256 tokens do.
 */
export function longestMlxPrompt(input: Omit<MlxMemoryInput, 'promptTokens'>, roomBytes: number): number | null {
  const step = mlx.runtime.cacheStepTokens;
  const fits = (steps: number) => estimateMlxMemory({ ...input, promptTokens: steps * step }).peakBytes <= roomBytes;
  const most = Math.floor(variantOf(input.variant).architecture.trainedContextTokens / step);
  let [least, beyond] = fits(most) ? [most, most + 1] : [0, most];
  while (beyond - least > 1) {
    const middle = Math.floor((least + beyond) / 2);
    if (fits(middle)) least = middle;
    else beyond = middle;
  }
  return least === 0 ? null : least * step;
}
