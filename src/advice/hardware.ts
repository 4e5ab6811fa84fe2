import { deviceSpecs } from '../data/tables.ts';
import { GiB } from '../data/units.ts';
import { acceleratorsOfSpec } from '../machine/hypothetical/accelerators.ts';
import { emptyMachine } from '../machine/hypothetical/index.ts';
import { systemReserveBytes } from '../machine/system-reserve.ts';
import type { Machine, MachineMemory } from '../machine/types.ts';
import type { Hardware } from './needs.ts';

/** Every device of the table except phones, in each size it is sold with, in an otherwise unknown computer. */
export function tableHardware(): Hardware[] {
  const computers = deviceSpecs.filter((device) => device.class !== 'phone');
  return computers.flatMap((device) =>
    device.memoryGiB.map((size) => {
      const memoryBytes = size * GiB;
      return { device, memoryBytes, machine: around(device, memoryBytes) };
    }),
  );
}

function around(device: Hardware['device'], memoryBytes: number): Machine {
  const platform = device.vendor === 'apple' ? 'darwin' : 'linux';
  const empty = emptyMachine();
  return {
    ...empty,
    os: { ...empty.os, platform, arch: platform === 'darwin' ? 'arm64' : 'x64' },
    memory: device.kind === 'unified' ? sharedMemory(memoryBytes) : empty.memory,
    accelerators: acceleratorsOfSpec([{ count: 1, device, memoryBytes }], platform, null),
  };
}

function sharedMemory(totalBytes: number): MachineMemory {
  return {
    totalBytes,
    availableBytes: totalBytes - systemReserveBytes(totalBytes),
    limitBytes: null,
    limitedBy: 'none',
    bandwidthBytesPerSecond: null,
  };
}
