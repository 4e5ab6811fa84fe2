import { cleanText } from '../../../text.ts';
import { asObject, findJson, type Json, leaf } from '../shared/json.ts';
import { linesOf } from '../shared/lines.ts';
import { isCapped, pciIds } from './adapters.ts';

/**
 * One PowerShell call for all that the registry does not say. CIM class and property names are the same in every language;
 * nothing here needs more than constrained language mode. UTF-8 where that may be set.
 */
export const cimScript = [
  'try { [Console]::OutputEncoding = [Text.Encoding]::UTF8 } catch { }',
  "$ErrorActionPreference = 'SilentlyContinue'",
  '@{ video = @(Get-CimInstance Win32_VideoController | Select-Object Name, AdapterRAM, DriverVersion, PNPDeviceID)',
  'memory = @(Get-CimInstance Win32_PerfFormattedData_GPUPerformanceCounters_GPUAdapterMemory | Select-Object Name, DedicatedUsage, SharedUsage)',
  'ram = @(Get-CimInstance Win32_PhysicalMemory | Select-Object Capacity) } | ConvertTo-Json -Depth 3 -Compress',
].join('; ');

/** A display controller that is plugged in now. */
export interface VideoController {
  name: string;
  vendorId: number | null;
  deviceId: number | null;
  /** AdapterRAM, a 32-bit field: null when it is at its cap. */
  memoryBytes: number | null;
  driverVersion: string | null;
}

export interface CimFacts {
  video: VideoController[];
  /** By LUID (`0x00000000_0x0000d3c5`): bytes in use now. */
  usage: Map<string, { dedicatedBytes: number; sharedBytes: number }>;
  /** Sum of the memory modules, bytes. */
  installedBytes: number | null;
}

/** Rows of one class: controllers, counters, memory modules. */
const maxRows = 256;

/** The answer of cimScript; empty facts for anything else. */
export function parseCim(text: string): CimFacts {
  const json = asObject(findJson(text) ?? undefined);
  const list = (key: string): Json[] => {
    const value = json?.[key];
    return Array.isArray(value) ? value.slice(0, maxRows) : value ? [value] : [];
  };
  const usage: CimFacts['usage'] = new Map();
  for (const item of list('memory')) {
    const row = asObject(item);
    const luid = /luid_(0x[0-9a-f]{8}_0x[0-9a-f]{8})/i.exec(leaf(row?.Name) ?? '')?.[1]?.toLowerCase();
    const [dedicated, shared] = [amount(row?.DedicatedUsage), amount(row?.SharedUsage)];
    if (!luid || dedicated === null) continue;
    const before = usage.get(luid) ?? { dedicatedBytes: 0, sharedBytes: 0 };
    usage.set(luid, {
      dedicatedBytes: before.dedicatedBytes + dedicated,
      sharedBytes: before.sharedBytes + (shared ?? 0),
    });
  }
  const modules = list('ram').map((item) => amount(asObject(item)?.Capacity));
  const sum = modules.reduce<number>((total, bytes) => total + (bytes ?? 0), 0);
  return {
    video: list('video').flatMap((item) => {
      const row = asObject(item);
      return controller(leaf(row?.Name), leaf(row?.AdapterRAM), leaf(row?.DriverVersion), leaf(row?.PNPDeviceID));
    }),
    usage,
    installedBytes: sum > 0 && sum < 2 ** 44 ? sum : null,
  };
}

const amount = (value: Json | undefined): number | null => {
  const text = leaf(value)?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
};

function controller(
  name: string | null,
  ram: string | null,
  driver: string | null,
  pnp: string | null,
): VideoController[] {
  const plain = cleanText(name ?? '');
  if (plain === '') return [];
  const bytes = amount(ram);
  return [
    {
      name: plain,
      ...pciIds(pnp ?? ''),
      memoryBytes: bytes === null || bytes === 0 ? null : believable(bytes),
      driverVersion: cleanText(driver ?? '', 40) || null,
    },
  ];
}

/** Larger than 32 bits can hold, it did not come from AdapterRAM and has no cap. */
const believable = (bytes: number) => (bytes > 0xffffffff || !isCapped(bytes) ? bytes : null);

/** Controllers in other texts: `name|bytes` rows, PowerShell's list form (`Name : …`, `AdapterRAM : …`) or its table. */
export function parseControllerText(text: string): VideoController[] {
  const rows = linesOf(text).flatMap((line) => {
    const cells = line.split('|');
    return cells.length >= 2 && /^\s*\d{1,15}\s*$/.test(cells[1] ?? '')
      ? controller(cells[0] ?? '', cells[1] ?? '', null, null)
      : [];
  });
  if (rows.length > 0) return rows;
  const table = tableRows(linesOf(text)).flatMap((row) =>
    controller(
      row.get('name') ?? null,
      row.get('adapterram') ?? null,
      row.get('driverversion') ?? null,
      row.get('pnpdeviceid') ?? null,
    ),
  );
  if (table.length > 0) return table;
  return linesOf(text)
    .join('\n')
    .split(/\n[ \t]*\n/)
    .flatMap((block) => {
      const value = (name: string) =>
        new RegExp(`^[ \\t]*${name}[ \\t]*[:=][ \\t]*(.*)$`, 'im').exec(block)?.[1]?.trim() ?? null;
      return controller(value('Name'), value('AdapterRAM'), value('DriverVersion'), value('PNPDeviceID'));
    });
}

/** Rows under a header that is underlined with dashes: a column is as wide as the way from its dashes to the next. */
function tableRows(lines: string[]): Map<string, string>[] {
  const at = lines.findIndex((line) => /^\s*-{2,}( +-{2,})+\s*$/.test(line));
  if (at < 1) return [];
  const starts = [...(lines[at] ?? '').matchAll(/-{2,}/g)].map(({ index }) => index);
  const cut = (line: string) => starts.map((start, column) => line.slice(start, starts[column + 1]).trim());
  const header = cut(lines[at - 1] ?? '').map((cell) => cell.toLowerCase());
  const end = lines.findIndex((line, index) => index > at && line.trim() === '');
  const body = lines.slice(at + 1, end < 0 ? undefined : end);
  return body.map((line) => new Map(cut(line).map((cell, column) => [header[column] ?? '', cell])));
}
