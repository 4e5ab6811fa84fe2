import { timeoutInCpuTime } from './cpu-time-timeout.ts';

/** The result of a task in time: its value, or none because it is still running or failed. */
export type TimedResult<T> = { kind: 'value'; value: T } | { kind: 'late' } | { kind: 'threw'; detail: string };

/** Waits for a task for at most timeoutMs (see cpu-time-timeout.ts). A late task goes on and its result is dropped. */
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
