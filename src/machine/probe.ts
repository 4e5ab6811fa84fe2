import { limits } from '../limits.ts';
import { cpuTimeClock } from '../system/cpu-time-timeout.ts';
import { withDeadline } from '../system/deadline.ts';
import { realSystem, type System } from '../system/system.ts';
import { withTimeout } from '../system/with-timeout.ts';
import { cleanText } from '../text.ts';
import type { MachineFinding } from './findings.ts';
import { bandwidthOfSharer, type RamBandwidth, readRamBandwidth } from './host/bandwidth.ts';
import { type CpuReport, readCpu } from './host/cpu/cpu.ts';
import { readDisk } from './host/disk.ts';
import { type MemoryReport, readMemory } from './host/memory/memory.ts';
import type { RamQuestion, TimeRam } from './host/memory/ram-question.ts';
import { desktopVm, platformOf, readOs } from './host/os.ts';
import { withServerEnvironment } from './host/server-environment.ts';
import { askSystemInformation } from './host/system-information/ask.ts';
import { mergeAccelerators } from './merge.ts';
import { probes as allProbes } from './probes/index.ts';
import type { Probe, ProbeReport } from './probes/types.ts';
import { withoutRemovedCards } from './removed-cards.ts';
import { runtimeDisagreement } from './runtime-disagreement.ts';
import { withTableBandwidth } from './table-bandwidth.ts';
import type { Machine, Os } from './types.ts';
import { unknownCpu, unknownMemory } from './unknown.ts';
import { applyUsability } from './usability-pass.ts';
import { vulkanOrder } from './vulkan-order.ts';

export interface ProbeOptions {
  /** Longest wait for everything together, ms. What is late by then becomes a warning. Default 2500. */
  budgetMs?: number;
  /** The probes to run; default: all of probes/index.ts. */
  probes?: Readonly<Record<string, Probe>>;
  /** Measures the RAM's bandwidth after everything else; default: the figure of the firmware or the table. */
  timeRam?: TimeRam;
}

/**
 * Asks this computer (or the one behind `whole`) everything at once and puts the answers together. Never throws and never waits longer
 * than the budget, of which time without a processor hardly counts (a measurement, when asked for, comes on top). `ollama` is left null: src/ollama fills it.
 */
export async function probeMachine(whole: System = realSystem(), options: ProbeOptions = {}): Promise<Machine> {
  const budgetMs = options.budgetMs ?? 2500;
  const now = cpuTimeClock(budgetMs);
  const inDeadline = withDeadline(whole, budgetMs, now);
  const {
    system,
    evidence: settings,
    findings: serverSettings,
  } = await withServerEnvironment(inDeadline, budgetMs / 10);
  const leftMs = budgetMs - now();
  const late: MachineFinding[] = [];
  const inTime = async <T>(name: string, task: Promise<T>, instead: T): Promise<T> => {
    const result = await withTimeout(task, leftMs);
    if (result.kind === 'value') return result.value;
    if (result.kind === 'late') late.push({ code: 'probe-timeout', probe: name, timeoutMs: budgetMs });
    else late.push({ code: 'probe-failed', probe: name, detail: cleanText(result.detail) });
    return instead;
  };
  const [os, memory, { cpu, ram }, disk, desktop, reports] = await Promise.all([
    inTime('system', readOs(system), unknownOs(system)),
    inTime(
      'memory',
      readOs(system).then((os) => readMemory(system, os.environment)),
      unreadMemory,
    ),
    inTime('cpu', cpuAndRam(system), { cpu: unreadCpu, ram: { bytesPerSecond: null, evidence: [] } }),
    inTime('disk', readDisk(system), null),
    inTime('system', desktopVm(system), null),
    Promise.all(
      chosenProbes(system, options).map(async ([name, probe]) =>
        bounded(await inTime(name, probe.run(system), noReport)),
      ),
    ),
  ]);
  const merged = mergeAccelerators(withoutRemovedCards(reports));
  const measured = (await options.timeRam?.(ramQuestion(cpu, memory, ram, merged.accelerators, late))) ?? null;
  const rated = withTableBandwidth(merged.accelerators, ram.bytesPerSecond, measured?.bytesPerSecond ?? null);
  const decided = applyUsability(rated.accelerators, system, vulkanOrder(rated.accelerators, reports));
  const disagreement = runtimeDisagreement(
    decided.accelerators,
    reports.flatMap((report) => report.evidence),
  );
  return {
    os,
    cpu: cpu.cpu,
    memory: {
      ...memory.memory,
      bandwidthBytesPerSecond:
        measured?.bytesPerSecond ?? ram.bytesPerSecond ?? bandwidthOfSharer(decided.accelerators),
      ...(measured && { bandwidthBasis: 'measured' as const }),
    },
    accelerators: decided.accelerators,
    disk,
    ollama: null,
    evidence: [
      ...settings,
      ...memory.evidence,
      ...cpu.evidence,
      ...ram.evidence.map((item) => ({ ...item, chosen: measured === null })),
      ...(measured ? measured.evidence : []),
      ...reports.flatMap((report) => report.evidence),
      ...merged.evidence,
      ...rated.evidence,
      ...decided.evidence,
    ],
    warnings: distinct([
      ...late,
      ...memory.warnings,
      ...(measured?.warnings ?? []),
      ...reports.flatMap((report) => report.warnings),
      ...decided.notes,
      ...serverSettings,
      ...inDesktopVm(desktop, decided.accelerators),
      ...disagreement,
    ]),
  };
}

