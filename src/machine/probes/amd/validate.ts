import { findDevice } from '../../../data/devices.ts';
import type { Accelerator, Backend } from '../../types.ts';
import type { RamNow } from '../shared/memory-now.ts';
import {
  accelerator,
  bytesFrom,
  choose,
  freeBytesFrom,
  note,
  type Report,
  type SourceReading,
} from '../shared/report.ts';
import { apuBudget } from './budget.ts';
import { chipOf } from './chips.ts';
import { bandwidthFromKfd, gfxIn } from './gfx.ts';
import type { KfdNode } from './kfd.ts';
import { amdKind } from './kind.ts';
import {
  chipName,
  isAmbiguousName,
  isGenericName,
  nameByIds,
  nameFromCpuBrand,
  nameFromIdsFile,
  presentableName,
} from './names.ts';
import type { AmdCard } from './types.ts';

/** Readings that are not of a card. */
export interface AmdContext {
  ram: RamNow;
  cpuBrand: string | null;
  /** Text of libdrm's amdgpu.ids, '' where it is missing. */
  idsFile: string;
  /** Names by PCI address from lspci. */
  lspci: Map<string, string>;
  driverVersion: string | null;
  /** Whether programs can reach the compute driver. */
  hasKfd: boolean;
}

/** One card: its readings, the best source first, and its KFD node if there is one. */
export interface AmdSources {
  best: AmdCard;
  others: AmdCard[];
  node: KfdNode | null;
}

/** Turns the readings of one card into an Accelerator, and keeps every one as evidence. */
export function validateAmdCard(report: Report, words: AmdSources, around: AmdContext): Accelerator {
  const id = `amd:${words.best.key}`;
  const cards = [words.best, ...words.others];
  const deviceId = cards.find((card) => card.deviceId !== null)?.deviceId ?? null;
  const told = chooseGfx(report, id, words, deviceId);
  const memory = chooseMemory(report, id, words);
  const name = chooseName(report, id, cards, { deviceId, gfx: told }, around);
  const gfx = told ?? targetByName(report, id, name);
  const { kind, rule } = amdKind({
    deviceId,
    gfx,
    name,
    vramBytes: memory.vramTotal,
    gttBytes: memory.gttTotal,
    discreteHints: words.best.discreteHints,
    integratedHints: words.best.integratedHints,
    cpuBrand: around.cpuBrand,
  });
  report.evidence.push({ subject: `${id}.kind`, value: kind, source: rule, confidence: 'assumed', chosen: true, rule });
  const shared = kind === 'integrated';
  const budget = shared
    ? apuBudget({ ...memory, ramTotal: around.ram.totalBytes, ramAvailable: around.ram.availableBytes })
    : { totalBytes: memory.vramTotal, freeBytes: memory.vramFree };
  const bandwidth = shared ? null : bandwidthFromKfd(gfx, words.node?.widthBits ?? null, words.node?.clockMhz ?? null);
  const source =
    shared && memory.gttTotal !== null ? `${memory.source} and the GTT, no more than the RAM there is` : memory.source;
  if (shared) note(report, `${id}.memory.total`, { value: budget.totalBytes, source, confidence: 'assumed' });
  if (bandwidth !== null) {
    note(report, `${id}.bandwidth`, {
      value: bandwidth,
      source: `${words.node?.path}/mem_banks`,
      confidence: 'reported',
    });
  }
  const pci = cards.find((card) => card.pciAddress !== null)?.pciAddress ?? words.node?.pciAddress;
  if (pci) report.physical[id] = { pciAddress: pci };
  return accelerator({
    id,
    vendor: 'amd',
    name,
    kind,
    backend: backendGuess(gfx, around.hasKfd),
    memory: budget,
    bandwidthBytesPerSecond: bandwidth,
    architecture: gfx,
    driverVersion: words.best.driverVersion ?? around.driverVersion,
    source,
    confidence: words.best.source.startsWith('/sys') ? 'measured' : 'reported',
  });
}

/** The target of the card with exactly that name, where no id and no tool gives it. */
function targetByName(report: Report, id: string, name: string): string | null {
  const row = findDevice(name);
  const target = row?.vendor === 'amd' ? gfxIn(row.architecture) : null;
  note(report, `${id}.architecture`, {
    value: target,
    source: `table of devices: ${row?.name}`,
    confidence: 'assumed',
  });
  return target;
}

/** ROCm where the compute driver answers, Vulkan otherwise; usability.ts decides what Ollama really uses. */
const backendGuess = (gfx: string | null, hasKfd: boolean): Backend => (gfx !== null && hasKfd ? 'rocm' : 'vulkan');

