import { contextSteps } from '../../src/data/ids.ts';
import type { Curve } from '../../src/report/options.ts';

/** Five lines of the right size and slope for a picture; the exact ones come from the model. */
export const exampleCurves: Curve[] = [
  line('e2b', 'gemma4:e2b-it-qat', 1.9e9, 6_200, 131072),
  line('e4b', 'gemma4:e4b-it-qat', 3.4e9, 16_500, 131072),
  line('12b', 'gemma4:12b-it-qat', 7.3e9, 16_900, 262144),
  line('26b', 'gemma4:26b-a4b-it-qat', 15e9, 21_000, 262144),
  line('31b', 'gemma4:31b-it-qat', 19e9, 42_000, 262144),
];

function line(
  variant: Curve['variant'],
  tag: string,
  baseBytes: number,
  bytesPerToken: number,
  trainedContextTokens: number,
): Curve {
  const contexts = contextSteps.filter((context) => context <= trainedContextTokens);
  const points = contexts.map((contextTokens) => ({
    contextTokens,
    needBytes: baseBytes + contextTokens * bytesPerToken,
  }));
  return { variant, tag, points, trainedContextTokens };
}
