import type { System } from '../../../system/system.ts';
import type { AcceleratorKind, Backend, Vendor } from '../../types.ts';
import { chipOf } from '../amd/chips.ts';
import { accelerator, choose, note, type Report, type SourceReading } from '../shared/report.ts';
import type { ClassAdapter } from './adapters.ts';
import type { CimFacts, VideoController } from './cim.ts';
import { windowsKind, windowsVendor } from './kind.ts';

/** An adapter from whichever source lists them. */
export interface WindowsAdapter {
  source: string;
  name: string;
  vendorId: number | null;
  deviceId: number | null;
  luid: string | null;
  dedicatedBytes: number | null;
  sharedBytes: number | null;
  driverVersion: string | null;
}

export interface WindowsFacts {
  drivers: readonly ClassAdapter[];
  controllers: readonly VideoController[];
  cim: CimFacts | null;
  system: System;
  carveOutBytes: number | null;
}

/** Adds one adapter to the report, with every word on its memory kept as evidence. `counts` numbers the cards of a vendor. */
export function validateAdapter(
  report: Report,
  adapter: WindowsAdapter,
  facts: WindowsFacts,
  counts: Map<string, number>,
): void {
  const vendor = windowsVendor(adapter.vendorId, adapter.name);
  const number = counts.get(vendor) ?? 0;
  counts.set(vendor, number + 1);
  const id = `${vendor}:win${number}`;
  const kind = windowsKind(vendor, adapter);
  const dedicated = chooseDedicated(report, id, adapter, kind, vendor, facts);
  const shared = kind === 'integrated' ? adapter.sharedBytes : null;
  if (shared !== null) {
    note(report, `${id}.memory.shared`, {
      value: shared,
      source: `${adapter.source} SharedSystemMemory`,
      confidence: 'reported',
    });
  }
  const own = dedicated?.value ?? null;
  const totalBytes = own === null && shared === null ? null : (own ?? 0) + (shared ?? 0);
  const chip = vendor === 'amd' ? chipOf(adapter.deviceId) : null;
  if (adapter.luid) report.physical[id] = { luid: adapter.luid };
  report.accelerators.push(
    accelerator({
      id,
      vendor,
      name: adapter.name,
      kind,
      backend: backendGuess(vendor, chip !== null),
      memory: { totalBytes, freeBytes: chooseFree(report, id, adapter, { own, shared, totalBytes }, facts) },
      architecture: chip?.gfx ?? null,
      driverVersion: adapter.driverVersion,
      source: dedicated?.source ?? adapter.source,
      confidence: dedicated?.confidence ?? 'reported',
    }),
  );
}

function backendGuess(vendor: Vendor, knownChip: boolean): Backend {
  if (vendor === 'nvidia') return 'cuda';
  return vendor === 'amd' && knownChip ? 'rocm' : 'vulkan';
}

function chooseDedicated(
  report: Report,
  id: string,
  adapter: WindowsAdapter,
  kind: AcceleratorKind,
  vendor: Vendor,
  { drivers, controllers, carveOutBytes }: WindowsFacts,
) {
  const same = (other: { vendorId: number | null; deviceId: number | null; name: string }) =>
    other.deviceId !== null && adapter.deviceId !== null
      ? other.vendorId === adapter.vendorId && other.deviceId === adapter.deviceId
      : other.name === adapter.name;
  const driver = drivers.find(same);
  const controller = controllers.find(same);
  const carved = kind === 'integrated' && vendor === 'amd' ? carveOutBytes : null;
  const candidates: SourceReading<number>[] = [
    { value: adapter.dedicatedBytes || null, source: `${adapter.source} DedicatedVideoMemory`, confidence: 'reported' },
    {
      value: driver?.memoryBytes ?? null,
      source: `${driver?.source} HardwareInformation.qwMemorySize`,
      confidence: 'reported',
    },
    { value: carved, source: 'Win32_PhysicalMemory.Capacity less the RAM that Windows sees', confidence: 'assumed' },
    { value: controller?.memoryBytes ?? null, source: 'Win32_VideoController.AdapterRAM', confidence: 'reported' },
  ];
  const rule = 'DirectX before the driver key, AdapterRAM last: it has 32 bits';
  return choose(report, `${id}.memory.dedicated`, candidates, rule);
}

/** Total less what the performance counters say is in use; the shared part is no more than the RAM that is available. */
function chooseFree(
  report: Report,
  id: string,
  { luid }: WindowsAdapter,
  { own, shared, totalBytes }: { own: number | null; shared: number | null; totalBytes: number | null },
  { cim, system }: WindowsFacts,
): number | null {
  const usage = luid === null ? undefined : cim?.usage.get(luid);
  if (!usage || totalBytes === null) return null;
  const source = 'Win32_PerfFormattedData_GPUPerformanceCounters_GPUAdapterMemory';
  note(report, `${id}.memory.used`, {
    value: usage.dedicatedBytes,
    source: `${source}.DedicatedUsage`,
    confidence: 'measured',
  });
  if (usage.dedicatedBytes > (own ?? 0) && shared === null) return null;
  const ownFree = Math.max(0, (own ?? 0) - usage.dedicatedBytes);
  const sharedFree = Math.max(0, (shared ?? 0) - usage.sharedBytes);
  const available = system.freeMemoryBytes > 0 ? system.freeMemoryBytes : sharedFree;
  return ownFree + Math.min(sharedFree, available);
}
