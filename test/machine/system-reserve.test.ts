import { describe, expect, it } from 'vitest';
import { tableHardware } from '../../src/advice/hardware.ts';
import { GiB } from '../../src/data/units.ts';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { apuBudget } from '../../src/machine/probes/amd/budget.ts';
import { unifiedPool } from '../../src/machine/probes/nvidia/unified.ts';
import { systemReserveBytes } from '../../src/machine/system-reserve.ts';
import { fakeSystem } from './replay.ts';

describe('what the system keeps of its RAM', () => {
  it.each([
    [128, 2],
    [8, 2],
    [4, 1],
    [null, 2],
  ])('what the system keeps of its RAM of %s GiB: %s GiB', (total, kept) => {
    expect(systemReserveBytes(total === null ? null : total * GiB)).toBe(kept * GiB);
  });

  it.each([4, 16, 64])(
    'what the system keeps of its RAM is the same for every kind of computer with %s GiB',
    async (size) => {
      const total = size * GiB;
      const left = total - systemReserveBytes(total);
      expect(hypotheticalMachine({ ramBytes: total }).memory.availableBytes).toBe(left);
      const apu = { vramTotal: 0, vramFree: 0, gttTotal: 2 * total, gttFree: 2 * total };
      expect(apuBudget({ ...apu, ramTotal: total, ramAvailable: total }).freeBytes).toBe(left);
      const kib = total / 1024;
      const files = { '/proc/meminfo': `MemTotal: ${kib} kB\nMemAvailable: ${kib} kB\n` };
      expect((await unifiedPool(fakeSystem({ files }))).freeBytes).toBe(left);
    },
  );

  it('what the system keeps of its RAM is kept of the shared memory of every device that needs lists', () => {
    const shared = tableHardware().filter(({ device }) => device.kind === 'unified');
    expect(shared.length).toBeGreaterThan(20);
    for (const { memoryBytes, machine } of shared) {
      expect(machine.memory.availableBytes).toBe(memoryBytes - systemReserveBytes(memoryBytes));
    }
  });
});
