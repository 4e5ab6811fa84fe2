import type { ProbeReport } from './probes/types.ts';

/**
 * Without the devices that only an old log of Ollama names, where Windows lists its adapters and none of that vendor: the card was taken
 * out. On Linux the log's probe looks at the PCI bus itself.
 */
export function withoutRemovedCards(reports: readonly ProbeReport[]): ProbeReport[] {
  const present = reports.flatMap(({ accelerators }) => accelerators.filter(({ id }) => /:win\d+$/.test(id)));
  if (present.length === 0) return [...reports];
  const isThere = (vendor: string) => present.some((adapter) => adapter.vendor === vendor);
  return reports.map((report) => ({
    ...report,
    accelerators: report.accelerators.filter(({ id, vendor }) => !id.startsWith('ollama:') || isThere(vendor)),
  }));
}
