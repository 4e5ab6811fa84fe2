import { deviceBandwidth, findDevice } from '../data/tables.ts';
import { processOverheadBytes } from '../machine/overhead.ts';
import type { Accelerator, Backend, Machine, MemoryHolder } from '../machine/types.ts';

type Holder = MemoryHolder & { bytes: number };

/** Ollama frees what its runners hold, so that counts as free already. */
const ollamaProgram = /^ollama/i;
/** Named without its folder: Ollama's own where Ollama has a model loaded. */
const llamaServer = /^llama[-_]server/i;

/** The program, other than Ollama's, that holds most memory of a usable device; null when none is known. */
export function largestHolder(machine: Machine): Holder | null {
  const running = (machine.ollama?.loaded.length ?? 0) > 0;
  const ofOllama = (name: string) => ollamaProgram.test(name) || (running && llamaServer.test(name));
  const known = machine.accelerators
    .filter(({ usable }) => usable === true)
    .flatMap(({ holders }) => holders)
    .flatMap(({ name, bytes }) => (bytes === null || ofOllama(name) ? [] : [{ name, bytes }]));
  return known.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))[0] ?? null;
}

/** The machine with that program closed. */
export function withoutHolder(machine: Machine, holder: Holder): Machine {
  const accelerators = machine.accelerators.map((accelerator) =>
    holds(accelerator, holder) ? freed(accelerator, holder.bytes) : accelerator,
  );
  return { ...machine, accelerators };
}

/**
 * The machine with an unused device in use. What nothing reports of it without a driver is that of its row of the table, the smallest where it
 * is sold with several sizes; null when its memory is not known from there either.
 */
export function withDevice(machine: Machine, unread: Accelerator): Machine | null {
  const device = asInTable(unread);
  const { totalBytes, freeBytes } = device.memory;
  const bytes = freeBytes ?? totalBytes;
  if (bytes === null) return null;
  const backend = device.backend === 'none' ? usualBackend[device.vendor] : device.backend;
  if (backend === undefined) return null;
  const overheadBytes = device.overheadBytes || processOverheadBytes(backend);
  const used = {
    ...device,
    usable: true,
    reason: null,
    backend,
    overheadBytes,
    memory: { totalBytes, freeBytes: bytes },
  };
  return { ...machine, accelerators: machine.accelerators.map((one) => (one === unread ? used : one)) };
}

/** A card, with what its row of the table says where nothing was read. */
function asInTable(device: Accelerator): Accelerator {
  const row = device.kind === 'discrete' && device.memory.totalBytes === null ? findDevice(device.name) : null;
  if (row === null || row.memoryGiB.length === 0) return device;
  return {
    ...device,
    memory: { ...device.memory, totalBytes: Math.min(...row.memoryGiB) * 2 ** 30 },
    bandwidthBytesPerSecond: device.bandwidthBytesPerSecond ?? deviceBandwidth(row),
    architecture: device.architecture ?? row.architecture,
  };
}

/** The machine with that much more RAM. */
export function withRam(machine: Machine, bytes: number): Machine {
  const { totalBytes, availableBytes } = machine.memory;
  const more = (known: number | null) => (known === null ? null : known + bytes);
  return {
    ...machine,
    memory: { ...machine.memory, totalBytes: more(totalBytes), availableBytes: more(availableBytes) },
  };
}

const usualBackend: Partial<Record<Accelerator['vendor'], Backend>> = {
  nvidia: 'cuda',
  amd: 'vulkan',
  intel: 'vulkan',
};

function holds({ holders }: Accelerator, { name, bytes }: Holder): boolean {
  return holders.some((holder) => holder.name === name && holder.bytes === bytes);
}

function freed(accelerator: Accelerator, bytes: number): Accelerator {
  const { totalBytes, freeBytes } = accelerator.memory;
  const most = totalBytes ?? Number.POSITIVE_INFINITY;
  return {
    ...accelerator,
    memory: { totalBytes, freeBytes: freeBytes === null ? null : Math.min(freeBytes + bytes, most) },
  };
}
