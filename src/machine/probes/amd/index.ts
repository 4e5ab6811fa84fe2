import type { System } from '../../../system/system.ts';
import { cleanText } from '../../../text.ts';
import { hasRenderNode, markInaccessible, nodesNotLocal } from '../shared/device-nodes.ts';
import { ramNow } from '../shared/memory-now.ts';
import { parseLspci, pciDisplays } from '../shared/pci.ts';
import { newReport, note, type Report } from '../shared/report.ts';
import type { Probe, ProbeReport } from '../types.ts';
import { askSmi } from './ask-smi.ts';
import { type KfdNode, kfdHolders, readKfd } from './kfd.ts';
import { chipName } from './names.ts';
import { drmFolder, readSysfs, type SysfsCard } from './sysfs.ts';
import type { AmdCard } from './types.ts';
import { type AmdContext, type AmdSources, validateAmdCard } from './validate.ts';
import { hideFromRocm } from './visible.ts';

const amdVendorId = 0x1002;

/** AMD cards and APUs on Linux: sysfs and KFD first, amd-smi and rocm-smi where those have nothing. */
export const amd: Probe = { platforms: ['linux'], run: runAmd };

async function runAmd(system: System): Promise<ProbeReport> {
  const report = newReport();
  const around = surroundings(system);
  const [sysfs, nodes, bus] = await Promise.all([readSysfs(system), readKfd(system), pciDisplays(system)]);
  const whole = sysfs.length > 0 && sysfs.every((card) => card.vramTotal !== null);
  const told = whole ? { amdSmi: [], rocmSmi: [] } : await askSmi(system, report);
  const words = match(sysfs, told.amdSmi, told.rocmSmi, nodes);
  if (words.length > 0) {
    const facts = await around;
    const holders = await Promise.all(words.map(({ node }) => kfdHolders(system, node?.gpuId ?? null)));
    report.accelerators = words.map((word, at) => ({
      ...validateAmdCard(report, word, facts),
      holders: holders[at] ?? [],
    }));
    await hide(system, report, words);
    await findings(system, report, facts);
  }
  for (const device of bus) {
    const held = device.driver === 'amdgpu' || device.driver === 'radeon';
    if (device.vendorId !== amdVendorId || held || sysfs.some((card) => card.pciAddress === device.address)) continue;
    report.warnings.push({
      code: 'driver-missing',
      vendor: 'amd',
      device: chipName(device.deviceId, null, null) ?? device.address,
    });
  }
  return report;
}

/** ROCm counts in the order of KFD's nodes and takes a card's unique id for its UUID. */
async function hide(system: System, report: Report, words: AmdSources[]): Promise<void> {
  const nodes = new Map<string, number>();
  for (const [at, { id }] of report.accelerators.entries()) {
    const { best, node } = words[at] ?? {};
    const uuid = (await system.read(`${drmFolder}/${best?.key}/device/unique_id`))?.trim().toLowerCase() ?? '';
    if (/^(?=.*[^0])[0-9a-f]{16}$/.test(uuid)) report.physical[id] = { ...report.physical[id], uuid };
    nodes.set(id, Number(node?.path.split('/').at(-1) ?? 0));
  }
  hideFromRocm(report, system, nodes);
}

/** Joins the readings of one card by PCI address, else by position in the list if the counts agree. */
function match(sysfs: SysfsCard[], amdSmi: AmdCard[], rocmSmi: AmdCard[], nodes: KfdNode[]): AmdSources[] {
  const lists = [sysfs, amdSmi, rocmSmi].filter((list) => list.length > 0);
  const [base = [], ...rest] = lists as AmdCard[][];
  return base.map((best, at) => ({
    best,
    others: rest.flatMap((list) => partner(best, at, base.length, list) ?? []),
    node: nodeOf(best, at, base.length, nodes, sysfs[at]?.renderMinors ?? []),
  }));
}

function partner(card: AmdCard, at: number, count: number, list: AmdCard[]): AmdCard | null {
  const same = list.find((other) => other.pciAddress !== null && other.pciAddress === card.pciAddress);
  if (same) return same;
  const other = list[at];
  if (list.length !== count || !other || (other.pciAddress && card.pciAddress)) return null;
  return other.deviceId !== null && card.deviceId !== null && other.deviceId !== card.deviceId ? null : other;
}

function nodeOf(card: AmdCard, at: number, count: number, nodes: KfdNode[], renderMinors: number[]): KfdNode | null {
  const byMinor = nodes.find((node) => node.renderMinor !== null && renderMinors.includes(node.renderMinor));
  const byAddress = nodes.find((node) => node.pciAddress !== null && node.pciAddress === card.pciAddress);
  const unjoined =
    nodes.every((node) => node.pciAddress === null || card.pciAddress === null) && renderMinors.length === 0;
  return byMinor ?? byAddress ?? (unjoined && nodes.length === count ? (nodes[at] ?? null) : null);
}

async function surroundings(system: System): Promise<AmdContext> {
  const [ram, cpuInfo, idsFile, version, lspci] = await Promise.all([
    ramNow(system),
    system.read('/proc/cpuinfo'),
    system.read('/usr/share/libdrm/amdgpu.ids'),
    system.read('/sys/module/amdgpu/version'),
    system.run('lspci', ['-nnD'], { timeoutMs: 1200 }),
  ]);
  const devices = lspci.kind === 'done' ? parseLspci(lspci.stdout) : [];
  return {
    ram,
    cpuBrand: /^model name\s*:\s*(.+)$/m.exec(cpuInfo ?? '')?.[1] ?? system.cpuModel,
    idsFile: idsFile ?? '',
    lspci: new Map(devices.flatMap(({ address, name }) => (name ? [[address, name]] : []))),
    driverVersion: version ? cleanText(version, 40) || null : null,
    hasKfd: (await nodesNotLocal(system)) || (await system.exists('/dev/kfd')),
  };
}

async function findings(system: System, report: Report, { hasKfd }: AmdContext): Promise<void> {
  const pages = Number((await system.read('/sys/module/ttm/parameters/pages_limit'))?.trim() || Number.NaN);
  const source = '/sys/module/ttm/parameters/pages_limit (4 KiB pages)';
  if (Number.isSafeInteger(pages) && pages > 0)
    note(report, 'amd.gtt.limit', { value: pages * 4096, source, confidence: 'reported' });
  if (hasKfd) return;
  if (await hasRenderNode(system)) {
    report.warnings.push({ code: 'device-node-missing', vendor: 'amd', path: '/dev/kfd' });
  } else markInaccessible(report, report.accelerators, 'amd', '/dev/kfd, /dev/dri');
}
