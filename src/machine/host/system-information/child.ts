import si from 'systeminformation';

/** What is asked of systeminformation: facts that it reads well on Windows and odd systems. Never graphics, never memory sizes. */
export interface SystemFacts {
  brand: string | null;
  physicalCores: number | null;
  /** Space-separated, as the kernel or PowerShell writes them. */
  flags: string;
  /** Populated slots: megatransfers per second, the slot's name, and whether it is LPDDR, which is soldered on. */
  modules: { megaTransfers: number; slot: string; soldered?: boolean }[];
}

/** Runs in the child process: some of what systeminformation calls waits synchronously, so that only killing it would end the wait. */
export async function collectFacts(): Promise<SystemFacts> {
  const [cpu, slots] = await Promise.all([si.cpu(), si.memLayout()]);
  return {
    brand: [cpu.manufacturer, cpu.brand].filter(Boolean).join(' ') || null,
    physicalCores: cpu.physicalCores || null,
    flags: cpu.flags ?? '',
    modules: slots
      .filter(({ size, clockSpeed }) => size > 0 && (clockSpeed ?? 0) > 0)
      .map(({ clockSpeed, bank, type }) => ({
        megaTransfers: clockSpeed ?? 0,
        slot: bank ?? '',
        ...(/^LPDDR/i.test(type ?? '') && { soldered: true }),
      })),
  };
}
