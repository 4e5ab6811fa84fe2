import { timeoutInCpuTime } from './cpu-time-timeout.ts';

/** What came of a task in time: its value, or nothing because it is still running or broke. */
export type TimedResult<T> = { kind: 'value'; value: T } | { kind: 'late' } | { kind: 'threw'; detail: string };

/** Waits for a task at most until timeoutMs have gone (by own-time.ts). A late task goes on and its result is dropped. */
export async function withTimeout<T>(task: Promise<T>, timeoutMs: number): Promise<TimedResult<T>> {
  let stop = () => {};
  const late = new Promise<TimedResult<T>>((resolve) => {
    stop = timeoutInCpuTime(timeoutMs, () => resolve({ kind: 'late' }));
  });
  const done = task.then(
    (value): TimedResult<T> => ({ kind: 'value', value }),
    (error: unknown): TimedResult<T> => ({
      kind: 'threw',
      detail: error instanceof Error ? error.message : String(error),
    }),
  );
  const result = await Promise.race([done, late]);
  stop();
  return result;
}
