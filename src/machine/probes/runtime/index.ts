import type { System } from '../../../system/system.ts';
import { journalOfOllama } from '../../host/ollama-service.ts';
import type { Accelerator, AcceleratorKind, Backend, Vendor } from '../../types.ts';
import { pciDisplays } from '../shared/pci.ts';
import { accelerator, newReport, note, type Report } from '../shared/report.ts';
import { plainName, sizesAgree } from '../shared/same-device.ts';
import type { Probe, ProbeReport } from '../types.ts';
import { withoutDriver } from '../vulkan/device.ts';
import { parseListDevices, type RuntimeDevice } from './list-devices.ts';
import { type LoggedDevice, parseOllamaLog } from './ollama-log.ts';

/**
 * What the runtimes themselves say: `llama-server --list-devices` where it is on PATH, and the log of Ollama's last start. Authoritative
 * for that runtime; for the machine it ranks behind the probes that ask the driver.
 */
export const runtime: Probe = { platforms: ['linux', 'darwin', 'win32'], run: runRuntime };

async function runRuntime(system: System): Promise<ProbeReport> {
  const report = newReport();
  const [listed, log] = await Promise.all([listDevices(system, report), ollamaLog(system)]);
  report.accelerators.push(...withoutDoubles(listed.flatMap((device) => addListed(report, device, system))));
  if (log) await addLogged(system, report, log, listed.length > 0);
  return report;
}

async function listDevices(system: System, report: Report): Promise<RuntimeDevice[]> {
  const result = await system.run('llama-server', ['--list-devices'], { timeoutMs: 1800, maxBytes: 256 * 1024 });
  if (result.kind === 'timeout') {
    report.warnings.push({ code: 'probe-timeout', probe: 'llama-server --list-devices', timeoutMs: result.timeoutMs });
  }
  return result.kind === 'done' ? parseListDevices(`${result.stderr}\n${result.stdout}`) : [];
}

const vendorOfBackend: Partial<Record<Backend, Vendor>> = {
  cuda: 'nvidia',
  rocm: 'amd',
  metal: 'apple',
  sycl: 'intel',
};

function vendorOf(backend: Backend, name: string): Vendor {
  const known = vendorOfBackend[backend];
  if (known) return known;
  if (/nvidia|geforce|quadro|tesla/i.test(name)) return 'nvidia';
  if (/\b(amd|radeon)\b/i.test(name)) return 'amd';
  return /\bintel\b/i.test(name) ? 'intel' : 'other';
}

function kindOf(vendor: Vendor, unified: boolean | null, name: string): AcceleratorKind {
  if (vendor === 'apple') return 'unified';
  const graphics = /\b(UHD|Iris|HD Graphics|\d{3}M|80[3-6]0S|Radeon(\(TM\))? Graphics|Intel(\(R\))? Graphics)\b/i.test(
    name,
  );
  if (unified === true || (unified === null && vendor !== 'nvidia' && graphics))
    return vendor === 'nvidia' ? 'unified' : 'integrated';
  return 'discrete';
}

function addListed(report: Report, device: RuntimeDevice, { platform }: System): Accelerator[] {
  const source = 'llama-server --list-devices';
  const { backend, handle } = device;
  const name = withoutDriver(device.name);
  const vendor = vendorOf(backend, name);
  const id = `llama:${handle}`;
  const kind = kindOf(vendor, device.unified, name);
  note(report, `${id}.memory.total`, { value: device.totalBytes, source, confidence: 'measured' });
  note(report, `${id}.memory.free`, { value: device.freeBytes, source, confidence: 'measured' });
  if (backend === 'none' || (platform === 'darwin' && backend !== 'metal')) return [];
  return [
    accelerator({
      id,
      vendor,
      name,
      kind,
      backend,
      memory: { totalBytes: device.totalBytes, freeBytes: device.freeBytes },
      architecture: device.architecture,
      source,
      confidence: 'measured',
    }),
  ];
}

