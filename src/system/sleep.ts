/** Waits; an abort ends the wait at once and rejects with the signal's reason (node:timers/promises has an error of its own). */
export async function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs);
  });
  return unlessAborted(over, signal).finally(() => clearTimeout(timer));
}

/** The outcome of a task, or the signal's reason when that comes first; the task itself is let go. */
export async function unlessAborted<T>(task: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return task;
  // An abandoned task may still fail: its rejection must be handled.
  task.catch(() => {});
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([task, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
