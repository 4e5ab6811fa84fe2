import type { Machine } from '../machine/types.ts';
import type { RamUse, ThisMachineIo } from './ram-timer.ts';

/** Probes this computer and asks its Ollama server at the same time; the RAM is timed, if at all, after both. */
export async function probeThisMachine(io: ThisMachineIo, ramUse: RamUse = 'once'): Promise<Machine> {
  const [{ probeMachine }, { inspectServer }, { ramTimer }] = await Promise.all([
    import('../machine/probe.ts'),
    import('../ollama/api/inspect.ts'),
    import('./ram-timer.ts'),
  ]);
  const server = inspectServer({ env: io.env });
  const timeRam = ramTimer(io, ramUse, server);
  const [machine, ollama] = await Promise.all([probeMachine(io.system, timeRam === null ? {} : { timeRam }), server]);
  return { ...machine, ollama };
}
