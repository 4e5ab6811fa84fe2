import { deviceBandwidth, findDevice } from '../../../data/devices.ts';
import type { System } from '../../../system/system.ts';
import { cleanText } from '../../../text.ts';
import { availableFromVmStat } from '../../host/memory/vm-stat.ts';
import type { Vendor } from '../../types.ts';
import { ask, deadline } from '../shared/ask.ts';
import { accelerator, choose, newReport, note, type Report } from '../shared/report.ts';
import type { Probe, ProbeReport } from '../types.ts';
import { limitByRule } from './metal-limit.ts';
import {
  type MacDisplay,
  type Metal,
  metalScript,
  parseAllocated,
  parseDisplays,
  parseMetal,
  parseSysctl,
  wholeNumber,
} from './read.ts';

/** Macs: the unified memory of Apple Silicon under Metal's limit; the cards of Intel Macs, which nothing drives. */
export const apple: Probe = { platforms: ['darwin'], run: runApple };

const keys = [
  'machdep.cpu.brand_string',
  'hw.memsize',
  'iogpu.wired_limit_mb',
  'hw.optional.arm64',
  'sysctl.proc_translated',
];
const places = ['/usr/bin', '/usr/sbin', '/sbin'];
const sources = {
  metal: 'osascript: MTLDevice.recommendedMaxWorkingSetSize',
  displays: 'system_profiler SPDisplaysDataType -json',
  allocated: 'ioreg -c IOAccelerator: Alloc system memory',
};

async function runApple(system: System): Promise<ProbeReport> {
  const report = newReport();
  const left = deadline();
  const values = await sysctl(system, left);
  const brand = values.get('machdep.cpu.brand_string') ?? cleanText(system.cpuModel ?? '');
  const silicon = values.get('hw.optional.arm64') === '1' || system.arch === 'arm64' || /^apple\b/i.test(brand);
  if (values.get('sysctl.proc_translated') === '1') {
    note(report, 'os.rosetta', { value: true, source: 'sysctl sysctl.proc_translated', confidence: 'measured' });
  }
  if (silicon) await appleSilicon(system, report, values, brand, left());
  else await intelMac(system, report, left());
  return report;
}

/** All keys in one call; where that call gave no names, the ones that matter are asked separately. */
async function sysctl(system: System, left: (most?: number) => number): Promise<Map<string, string>> {
  const read = (args: string[]) => system.run('sysctl', args, { timeoutMs: left(600), places });
  const all = await read(keys);
  const values = parseSysctl(all.kind === 'done' ? all.stdout : '');
  for (const key of keys.slice(0, 4).filter((name) => !values.has(name))) {
    const result = await read(['-n', key]);
    const line = result.kind === 'done' && result.exitCode === 0 ? cleanText(result.stdout) : '';
    if (line !== '') values.set(key, line);
  }
  return values;
}

async function appleSilicon(
  system: System,
  report: Report,
  values: Map<string, string>,
  brand: string,
  timeoutMs: number,
): Promise<void> {
  const options = { timeoutMs, places };
  const [metalText, displayText, ioreg, vmStat] = await Promise.all([
    ask(system, report, 'osascript', ['-l', 'JavaScript', '-e', metalScript], options),
    ask(system, report, 'system_profiler', ['SPDisplaysDataType', '-json'], options),
    system.run('ioreg', ['-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator'], options),
    system.run('vm_stat', [], options),
  ]);
  const metal = metalText === null ? null : parseMetal(metalText);
  const display = parseDisplays(displayText ?? '').find(({ name }) => /apple/i.test(name)) ?? null;
  const ramBytes = wholeNumber(values.get('hw.memsize')) || system.totalMemoryBytes || null;
  const name = nameOf(brand, metal, display);
  const limit = chooseLimit(system, report, values, metal, ramBytes);
  const allocated = ioreg.kind === 'done' ? parseAllocated(ioreg.stdout) : null;
  const available = vmStat.kind === 'done' && ramBytes ? availableFromVmStat(vmStat.stdout, ramBytes) : null;
  note(report, 'apple:0.memory.allocated', { value: allocated, source: sources.allocated, confidence: 'measured' });
  note(report, 'apple:0.ram.available', { value: available, source: 'vm_stat', confidence: 'measured' });
  note(report, 'apple:0.cores', { value: display?.cores ?? null, source: sources.displays, confidence: 'reported' });
  const device = findDevice(name, { gpuCores: display?.cores ?? null, memoryBytes: ramBytes });
  report.accelerators.push(
    accelerator({
      id: 'apple:0',
      vendor: 'apple',
      name,
      kind: 'unified',
      backend: 'metal',
      memory: { totalBytes: limit?.value ?? null, freeBytes: freeOfLimit(limit?.value ?? null, allocated, available) },
      bandwidthBytesPerSecond: device ? deviceBandwidth(device) : null,
      source: limit?.source ?? 'sysctl',
      confidence: limit?.confidence ?? 'assumed',
    }),
  );
  if (/paravirtual|virtual/i.test(`${name} ${metal?.name ?? ''} ${brand}`)) {
    report.warnings.push({ code: 'virtual-gpu', device: name });
  }
}

