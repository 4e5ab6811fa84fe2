/** What came of a task in time: its value, or nothing because it is still running or broke. */
export type InTime<T> = { kind: 'value'; value: T } | { kind: 'late' } | { kind: 'threw'; detail: string };

/** Waits for a task at most until timeoutMs have gone. A late task goes on and its result is dropped. */
export async function within<T>(task: Promise<T>, timeoutMs: number): Promise<InTime<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<InTime<T>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'late' }), timeoutMs);
  });
  const done = task.then(
    (value): InTime<T> => ({ kind: 'value', value }),
    (error: unknown): InTime<T> => ({ kind: 'threw', detail: error instanceof Error ? error.message : String(error) }),
  );
  const result = await Promise.race([done, late]);
  clearTimeout(timer);
  return result;
}
