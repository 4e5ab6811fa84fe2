import { cpuTimeClock } from './cpu-time-timeout.ts';
import type { RunResult, System } from './system.ts';

/** Between the end of the last program and the end of the wait: for what a probe still makes of the answers. */
const marginMs = 100;

/**
 * The same system, on which no program runs longer than until just before the deadline: a probe then still has time to say what it got,
 * and no timer or process holds the tool up after its answer.
 */
export function withDeadline(system: System, timeoutMs: number, now: () => number = cpuTimeClock(timeoutMs)): System {
  const end = now() + Math.max(timeoutMs - marginMs, timeoutMs / 2);
  return {
    ...system,
    run: async (program, args, options = {}): Promise<RunResult> => {
      const left = Math.floor(end - now());
      if (left <= 0) return { kind: 'timeout', timeoutMs: 0 };
      return system.run(program, args, { ...options, timeoutMs: Math.min(options.timeoutMs ?? left, left) });
    },
  };
}
