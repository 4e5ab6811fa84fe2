import type { VerifiedPart } from '../findings.ts';
import type { Comparison } from './causes.ts';
import type { Measurement } from './types.ts';

/** The world around the server, as far as this looks at it. */
interface Around {
  readLog(): Promise<string>;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  signal: AbortSignal | undefined;
}

/** The runner empties its pool of freed buffers, and tells its peak, just after it has sent the end of the answer. */
const pauseMs = 200;
const mostPauses = 5;

/**
 * What an MLX runner held at most while it answered, which it writes to the server's log once the answer has ended: the line that was not
 * there before. Several new lines are those of other requests, too, and say nothing.
 */
export async function waitForMlxPeak(
  { readLog, sleep, signal }: Around,
  logBefore: string,
): Promise<{ peak: NonNullable<Measurement['peak']> }> {
  let told: number[] = [];
  for (let pause = 0; pause < mostPauses && told.length === 0; pause++) {
    await sleep(pauseMs, signal);
    told = newPeaks(logBefore, await readLog());
  }
  const [bytes] = told;
  const read = bytes !== undefined && told.length === 1;
  return { peak: read ? { bytes, source: 'server log' } : { bytes: null, source: null } };
}

/** Line: ollama x/mlxrunner/pipeline.go, v0.33; sizes: mlx.PrettyBytes. */
const peakLine = /msg="peak memory" size="?([\d.]+) (B|KiB|MiB|GiB|TiB)"?/;
const units: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** Peaks in lines that the later text has more often than the earlier one, bytes. */
export function newPeaks(before: string, after: string): number[] {
  const known = new Map<string, number>();
  for (const line of before.split('\n')) if (peakLine.test(line)) known.set(line, (known.get(line) ?? 0) + 1);
  return after.split('\n').flatMap((line) => {
    const [, size, unit = ''] = peakLine.exec(line) ?? [];
    if (size === undefined) return [];
    const left = known.get(line) ?? 0;
    known.set(line, left - 1);
    return left > 0 ? [] : [Math.round(Number(size) * (units[unit] ?? Number.NaN))];
  });
}

/** What can be compared of an MLX build: part, predicted, measured. */
export function mlxRows({ prediction, measurement }: Comparison): [VerifiedPart, number, number][] {
  const both = (part: VerifiedPart, predicted?: number, measured?: number | null): [VerifiedPart, number, number][] =>
    predicted === undefined || measured == null ? [] : [[part, predicted, measured]];
  return [
    ...both('mlxRest', prediction.restBytes, measurement.restBytes),
    ...both('mlxPeak', prediction.peakBytes, measurement.peak?.bytes),
  ];
}
