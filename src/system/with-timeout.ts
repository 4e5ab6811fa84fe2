import { afterOwnTime } from './cpu-time-timeout.ts';

/** What came of a task in time: its value, or nothing because it is still running or broke. */
export type InTime<T> = { kind: 'value'; value: T } | { kind: 'late' } | { kind: 'threw'; detail: string };

/** Waits for a task at most until timeoutMs have gone (by own-time.ts). A late task goes on and its result is dropped. */
export async function within<T>(task: Promise<T>, timeoutMs: number): Promise<InTime<T>> {
  let stop = () => {};
  const late = new Promise<InTime<T>>((resolve) => {
    stop = afterOwnTime(timeoutMs, () => resolve({ kind: 'late' }));
  });
  const done = task.then(
    (value): InTime<T> => ({ kind: 'value', value }),
    (error: unknown): InTime<T> => ({ kind: 'threw', detail: error instanceof Error ? error.message : String(error) }),
  );
  const result = await Promise.race([done, late]);
  stop();
  return result;
}
