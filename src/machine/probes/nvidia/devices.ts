import type { MachineFinding } from '../../findings.ts';
import { systemReserveBytes } from '../../system-reserve.ts';
import type { Accelerator, Confidence, Evidence, MemoryHolder } from '../../types.ts';
import { accelerator } from '../shared/report.ts';
import type { PhysicalKey } from '../types.ts';
import { type TableFacts, tableFacts } from './bandwidth.ts';
import { isUnified, unifiedArchitecture } from './unified.ts';
import type { Card, Instance } from './validate.ts';
import type { Nameable } from './visible.ts';

/** A device that CUDA could use, with what is needed to merge and to hide it. */
export interface NvidiaDevice {
  accelerator: Accelerator;
  nameable: Nameable;
  physical: PhysicalKey;
  evidence: Evidence[];
  findings: MachineFinding[];
}

/** Readings that are not of the card. */
export interface CardContext {
  source: string;
  confidence: Confidence;
  holders: MemoryHolder[];
  /** Name in the device tree, for chips that sit on a board; null on other computers. */
  board: string | null;
  /** RAM pool, asked only when a card turns out to share it. */
  pool: { totalBytes: number | null; freeBytes: number | null } | null;
}

/** One device for a card, or one for each instance of a card that is split. */
export function devicesOf(card: Card, context: CardContext): NvidiaDevice[] {
  const id = `nvidia:${card.index}`;
  const table = tableFacts(card, id, isUnified(card) ? context.board : null);
  if (card.migEnabled && card.instances.length > 0) {
    return card.instances.map((instance, at) => instanceDevice(card, instance, `${id}:mig${at}`, table, context));
  }
  const device = wholeDevice(card, id, table, context);
  return [card.migEnabled ? withoutInstance(device) : device];
}

function wholeDevice(card: Card, id: string, table: TableFacts, context: CardContext): NvidiaDevice {
  const unified = isUnified(card);
  const pool = unified ? context.pool : null;
  const memory = pool ?? { totalBytes: card.totalBytes, freeBytes: card.freeBytes };
  const findings = [...table.findings];
  if (pool) {
    const reserveBytes = systemReserveBytes(pool.totalBytes);
    findings.push({ code: 'unified-memory', device: card.name, reserveBytes });
  }
  if (memory.totalBytes === null) findings.push({ code: 'memory-unknown', device: card.name });
  const source = pool ? `/proc/meminfo and limits; ${context.source}` : context.source;
  return {
    accelerator: accelerator({
      ...shared(card, table, context),
      id,
      name: card.name,
      kind: unified ? 'unified' : 'discrete',
      memory,
      bandwidthBytesPerSecond: table.bandwidthBytesPerSecond,
      holders: context.holders,
      source,
      confidence:
        memory.totalBytes === null
          ? 'assumed'
          : pool && context.confidence === 'measured'
            ? 'reported'
            : context.confidence,
    }),
    nameable: { id, name: card.name, index: card.index, uuids: card.uuid ? [card.uuid] : [] },
    physical: physicalKey(card),
    evidence: [...memoryEvidence(card, id, context, pool), ...table.evidence],
    findings,
  };
}

/** In MIG mode the card itself is no device: without an instance there is nothing to run on. */
function withoutInstance(device: NvidiaDevice): NvidiaDevice {
  const reason = { code: 'mig-without-instance', device: device.accelerator.name } as const;
  const memory = { totalBytes: null, freeBytes: null };
  return {
    ...device,
    accelerator: { ...device.accelerator, memory, usable: false, reason, confidence: 'assumed' },
    findings: [...device.findings.filter(({ code }) => code !== 'memory-unknown'), reason],
  };
}

function instanceDevice(
  card: Card,
  instance: Instance,
  id: string,
  table: TableFacts,
  context: CardContext,
): NvidiaDevice {
  const { totalBytes, freeBytes, profile } = instance;
  const share = totalBytes !== null && card.totalBytes ? Math.min(1, totalBytes / card.totalBytes) : null;
  const whole = table.bandwidthBytesPerSecond;
  const name = `${card.name} MIG ${profile ?? 'instance'}`;
  return {
    accelerator: accelerator({
      ...shared(card, table, context),
      id,
      name,
      kind: 'discrete',
      memory: { totalBytes, freeBytes },
      // An instance owns memory slices, and with them that share of the bandwidth.
      bandwidthBytesPerSecond: whole === null || share === null ? null : Math.round(whole * share),
      source: 'nvidia-smi -q -x; nvidia-smi -L',
      confidence: totalBytes === null ? 'assumed' : context.confidence,
    }),
    nameable: { id, name, index: card.index, uuids: [instance.uuid, card.uuid].filter((uuid) => uuid !== null) },
    physical: instance.uuid ? { uuid: plainUuid(instance.uuid) } : {},
    evidence: [
      fact(`${id}.memory.total`, totalBytes, 'nvidia-smi -q -x', true, instanceRule),
      fact(`${id}.memory.total`, card.totalBytes, context.source, false, instanceRule),
      fact(`${id}.memory.free`, freeBytes, 'nvidia-smi -q -x', true, null),
    ],
    findings: totalBytes === null ? [{ code: 'memory-unknown', device: name }] : [],
  };
}

const instanceRule = 'a process gets one instance, not the card';

function shared(card: Card, table: TableFacts, { source, confidence }: CardContext) {
  const architecture = card.computeCapability ?? table.architecture ?? unifiedArchitecture(card.name);
  return {
    vendor: 'nvidia',
    backend: 'cuda',
    architecture,
    driverVersion: card.driverVersion,
    source,
    confidence,
  } as const;
}

function memoryEvidence(
  card: Card,
  id: string,
  { source, confidence }: CardContext,
  pool: CardContext['pool'],
): Evidence[] {
  const rule = pool ? 'the device shares RAM: its pool is RAM inside the limits' : null;
  const own = !pool;
  const readings = [
    fact(`${id}.memory.total`, card.totalBytes, source, own, rule, confidence),
    fact(`${id}.memory.free`, card.freeBytes, source, own, rule, confidence),
    fact(`${id}.driver`, card.driverVersion, source, true, null),
  ];
  if (!pool) return readings;
  return [
    ...readings,
    fact(`${id}.memory.total`, pool.totalBytes, '/proc/meminfo and limits', true, rule),
    fact(
      `${id}.memory.free`,
      pool.freeBytes,
      `/proc/meminfo and limits, less a reserve of ${systemReserveBytes(pool.totalBytes)} bytes`,
      true,
      rule,
    ),
  ];
}

function physicalKey(card: Card): PhysicalKey {
  return {
    ...(card.pciAddress ? { pciAddress: card.pciAddress } : {}),
    ...(card.uuid ? { uuid: plainUuid(card.uuid) } : {}),
  };
}

const plainUuid = (uuid: string) => uuid.replace(/^(GPU|MIG)-/i, '').toLowerCase();

function fact(
  subject: string,
  value: Evidence['value'],
  source: string,
  chosen: boolean,
  rule: string | null,
  confidence: Confidence = 'measured',
): Evidence {
  return { subject, value, source, confidence, chosen, rule };
}
