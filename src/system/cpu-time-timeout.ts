/** A wait is counted in so many steps. */
const steps = 25;

/** Node fires a timer of more than 2^31 - 1 ms at once. */
const stepOf = (timeoutMs: number) => Math.min(timeoutMs / steps, 2 ** 31 - 1);

/**
 * Calls back after timeoutMs, of which time without a processor counts as one step at most: on a machine that has no time for this
 * process, what has arrived meanwhile is read first and not given up. Returns what ends the wait.
 */
export function timeoutInCpuTime(timeoutMs: number, call: () => void): () => void {
  const stepMs = stepOf(timeoutMs);
  let left = steps;
  let timer = setTimeout(step, stepMs);
  function step(): void {
    left -= 1;
    if (left === 0) call();
    else timer = setTimeout(step, stepMs);
  }
  return () => clearTimeout(timer);
}

/** A clock of the same reckoning, ms from 0 on: it is right for the first timeoutMs and stands still after them. */
export function cpuTimeClock(timeoutMs: number): () => number {
  const stepMs = stepOf(timeoutMs);
  let [past, since] = [0, performance.now()];
  const timer = setInterval(() => {
    past += stepMs;
    since = performance.now();
    if (past >= timeoutMs) clearInterval(timer);
  }, stepMs);
  timer.unref();
  return () => Math.min(past + Math.min(performance.now() - since, stepMs), timeoutMs);
}