/** A build with two backends lists a card once for each: a Vulkan device goes for every other device of its name and size. */
function withoutDoubles(listed: readonly Accelerator[]): Accelerator[] {
  const nearer = listed.filter(({ backend }) => backend !== 'vulkan');
  return listed.filter((device) => {
    if (device.backend !== 'vulkan') return true;
    const at = nearer.findIndex(
      (other) => plainName(other.name) === plainName(device.name) && sizesAgree(other, device),
    );
    if (at >= 0) nearer.splice(at, 1);
    return at < 0;
  });
}

const hasDevices = (text: string) => /^(?:time|level)=.*inference compute/m.test(text);

/** The newest of the places where Ollama's server writes: its file on macOS and Windows, the journal on Linux. */
async function ollamaLog(system: System): Promise<{ text: string; source: string } | null> {
  const local = system.env.LOCALAPPDATA;
  const files = [
    ...(local ? [`${local}\\Ollama\\server.log`] : []),
    ...(system.homeDir && system.platform !== 'win32' ? [`${system.homeDir}/.ollama/logs/server.log`] : []),
  ];
  for (const path of files) {
    const text = await system.read(path, 2 * 1024 * 1024);
    if (text && hasDevices(text)) return { text, source: path.replace(system.homeDir ?? '\u0000', '~') };
  }
  if (system.platform !== 'linux') return null;
  const result = await system.run('journalctl', journalOfOllama, { timeoutMs: 1500 });
  const text = result.kind === 'done' ? result.stdout : '';
  return hasDevices(text) ? { text, source: `journalctl ${journalOfOllama.join(' ')}` } : null;
}

/** Logged figures are rounded and as old as the server's start: evidence, and devices only where llama-server named none. */
async function addLogged(
  system: System,
  report: Report,
  { source, text }: { source: string; text: string },
  listed: boolean,
): Promise<void> {
  const { devices, cpuOnly, dropped } = parseOllamaLog(text);
  const tell = (subject: string, value: string | number | boolean | null) =>
    note(report, subject, { value, source, confidence: 'reported' });
  if (cpuOnly) tell('ollama.devices', 'cpu');
  for (const name of dropped) tell('ollama.dropped', name);
  for (const [at, device] of devices.entries()) {
    const id = `ollama:${at}`;
    tell(`${id}.library`, device.backend);
    tell(`${id}.name`, device.name);
    tell(`${id}.memory.total`, device.totalBytes);
    tell(`${id}.memory.free`, device.freeBytes);
    if (listed || device.name === null || (await isTakenOut(system, device, device.name))) continue;
    if (device.pciAddress) report.physical[id] = { pciAddress: device.pciAddress };
    report.accelerators.push(fromLog(id, device, device.name, source));
  }
}

/** A log outlives the card: what is no longer on the PCI bus is not there. Where the bus does not show GPUs (WSL) nothing follows from it. */
async function isTakenOut(system: System, { backend, pciAddress }: LoggedDevice, name: string): Promise<boolean> {
  if (system.platform !== 'linux' || (await system.exists('/dev/dxg'))) return false;
  const bus = await pciDisplays(system);
  if (bus.length === 0) return false;
  if (pciAddress !== null) return !bus.some(({ address }) => address === pciAddress);
  const wanted = pciVendors[vendorOf(backend, name)];
  return wanted !== undefined && !bus.some(({ vendorId }) => vendorId === wanted);
}

const pciVendors: Partial<Record<Vendor, number>> = { nvidia: 0x10de, amd: 0x1002, intel: 0x8086 };

function fromLog(id: string, device: LoggedDevice, name: string, source: string): Accelerator {
  const vendor = vendorOf(device.backend, name);
  const unified = device.type === null ? null : /igpu|integrated/i.test(device.type);
  return accelerator({
    id,
    vendor,
    name,
    kind: kindOf(vendor, unified, name),
    backend: device.backend,
    memory: { totalBytes: device.totalBytes, freeBytes: null },
    architecture: device.backend === 'cuda' || device.backend === 'rocm' ? device.architecture : null,
    source,
    confidence: 'reported',
  });
}