function chooseGfx(
  report: Report,
  id: string,
  { best, others, node }: AmdSources,
  deviceId: number | null,
): string | null {
  const told: SourceReading<string>[] = [best, ...others].map(({ gfx, source }) => ({
    value: gfx,
    source,
    confidence: 'reported',
  }));
  const chip = chipOf(deviceId);
  const candidates: SourceReading<string>[] = [
    { value: node?.gfx ?? null, source: `${node?.path}/properties gfx_target_version`, confidence: 'measured' },
    ...told,
    { value: chip?.gfx ?? null, source: 'table of AMD PCI device ids', confidence: 'assumed' },
  ];
  return (
    choose(report, `${id}.architecture`, candidates, 'the kernel before the tools, the tools before the table')
      ?.value ?? null
  );
}

function chooseMemory(report: Report, id: string, { best, others, node }: AmdSources) {
  const pool = (
    field: 'vramTotal' | 'vramUsed' | 'vramFree' | 'gttTotal' | 'gttUsed',
    subject: string,
    zeroAllowed: boolean,
  ) =>
    [best, ...others].map((card): SourceReading<number> => {
      const source = card.source.startsWith('/sys')
        ? `${card.source}/mem_info_${subject.replace('.', '_')}`
        : card.source;
      const value = bytesFrom(report, card[field], {
        subject: `${id}.${subject}`,
        source,
        unit: card.unit,
        zeroAllowed,
      });
      return { value, source, confidence: card.source.startsWith('/sys') ? 'measured' : 'reported' };
    });
  const kfdBytes = node?.memorySizes.reduce((sum, bytes) => sum + bytes, 0) || null;
  const kfd: SourceReading<number> = { value: kfdBytes, source: `${node?.path}/mem_banks`, confidence: 'reported' };
  const take = (subject: string, candidates: SourceReading<number>[]) =>
    choose(report, `${id}.${subject}`, candidates, 'sysfs before amd-smi, amd-smi before rocm-smi, KFD last');
  const vramTotal = take('vram.total', [...pool('vramTotal', 'vram.total', false), kfd]);
  const vramUsed = take('vram.used', pool('vramUsed', 'vram.used', true));
  const vramFree = take('vram.free', pool('vramFree', 'vram.free', true));
  const gttTotal = take('gtt.total', pool('gttTotal', 'gtt.total', true));
  const gttUsed = take('gtt.used', pool('gttUsed', 'gtt.used', true));
  const total = vramTotal?.value ?? null;
  return {
    vramTotal: total,
    vramFree: freeBytesFrom(total, vramUsed?.value ?? null) ?? vramFree?.value ?? null,
    gttTotal: gttTotal?.value ?? null,
    gttFree: freeBytesFrom(gttTotal?.value ?? null, gttUsed?.value ?? null),
    source: vramTotal?.source ?? best.source,
  };
}

function chooseName(
  report: Report,
  id: string,
  cards: AmdCard[],
  { deviceId, gfx }: { deviceId: number | null; gfx: string | null },
  around: AmdContext,
): string {
  const revision = cards.find((card) => card.revision !== null)?.revision ?? null;
  const pci = cards.find((card) => card.pciAddress !== null)?.pciAddress;
  const told = cards.flatMap((card) =>
    card.names.map(
      (text): SourceReading<string> => ({ value: presentableName(text), source: card.source, confidence: 'reported' }),
    ),
  );
  const integrated = chipOf(deviceId)?.integrated ?? false;
  const tells: SourceReading<string>[] = [
    {
      value: nameFromIdsFile(around.idsFile, deviceId, revision),
      source: '/usr/share/libdrm/amdgpu.ids',
      confidence: 'reported',
    },
    { value: nameByIds(deviceId, revision), source: 'table of AMD PCI ids', confidence: 'assumed' },
    { value: integrated ? nameFromCpuBrand(around.cpuBrand) : null, source: 'processor brand', confidence: 'assumed' },
    { value: presentableName(pci ? around.lspci.get(pci) : null), source: 'lspci -nnD', confidence: 'reported' },
  ];
  const precise = ({ value }: SourceReading<string>) =>
    value !== null && !isGenericName(value) && !isAmbiguousName(value);
  const all = [...told, ...tells];
  const generic = told.find(({ value }) => value !== null && isGenericName(value))?.value ?? null;
  const last: SourceReading<string> = {
    value: chipName(deviceId, gfx, generic),
    source: 'PCI device id',
    confidence: 'assumed',
  };
  const ordered = [
    ...all.filter(precise),
    ...all.filter(({ value }) => value !== null && isAmbiguousName(value)),
    last,
  ];
  return choose(report, `${id}.name`, ordered, 'a name of one card before names of several')?.value ?? 'AMD GPU';
}
