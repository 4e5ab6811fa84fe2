import { deviceBandwidth, findDevice } from '../../../data/devices.ts';
import type { System } from '../../../system/system.ts';
import type { MachineFinding } from '../../findings.ts';
import { systemReserveBytes } from '../../system-reserve.ts';
import { markInaccessible, nodesNotLocal } from '../shared/device-nodes.ts';
import { accelerator, newReport, type Report } from '../shared/report.ts';
import { architectureByName } from './bandwidth.ts';
import type { KernelCard } from './kernel.ts';
import type { SmiAnswer } from './query.ts';
import { isUnified, unifiedArchitecture, unifiedPool } from './unified.ts';
import { hide } from './visible.ts';

/**
 * What is left when nvidia-smi gives no cards: the names that the kernel knows, without memory, and why. No figure is made up from
 * the name. A board that shares RAM keeps its pool, for that is read elsewhere.
 */
export async function fallbackReport(
  system: System,
  answer: SmiAnswer,
  kernel: { cards: KernelCard[]; driverVersion: string | null },
): Promise<Report> {
  const report = newReport();
  report.warnings.push(...answer.findings);
  const seen = new Set(kernel.cards.map((card) => card.name));
  for (const [at, card] of kernel.cards.entries()) {
    const id = `nvidia:${at}`;
    const blocked = blocker(answer, card);
    report.accelerators.push(
      accelerator({
        id,
        vendor: 'nvidia',
        name: card.name,
        kind: 'discrete',
        backend: 'cuda',
        architecture: architectureByName(card.name) ?? unifiedArchitecture(card.name),
        driverVersion: kernel.driverVersion,
        usable: blocked ? false : null,
        reason: blocked ?? doubt(answer),
        source: card.source,
        confidence: 'assumed',
        ...(await boardMemory(system, card)),
      }),
    );
    if (card.pciAddress) report.physical[id] = { pciAddress: card.pciAddress };
    report.evidence.push({
      subject: `${id}.name`,
      value: card.name,
      source: card.source,
      confidence: 'reported',
      chosen: true,
      rule: null,
    });
  }
  await shutWithoutNode(system, answer, report);
  hideUnblocked(system, kernel.cards, report);
  for (const name of seen) report.warnings.push(...notes(answer, kernel.cards, name, system.totalMemoryBytes));
  if (seen.size === 0) report.warnings.push(...hiddenByRuntime(system, answer));
  return report;
}

/** A container without the card still sees it in /proc. Jetson boards have nodes of other names. */
async function shutWithoutNode(system: System, answer: SmiAnswer, report: Report): Promise<void> {
  const cards = report.accelerators.filter(
    ({ source, usable }) => usable === null && source.startsWith('/proc/driver/'),
  );
  if (answer.outcome !== 'missing' || (await nodesNotLocal(system)) || (await system.exists('/dev/nvidiactl'))) return;
  markInaccessible(report, cards, 'nvidia', '/dev/nvidiactl');
}

/** CUDA_VISIBLE_DEVICES as with nvidia-smi; a UUID that the kernel does not tell of leaves it open which card is meant. */
function hideUnblocked({ env }: System, cards: readonly KernelCard[], report: Report): void {
  const setting = env.CUDA_VISIBLE_DEVICES ?? '';
  if (/MIG-/i.test(setting) || (/GPU-/i.test(setting) && cards.some(({ uuid }) => uuid === null))) return;
  const devices = report.accelerators.map((accelerator, index) => {
    const uuid = cards[index]?.uuid;
    return { accelerator, nameable: { id: accelerator.id, name: accelerator.name, index, uuids: uuid ? [uuid] : [] } };
  });
  hide(
    devices.filter(({ accelerator }) => accelerator.usable !== false),
    env,
    report,
  );
}

function blocker(answer: SmiAnswer, card: KernelCard): MachineFinding | null {
  if (answer.outcome === 'broken') return answer.findings.find((finding) => finding.code === 'driver-broken') ?? null;
  return card.driver ? null : { code: 'driver-missing', vendor: 'nvidia', device: card.name };
}

/** The tool hangs or prints nonsense: whether CUDA works is unknown. */
function doubt(answer: SmiAnswer): MachineFinding | null {
  return answer.outcome === 'silent' ? (answer.findings[0] ?? null) : null;
}

function sharesRam(name: string): boolean {
  const unsaid = {
    computeCapability: null,
    addressing: null,
    totalBytes: null,
    memoryUnsupported: false,
    migEnabled: false,
  };
  return isUnified({ name, ...unsaid });
}

async function boardMemory(system: System, card: KernelCard) {
  if (!sharesRam(card.name)) return {};
  const row = findDevice(card.name);
  const bandwidth = row && deviceBandwidth(row);
  return {
    kind: 'unified' as const,
    memory: await unifiedPool(system),
    bandwidthBytesPerSecond: bandwidth ? Math.round(bandwidth) : null,
  };
}

function notes(answer: SmiAnswer, cards: KernelCard[], name: string, ramBytes: number): MachineFinding[] {
  const driven = cards.some((card) => card.name === name && card.driver);
  if (!driven) return answer.outcome === 'broken' ? [] : [{ code: 'driver-missing', vendor: 'nvidia', device: name }];
  if (sharesRam(name)) return [{ code: 'unified-memory', device: name, reserveBytes: systemReserveBytes(ramBytes) }];
  if (answer.outcome !== 'missing') return [{ code: 'memory-unknown', device: name }];
  return [{ code: 'tool-missing', vendor: 'nvidia', tool: 'nvidia-smi', device: name }];
}

/** NVIDIA's container runtime was configured to give no card. */
function hiddenByRuntime(system: System, answer: SmiAnswer): MachineFinding[] {
  const value = system.env.NVIDIA_VISIBLE_DEVICES;
  if (answer.outcome !== 'missing' || value === undefined || !/^(void|none|)$/.test(value)) return [];
  return [{ code: 'device-hidden', device: 'NVIDIA', variable: 'NVIDIA_VISIBLE_DEVICES', value }];
}