function nameOf(brand: string, metal: Metal | null, display: MacDisplay | null): string {
  if (/paravirtual/i.test(metal?.name ?? '')) return metal?.name ?? '';
  if (/^apple (m|a)\d/i.test(brand)) return brand;
  return metal?.name ?? display?.name ?? (/^apple\b/i.test(brand) ? brand : 'Apple GPU');
}

function chooseLimit(
  system: System,
  report: Report,
  values: Map<string, string>,
  metal: Metal | null,
  ramBytes: number | null,
) {
  const told = metal?.workingSetBytes ?? null;
  const believable = told !== null && (ramBytes === null || told <= ramBytes);
  if (told !== null && !believable) {
    const value = String(told);
    report.warnings.push({
      code: 'reading-implausible',
      subject: 'apple:0.memory.total',
      value,
      source: sources.metal,
    });
  }
  const wired = wholeNumber(values.get('iogpu.wired_limit_mb'));
  const ruled = ramBytes === null ? null : limitByRule(ramBytes, system.release, wired);
  return choose(
    report,
    'apple:0.memory.total',
    [
      { value: believable ? told : null, source: sources.metal, confidence: 'measured' },
      { value: ruled?.bytes ?? null, source: ruled?.source ?? '', confidence: 'assumed' },
    ],
    'Metal itself before the table by macOS version',
  );
}

/** What is left under the limit, and no more than the RAM that is available; null when the available RAM is unknown. */
function freeOfLimit(limit: number | null, allocated: number | null, available: number | null): number | null {
  if (limit === null || available === null) return null;
  return Math.max(0, Math.min(limit - (allocated ?? 0), available));
}

async function intelMac(system: System, report: Report, timeoutMs: number): Promise<void> {
  const text = await ask(system, report, 'system_profiler', ['SPDisplaysDataType', '-json'], {
    timeoutMs,
    places,
  });
  for (const [at, gpu] of parseDisplays(text ?? '').entries()) {
    report.accelerators.push(
      accelerator({
        id: `${vendorOf(gpu)}:${at}`,
        vendor: vendorOf(gpu),
        name: gpu.name,
        kind: gpu.vramBytes === null ? 'integrated' : 'discrete',
        backend: 'none',
        memory: { totalBytes: gpu.vramBytes ?? gpu.sharedBytes, freeBytes: null },
        source: sources.displays,
        confidence: 'reported',
      }),
    );
  }
}

function vendorOf({ name, vendor }: MacDisplay): Vendor {
  const text = `${vendor} ${name}`.toLowerCase();
  if (/\b(amd|ati|radeon)\b|0x1002/.test(text)) return 'amd';
  if (/nvidia|geforce|0x10de/.test(text)) return 'nvidia';
  if (/apple/.test(text)) return 'apple';
  return /intel|0x8086/.test(text) ? 'intel' : 'other';
}
