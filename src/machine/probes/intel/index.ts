import { GiB } from '../../../data/units.ts';
import type { RunResult, System } from '../../../system/system.ts';
import { deadline } from '../shared/ask.ts';
import { hasRenderNode, markInaccessible, nodesNotLocal } from '../shared/device-nodes.ts';
import { type RamNow, ramNow } from '../shared/memory-now.ts';
import { type PciDisplay, parseLspci, pciDisplays } from '../shared/pci.ts';
import { accelerator, bytesFrom, choose, newReport, type Report, type SourceReading } from '../shared/report.ts';
import type { Probe, ProbeReport } from '../types.ts';
import { intelCardName, isIntelCard, presentableIntelName } from './cards.ts';
import { type IntelCard, readIntelCards } from './sysfs.ts';
import { askXpuSmi, parseClinfo, type ReportedCard } from './tools.ts';

const intelVendorId = 0x8086;

/** Intel on Linux: Arc cards by the xe and i915 drivers, xpu-smi and OpenCL behind them; graphics in processors as shared RAM. */
export const intel: Probe = { platforms: ['linux'], run: runIntel };

async function runIntel(system: System): Promise<ProbeReport> {
  const report = newReport();
  const left = deadline();
  const [cards, bus, lspciRun, ram] = await Promise.all([
    readIntelCards(system),
    pciDisplays(system),
    system.run('lspci', ['-nnD'], { timeoutMs: left(1000) }),
    ramNow(system),
  ]);
  const lspci = drivable(lspciRun, bus);
  const all = [...cards, ...unseen(cards, lspci)];
  const isCard = (card: IntelCard) =>
    isIntelCard({ ...card, memoryBytes: card.memory.length > 0 ? 1 : null, name: nameAt(card, lspci) });
  const wanting = all.some((card) => isCard(card) && (card.memory.length === 0 || card.free === null));
  const told = wanting || all.length === 0 ? await askXpuSmi(system, report, left) : [];
  const openCl = all.some(
    (card) => isCard(card) && card.memory.length === 0 && told.every(({ total }) => total === null),
  );
  const cl = openCl ? await askClinfo(system, left()) : null;
  for (const card of all) {
    if (isCard(card)) addCard(report, card, partner(card, all.filter(isCard), told), lspci, cl);
    else addGraphics(report, card, lspci, ram);
  }
  await shutWithoutNode(system, cards, report);
  if (all.length === 0) for (const card of told) addCard(report, blank(card), card, lspci, null);
  for (const device of bus) {
    const taken =
      device.driver === 'i915' || device.driver === 'xe' || cards.some(({ address }) => address === device.address);
    if (device.vendorId !== intelVendorId || taken) continue;
    const name = intelCardName(device.deviceId) ?? `Intel GPU (${device.address})`;
    report.warnings.push({ code: 'driver-missing', vendor: 'intel', device: name });
  }
  return report;
}

/** Intel's, less those bound to a driver that does not compute: vfio-pci keeps a card for a virtual machine. */
function drivable(lspci: RunResult, bus: PciDisplay[]): PciDisplay[] {
  const held = bus.filter(({ driver }) => driver && driver !== 'i915' && driver !== 'xe');
  return (lspci.kind === 'done' ? parseLspci(lspci.stdout) : []).filter(
    ({ vendorId, address }) => vendorId === intelVendorId && !held.some((device) => device.address === address),
  );
}

/** Cards that a driver holds, in a container that was not given them. */
async function shutWithoutNode(system: System, cards: readonly IntelCard[], report: Report): Promise<void> {
  if ((await hasRenderNode(system)) || (await nodesNotLocal(system))) return;
  const driven = report.accelerators.filter(({ id }) => cards.some(({ key }) => id === `intel:${key}`));
  markInaccessible(report, driven, 'intel', '/dev/dri');
}

/** GPUs that only lspci lists: their driver shows nothing in sysfs. */
function unseen(cards: IntelCard[], lspci: PciDisplay[]): IntelCard[] {
  const missing = lspci.filter(({ address }) => !cards.some((card) => card.address === address));
  return missing.map(({ address, deviceId }, at) => ({
    key: `pci${at}`,
    folder: `lspci -nnD ${address}`,
    address,
    deviceId,
    driver: null,
    memory: [],
    free: null,
  }));
}

function blank({ index, address, deviceId, source }: ReportedCard): IntelCard {
  return { key: `xpu${index ?? 0}`, folder: source, address, deviceId, driver: null, memory: [], free: null };
}

function partner(card: IntelCard, cards: IntelCard[], told: ReportedCard[]): ReportedCard | null {
  const same = told.find(({ address }) => address !== null && address === card.address);
  const unplaced = told.length === cards.length && told.every(({ address }) => address === null);
  return same ?? (unplaced ? (told[cards.indexOf(card)] ?? null) : null);
}

