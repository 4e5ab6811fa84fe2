import type { System } from '../../../system/system.ts';
import { hideFromRocm } from '../amd/visible.ts';
import { ask, deadline } from '../shared/ask.ts';
import { newReport, note, type Report } from '../shared/report.ts';
import type { Probe, ProbeReport } from '../types.ts';
import { parseDirectX, parseDisplayClass } from './adapters.ts';
import { type CimFacts, cimScript, parseCim, parseControllerText } from './cim.ts';
import { isRealGpu, presentAdapters } from './present.ts';
import { validateAdapter, type WindowsAdapter } from './validate.ts';

/**
 * GPUs of any vendor on Windows: the DirectX key of the registry, the display class key and CIM behind it. NVIDIA cards are
 * reported too: nvidia-smi knows them better, and is not always there.
 */
export const windows: Probe = { platforms: ['win32'], run: runWindows };

const directXKey = 'HKLM\\SOFTWARE\\Microsoft\\DirectX';
const classKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';

async function runWindows(system: System): Promise<ProbeReport> {
  const report = newReport();
  const root = system.env.SystemRoot ?? system.env.SYSTEMROOT ?? 'C:\\Windows';
  const reg = { timeoutMs: 1800, places: [`${root}\\System32`] };
  const query = async (key: string) => {
    const result = await system.run('reg', ['query', key, '/s'], reg);
    if (result.kind === 'timeout') {
      report.warnings.push({ code: 'probe-timeout', probe: `reg query ${key}`, timeoutMs: result.timeoutMs });
    }
    return result.kind === 'done' ? result.stdout : '';
  };
  const [directX, classes, cim] = await Promise.all([query(directXKey), query(classKey), askCim(system, report, root)]);
  const entries = parseDirectX(directX).filter(isRealGpu);
  const { adapters, rule } = presentAdapters(entries, cim);
  for (const stale of entries.filter((entry) => !adapters.includes(entry))) {
    report.evidence.push({
      subject: 'windows.adapter',
      value: stale.name,
      source: stale.source,
      confidence: 'reported',
      chosen: false,
      rule,
    });
  }
  const drivers = parseDisplayClass(classes).filter(isRealGpu);
  const controllers = (cim?.video ?? []).filter(isRealGpu);
  const facts = { drivers, controllers, cim, system, carveOutBytes: carveOut(system, cim) };
  note(report, 'windows.carve-out', {
    value: facts.carveOutBytes,
    source: 'Win32_PhysicalMemory.Capacity less the RAM that Windows sees',
    confidence: 'assumed',
  });
  const sources: WindowsAdapter[] = adapters.length > 0 ? adapters : withoutDirectX(drivers, controllers);
  const counts = new Map<string, number>();
  for (const source of sources) validateAdapter(report, source, facts, counts);
  hideFromRocm(report, system);
  return report;
}

/** Without the DirectX key: what is plugged in, else what has a driver. */
function withoutDirectX(
  drivers: ReturnType<typeof parseDisplayClass>,
  controllers: CimFacts['video'],
): WindowsAdapter[] {
  const blank = { luid: null, dedicatedBytes: null, sharedBytes: null };
  if (controllers.length > 0) {
    return controllers.map((controller) => ({ ...blank, ...controller, source: 'Win32_VideoController' }));
  }
  return drivers.map((driver) => ({ ...blank, ...driver }));
}

/** PowerShell may be missing, constrained or slow: then there are no counters, and the free memory stays unknown. */
async function askCim(system: System, report: Report, root: string): Promise<CimFacts | null> {
  const left = deadline(2100);
  const args = ['-NoProfile', '-NonInteractive', '-Command', cimScript];
  const places = [`${root}\\System32\\WindowsPowerShell\\v1.0`];
  const text =
    (await ask(system, report, 'powershell', args, { timeoutMs: left(), places })) ??
    (await ask(system, report, 'pwsh', args, { timeoutMs: left() }));
  if (text === null) return null;
  const facts = parseCim(text);
  return facts.video.length > 0 || facts.usage.size > 0 ? facts : { ...facts, video: parseControllerText(text) };
}

/** Memory modules less the RAM that Windows sees, from 1 GiB up: what firmware gave to an integrated GPU. */
function carveOut(system: System, cim: CimFacts | null): number | null {
  if (!cim?.installedBytes || !system.totalMemoryBytes) return null;
  const gap = cim.installedBytes - system.totalMemoryBytes;
  return gap >= 1024 ** 3 ? gap : null;
}