function chosenProbes(system: System, options: ProbeOptions): [string, Probe][] {
  const platform = platformOf(system.platform);
  return Object.entries<Probe>(options.probes ?? allProbes).filter(([, probe]) => probe.platforms.includes(platform));
}

async function cpuAndRam(system: System): Promise<{ cpu: CpuReport; ram: RamBandwidth }> {
  const hasFiles = system.platform === 'linux' || system.platform === 'darwin';
  const facts = hasFiles ? null : await askSystemInformation(system);
  const cpu = await readCpu(system, facts);
  return { cpu, ram: await readRamBandwidth(system, cpu.cpu, system.totalMemoryBytes || null, facts) };
}

function ramQuestion(
  { cpu }: CpuReport,
  { memory }: MemoryReport,
  ram: RamBandwidth,
  accelerators: Machine['accelerators'],
  late: readonly MachineFinding[],
): RamQuestion {
  const shared = bandwidthOfSharer(withTableBandwidth(accelerators, ram.bytesPerSecond).accelerators);
  return { cpu, memory, isInTable: ram.ofTable === true || shared !== null, isQuiet: late.length === 0 };
}

/** Only where it is so: podman's machine on a Mac may pass the GPU in. */
function inDesktopVm(
  desktop: { program: string; host: string } | null,
  accelerators: Machine['accelerators'],
): MachineFinding[] {
  return desktop === null || accelerators.length > 0 ? [] : [{ code: 'desktop-vm', ...desktop }];
}

function distinct(findings: MachineFinding[]): MachineFinding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** Bounds a probe's report before any quadratic work. */
function bounded(report: ProbeReport): ProbeReport {
  const { devices, readings } = limits;
  return {
    ...report,
    accelerators: report.accelerators.slice(0, devices),
    evidence: report.evidence.slice(0, readings),
    warnings: report.warnings.slice(0, readings),
  };
}

const noReport: ProbeReport = { accelerators: [], evidence: [], warnings: [] };

const unreadCpu: CpuReport = {
  cpu: unknownCpu,
  evidence: [],
};

const unreadMemory: MemoryReport = {
  memory: unknownMemory,
  evidence: [],
  warnings: [{ code: 'ram-unknown' }],
};

function unknownOs(system: System): Os {
  return { platform: platformOf(system.platform), arch: system.arch, name: null, version: null, environment: [] };
}
