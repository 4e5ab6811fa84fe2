import type { Machine } from '../machine/types.ts';

/**
 * Steps in which free memory is counted, as a share of it (1/128: a card of 24 GiB in steps of 128 MiB). RAM beside a card with its own
 * memory matters less, and has coarser steps.
 */
export interface FleetSteps {
  deviceShare: number;
  ramShare: number;
  ramBesideCardShare: number;
}

/** The same machine with its free memory in whole steps, never more than there is. */
export function roundedDown(machine: Machine, steps: FleetSteps): Machine {
  const card = machine.accelerators.some(({ kind, usable }) => kind === 'discrete' && usable === true);
  const ramShare = card ? steps.ramBesideCardShare : steps.ramShare;
  return {
    ...machine,
    memory: { ...machine.memory, availableBytes: down(machine.memory.availableBytes, ramShare) },
    accelerators: machine.accelerators.map((accelerator) => ({
      ...accelerator,
      memory: { ...accelerator.memory, freeBytes: down(accelerator.memory.freeBytes, steps.deviceShare) },
    })),
  };
}

/** Everything about a machine that an answer depends on, without the sources of its readings. */
export function signatureOf({ os, cpu, memory, accelerators, ollama }: Machine): string {
  const devices = accelerators.map((one) => ({ ...one, source: '', confidence: '', holders: [] }));
  return JSON.stringify([os.platform, os.arch, os.environment, cpu, memory, devices, ollama]);
}

/** Rounded down to a multiple of that share of the next lower power of two, so that nearly equal machines become equal. */
function down(bytes: number | null, share: number): number | null {
  if (bytes === null) return null;
  const step = Math.max(2 ** Math.floor(Math.log2(bytes)) * share, 1);
  return Math.floor(bytes / step) * step;
}