const nameAt = ({ address }: IntelCard, lspci: PciDisplay[]) =>
  lspci.find((device) => device.address === address)?.name ?? null;

async function askClinfo(system: System, timeoutMs: number): Promise<string | null> {
  const result = await system.run('clinfo', [], { timeoutMs });
  const devices = result.kind === 'done' ? parseClinfo(result.stdout) : [];
  const arcs = devices.filter(({ name, vendor, isGpu }) => isGpu !== false && /intel/i.test(`${vendor} ${name}`));
  return arcs.length === 1 ? (arcs[0]?.globalBytes ?? null) : null;
}

function addCard(
  report: Report,
  card: IntelCard,
  told: ReportedCard | null,
  lspci: PciDisplay[],
  cl: string | null,
): void {
  const id = `intel:${card.key}`;
  const read = (
    subject: string,
    text: string | null | undefined,
    source: string,
    confidence: SourceReading<number>['confidence'],
  ): SourceReading<number> => ({
    value: bytesFrom(report, text, { subject: `${id}.${subject}`, source, zeroAllowed: subject !== 'memory.total' }),
    source,
    confidence,
  });
  const tiles = card.memory.map(({ text, source }) => read('memory.total', text, source, 'measured'));
  const sum = tiles.reduce<number | null>((total, { value }) => (value === null ? total : (total ?? 0) + value), null);
  const total = choose(
    report,
    `${id}.memory.total`,
    [
      { value: sum, source: tiles.map(({ source }) => source).join(' + '), confidence: 'measured' },
      read('memory.total', told?.total, told?.source ?? '', 'reported'),
      read('memory.total', cl, 'clinfo: global memory size, about 80 % of the card', 'assumed'),
    ],
    'the driver before xpu-smi, OpenCL last: it gives out a part',
  );
  const used = read('memory.used', told?.used, told?.source ?? '', 'reported');
  const left = total && used.value !== null && used.value <= total.value ? total.value - used.value : null;
  const free = choose(
    report,
    `${id}.memory.free`,
    [
      read('memory.free', card.free?.text, card.free?.source ?? '', 'measured'),
      read('memory.free', told?.free, told?.source ?? '', 'reported'),
      { ...used, value: left },
    ],
    'the driver before xpu-smi',
  );
  const believable = free && (total === null || free.value <= total.value);
  if (card.address) report.physical[id] = { pciAddress: card.address };
  report.accelerators.push(
    accelerator({
      id,
      vendor: 'intel',
      name: chooseName(report, id, card, told, lspci),
      kind: 'discrete',
      backend: 'vulkan',
      memory: { totalBytes: total?.value ?? null, freeBytes: believable ? free.value : null },
      driverVersion: told?.driverVersion ?? null,
      source: total?.source ?? card.folder,
      confidence: total?.confidence ?? 'reported',
    }),
  );
}

function chooseName(
  report: Report,
  id: string,
  card: IntelCard,
  told: ReportedCard | null,
  lspci: PciDisplay[],
): string {
  const candidates: SourceReading<string>[] = [
    { value: presentableIntelName(nameAt(card, lspci) ?? ''), source: 'lspci -nnD', confidence: 'reported' },
    { value: presentableIntelName(told?.name ?? ''), source: told?.source ?? '', confidence: 'reported' },
    { value: intelCardName(card.deviceId), source: 'table of Intel PCI ids', confidence: 'assumed' },
  ];
  const hex = card.deviceId === null ? '' : ` (0x${card.deviceId.toString(16).padStart(4, '0')})`;
  return (
    choose(report, `${id}.name`, candidates, 'lspci before xpu-smi before the table')?.value ?? `Intel Graphics${hex}`
  );
}

/**
 * Graphics in a processor: all of its memory is RAM. Mesa's Vulkan driver gives out three quarters of it (half up to 4 GiB):
 * anv_compute_sys_heap_size in Mesa's src/intel/vulkan/anv_device.c.
 */
function addGraphics(report: Report, card: IntelCard, lspci: PciDisplay[], ram: RamNow): void {
  const id = `intel:${card.key}`;
  const share = ram.totalBytes === null ? null : Math.floor(ram.totalBytes * (ram.totalBytes <= 4 * GiB ? 0.5 : 0.75));
  const source = 'RAM x 3/4 (half up to 4 GiB), as Mesa gives it out';
  choose(report, `${id}.memory.total`, [{ value: share, source, confidence: 'assumed' }], '');
  if (card.address) report.physical[id] = { pciAddress: card.address };
  report.accelerators.push(
    accelerator({
      id,
      vendor: 'intel',
      name: chooseName(report, id, card, null, lspci),
      kind: 'integrated',
      backend: 'vulkan',
      memory: {
        totalBytes: share,
        freeBytes: share === null || ram.availableBytes === null ? null : Math.min(share, ram.availableBytes),
      },
      source,
      confidence: 'assumed',
    }),
  );
}
