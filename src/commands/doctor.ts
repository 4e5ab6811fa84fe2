import { canonicalName, recogniseBuild } from '../data/builds.ts';
import type { ExitName } from '../exit.ts';
import { redactMachine, type Secrets } from '../machine/redact.ts';
import type { Accelerator, Evidence, Machine, OllamaServer } from '../machine/types.ts';
import { safeJson } from '../report/json.ts';
import { sentence } from '../report/sentences/index.ts';
import { formatDownload, formatMemory } from '../report/units.ts';
import { writeFileAtomic } from '../system/atomic-write.ts';
import { writeAll } from '../terminal/output.ts';
import { cleanLines } from '../text.ts';
import { toolVersion } from '../version.ts';
import type { CommonOptions, Io } from './io.ts';
import { findMachine, type MachineOptions } from './machine.ts';

export interface DoctorOptions extends CommonOptions {
  machine: MachineOptions;
  /** A file, `-` or null for stdout. */
  output: string | null;
}

/** The output of `doctor` in both forms, without private parts. */
export interface DoctorReport {
  text: string;
  /** A machine file: `check --machine FILE` answers for this computer on another one. */
  json: string;
}

/** `gemma-fit doctor`: everything that was read, with its source. */
export async function runDoctor(options: DoctorOptions, io: Io): Promise<ExitName> {
  const report = doctorReport(await findMachine(options.machine, io), io.system);
  const text = options.json ? report.json : report.text;
  if (options.output === null || options.output === '-') await writeAll(io.stdout, text);
  else await writeFileAtomic(options.output, text);
  return 'ok';
}

/** The report of a machine. secrets: names on that computer to hide. */
export function doctorReport(machine: Machine, secrets: Secrets): DoctorReport {
  const shown = redactMachine(machine, secrets);
  const parts = [
    [`gemma-fit ${toolVersion}: hardware report`, ...systemLines(shown)],
    ...shown.accelerators.map(acceleratorLines),
    ...(shown.accelerators.length === 0 ? [['No GPU found.']] : []),
    serverLines(shown),
    ...(shown.warnings.length > 0 ? [['Notes', ...shown.warnings.map((finding) => `  - ${sentence(finding)}`)]] : []),
    ['Readings (* = used)', ...shown.evidence.map(evidenceLine)],
    ['Names, serial numbers and UUIDs are removed. As a machine file: gemma-fit doctor --json'],
  ];
  return {
    text: cleanLines(`${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`),
    json: `${safeJson(shown, 2)}\n`,
  };
}

function systemLines({ os, cpu, memory, disk }: Machine): string[] {
  const surroundings = os.environment.length > 0 ? ` (${os.environment.join(', ')})` : '';
  const limit = memory.limitBytes === null ? '' : `, limit ${formatMemory(memory.limitBytes)} by ${memory.limitedBy}`;
  const cores = cpu.physicalCores === null ? '' : `, ${cpu.physicalCores} cores`;
  const quota = cpu.quotaCores === null ? '' : `, ${cpu.quotaCores} usable here`;
  return [
    line('System', `${[os.name ?? os.platform, os.version, os.arch].filter(Boolean).join(' ')}${surroundings}`),
    line('CPU', `${cpu.brand ?? 'unknown'}${cores}, ${cpu.threads ?? '?'} threads${quota}`),
    line('CPU features', cpu.flags.join(' ') || 'unknown'),
    line('RAM', `${size(memory.totalBytes)}, ${size(memory.availableBytes)} available${limit}`),
    line('Bandwidth', `${speed(memory.bandwidthBytesPerSecond)}${basisWord(memory)}`),
    line(
      'Model folder',
      disk
        ? `${disk.path ?? 'unknown'}, ${disk.freeBytes === null ? 'free space unknown' : `${formatDownload(disk.freeBytes)} free`} (${disk.source})`
        : 'unknown',
    ),
  ];
}

/** Copying reaches less than the nominal bandwidth. */
const basisWord = ({ bandwidthBytesPerSecond, bandwidthBasis }: Machine['memory']) =>
  bandwidthBytesPerSecond === null || bandwidthBasis === undefined ? '' : ` (${bandwidthBasis})`;

function acceleratorLines(accelerator: Accelerator): string[] {
  const { id, name, kind, backend, memory, architecture, driverVersion, holders, overheadBytes } = accelerator;
  return [
    `${id}  ${name}`,
    line('Kind', `${kind}, ${backend}${architecture === null ? '' : `, ${architecture}`}`),
    line(
      'Memory',
      `${size(memory.totalBytes)}, ${size(memory.freeBytes)} free${overheadBytes > 0 ? `, ${formatMemory(overheadBytes)} of it used by ${backend} itself` : ''}`,
    ),
    line('Bandwidth', speed(accelerator.bandwidthBytesPerSecond)),
    line('Driver', driverVersion ?? 'unknown'),
    line('Ollama', usableWord(accelerator)),
    ...(holders.length > 0 ? [line('In use by', holders.map(holder).join(', '))] : []),
    line('Source', `${accelerator.source} (${accelerator.confidence})`),
  ];
}

function usableWord({ usable, reason }: Accelerator): string {
  const word = usable === null ? 'unknown whether it uses it' : usable ? 'uses it' : 'does not use it';
  return reason === null ? word : `${word}: ${sentence(reason)}`;
}

const holder = ({ name, bytes }: Accelerator['holders'][number]) =>
  bytes === null ? name : `${name} ${formatMemory(bytes)}`;

/** Tags move: what was pulled may be another build than the one the tag fetches now. */
function installedWord({ name, digest, sizeBytes }: OllamaServer['installed'][number]): string {
  const build = recogniseBuild({ digest, sizeBytes });
  if (build === null) return name;
  const names = [build.tag, ...build.aliases].map(canonicalName);
  return names.includes(canonicalName(name)) ? name : `${name} (holds ${build.tag})`;
}

function serverLines({ ollama }: Machine): string[] {
  if (ollama === null) return ['Ollama', line('Server', 'not running')];
  const installed = ollama.installed.map(installedWord).join(', ') || 'no Gemma 4 model';
  const loaded = ollama.loaded.map(({ name, deviceBytes }) => `${name} (${formatMemory(deviceBytes)} on the GPU)`);
  return [
    'Ollama',
    line('Server', `${ollama.version} at ${ollama.host}${ollama.remote ? ', another computer' : ''}`),
    line('Installed', installed),
    line('Loaded', loaded.join(', ') || 'none'),
  ];
}

function evidenceLine({ subject, value, source, confidence, chosen, rule }: Evidence): string {
  const shown = value === null ? 'unknown' : String(value);
  return `${chosen ? '*' : ' '} ${subject} = ${shown}  [${confidence}] ${source}${rule === null ? '' : `; ${rule}`}`;
}

const line = (label: string, text: string) => `  ${label.padEnd(12)} ${text}`;
const size = (bytes: number | null) => (bytes === null ? 'unknown' : formatMemory(bytes));
const speed = (bytesPerSecond: number | null) =>
  bytesPerSecond === null ? 'unknown' : `${Math.round(bytesPerSecond / 1e9)} GB/s`;
