import type { System } from '../../../system/system.ts';
import { boardModel } from '../../host/cpu/cpu.ts';
import type { MemoryHolder } from '../../types.ts';
import { newReport, type Report } from '../shared/report.ts';
import type { Probe, ProbeReport } from '../types.ts';
import { devicesOf, type NvidiaDevice } from './devices.ts';
import { fallbackReport } from './fallback.ts';
import { kernelCards } from './kernel.ts';
import { askInstances } from './mig.ts';
import { nvidiaSearchPaths } from './paths.ts';
import { askHolders } from './processes.ts';
import { askCards, type Smi, type SmiAnswer, smiOf } from './query.ts';
import type { RawCard } from './types.ts';
import { isUnified, unifiedPool } from './unified.ts';
import { type Card, validateNvidiaCard } from './validate.ts';
import { hide } from './visible.ts';

/** All calls of nvidia-smi together; the first may have to wake a sleeping card. */
const deadlineMs = 2200;

/** NVIDIA cards and chips through nvidia-smi, with the kernel's own list as the last resort. */
export const nvidia: Probe = { platforms: ['linux', 'win32'], run: probeNvidia };

async function probeNvidia(system: System): Promise<ProbeReport> {
  const smi = smiOf(system, await nvidiaSearchPaths(system), deadlineMs, () => performance.now());
  const [answer, holders, kernel] = await Promise.all([askCards(smi), askHolders(smi), kernelCards(system)]);
  if (answer.outcome !== 'cards') return fallbackReport(system, answer, kernel);
  const report = newReport();
  report.warnings.push(...answer.findings);
  const raw = await withInstances(smi, answer.cards);
  const devices = await validDevices(system, raw, answer, holders, report);
  hide(devices, system.env, report);
  oneInstance(devices, report);
  for (const device of devices) add(report, device);
  return report;
}

/** The memory of split cards: only asked for when one is split and the answer did not tell. */
async function withInstances(smi: Smi, cards: RawCard[]): Promise<RawCard[]> {
  const split = cards.some((card) => /^enabled$/i.test(card.mig ?? '') && !card.instances?.some(({ total }) => total));
  if (!split) return cards;
  const instances = await askInstances(smi);
  return cards.map((card, at) => {
    const own = instances.get(at) ?? [];
    return own.length > 0 && /^enabled$/i.test(card.mig ?? '') ? { ...card, instances: own } : card;
  });
}

async function validDevices(
  system: System,
  raw: RawCard[],
  answer: SmiAnswer,
  holders: Map<string, MemoryHolder[]>,
  report: Report,
): Promise<NvidiaDevice[]> {
  const validated = raw.map((card, order) => validateNvidiaCard(card, order, answer.source));
  const cards = uniqueIndexes(validated.map(({ card }) => card));
  report.warnings.push(...validated.flatMap(({ findings }) => findings));
  const shares = cards.some(isUnified);
  const [pool, board] = await Promise.all([shares ? unifiedPool(system) : null, shares ? boardModel(system) : null]);
  return cards.flatMap((card, order) => {
    const doubtful = (validated[order]?.findings.length ?? 0) > 0;
    const confidence = doubtful ? 'assumed' : answer.findings.length > 0 ? 'reported' : 'measured';
    const held = holders.get(card.uuid?.toLowerCase() ?? '') ?? [];
    return devicesOf(card, { source: answer.source, confidence, holders: held, pool, board });
  });
}

/** Two rows with one index would make two accelerators with one id. */
function uniqueIndexes(cards: Card[]): Card[] {
  const doubled = new Set(cards.map((card) => card.index)).size < cards.length;
  return doubled ? cards.map((card, order) => ({ ...card, index: order })) : cards;
}

/** A CUDA process gets one MIG instance: the largest that is free counts, the others are shown and not used. */
function oneInstance(devices: NvidiaDevice[], report: Report): void {
  const split = devices.filter(({ accelerator }) => accelerator.id.includes(':mig') && accelerator.usable !== false);
  const size = ({ accelerator }: NvidiaDevice) => accelerator.memory.freeBytes ?? accelerator.memory.totalBytes ?? 0;
  const largest = split.reduce<NvidiaDevice | null>(
    (best, device) => (best && size(best) >= size(device) ? best : device),
    null,
  );
  if (!largest) return;
  const [device = '', profile = ''] = largest.accelerator.name.split(' MIG ');
  const finding = { code: 'mig-instance', device, profile } as const;
  report.warnings.push(finding);
  for (const { accelerator } of split.filter((device) => device !== largest)) {
    accelerator.usable = false;
    accelerator.reason = finding;
  }
}

function add(report: Report, { accelerator, physical, evidence, findings }: NvidiaDevice): void {
  report.accelerators.push(accelerator);
  report.physical[accelerator.id] = physical;
  report.evidence.push(...evidence);
  report.warnings.push(...findings);
}
