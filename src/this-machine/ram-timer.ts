import type { measureRamBandwidth, RamReading } from '../machine/host/memory/ram-benchmark.ts';
import type { TimeRam } from '../machine/host/memory/ram-question.ts';
import type { OllamaServer } from '../machine/types.ts';
import type { System } from '../system/system.ts';

/** What this computer is asked through. */
export interface ThisMachineIo {
  env: Readonly<Record<string, string | undefined>>;
  system: System;
  /** Unix time, ms. */
  now: () => number;
  /** Times the RAM of `system`; absent: nothing is timed and no remembered figure is used. */
  measureRam?: typeof measureRamBandwidth;
}

/** once: remembered, else timed if it matters; anew: always timed; remembered: never timed; never: neither. */
export type RamUse = 'once' | 'anew' | 'remembered' | 'never';

/**
 * Gets the RAM's bandwidth for this run; null if it does not. Nothing is timed while a probe or the request to the server is still running,
 * for a machine that the table knows, or with a server on another computer.
 */
export function ramTimer(
  { system, measureRam, now }: Omit<ThisMachineIo, 'env'>,
  use: RamUse,
  server: Promise<OllamaServer | null>,
): TimeRam | null {
  if (measureRam === undefined || use === 'never') return null;
  return async (question) => {
    const { benchmarkOf, benchmarkThreads, isBusyReading } = await import('../machine/host/memory/ram-benchmark.ts');
    const { ramKey, readRememberedRam, rememberRam } = await import('../machine/host/memory/remembered-ram.ts');
    const { stateFolder } = await import('../system/state-folder.ts');
    const [folder, threads] = [stateFolder(system), benchmarkThreads(question.cpu.quotaCores)];
    const key = ramKey(question, threads);
    const isLocal = (await server.catch(() => null))?.remote !== true;
    if (use !== 'anew') {
      if (question.isInTable || !isLocal) return null;
      const known = await readRememberedRam(folder, key);
      const mayTime = use === 'once' && question.isQuiet;
      if (known !== null && !(mayTime && isOutdated(known, isBusyReading(known), now()))) {
        return benchmarkOf(known, known.day);
      }
      if (!mayTime) return null;
    }
    const timed = await measureRam(threads, question.memory.availableBytes);
    if (timed !== null) await rememberRam(folder, { key, day: dayOf(now()), ...readingOf(timed) });
    return timed;
  };
}

/** On a busy computer the figure is too low: it is used that day only. */
const isOutdated = ({ day }: { day: string }, isBusy: boolean, milliseconds: number) =>
  isBusy && day !== dayOf(milliseconds);

const readingOf = ({ bytesPerSecond, middleBytesPerSecond, threads, processorShare }: RamReading): RamReading => ({
  bytesPerSecond,
  middleBytesPerSecond,
  threads,
  processorShare,
});

const dayOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);
