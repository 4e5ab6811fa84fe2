import { canonicalName, recogniseBuild } from '../data/builds.ts';
import type { Accelerator, Evidence, Machine, OllamaServer } from '../machine/types.ts';
import { cleanLines } from '../text.ts';
import { sentence } from './sentences/index.ts';
import { textTable } from './text-table.ts';
import { formatDownload, formatMemory } from './units.ts';

/** `doctor` for a person: everything that was read, with its source. @param machine without private parts */
export function doctorText(machine: Machine, toolVersion: string): string {
  const parts = [
    [`gemma-fit ${toolVersion}: hardware report`, ...systemLines(machine)],
    ...machine.accelerators.map(acceleratorLines),
    ...(machine.accelerators.length === 0 ? [['No GPU found.']] : []),
    serverLines(machine),
    ...(machine.warnings.length > 0
      ? [['Notes', ...machine.warnings.map((finding) => `  - ${sentence(finding)}`)]]
      : []),
    ['Readings (* = used)', ...machine.evidence.map(evidenceLine)],
    ['Names, serial numbers and UUIDs are removed. As a machine file: gemma-fit doctor --json'],
  ];
  return cleanLines(`${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`);
}

function systemLines({ os, cpu, memory, disk }: Machine): string[] {
  const surroundings = os.environment.length > 0 ? ` (${os.environment.join(', ')})` : '';
  const limit = memory.limitBytes === null ? '' : `, limit ${formatMemory(memory.limitBytes)} by ${memory.limitedBy}`;
  const cores = cpu.physicalCores === null ? '' : `, ${cpu.physicalCores} cores`;
  const quota = cpu.quotaCores === null ? '' : `, ${cpu.quotaCores} usable here`;
  return fields([
    ['System', `${[os.name ?? os.platform, os.version, os.arch].filter(Boolean).join(' ')}${surroundings}`],
    ['CPU', `${cpu.brand ?? 'unknown'}${cores}, ${cpu.threads ?? '?'} threads${quota}`],
    ['CPU features', cpu.flags.join(' ') || 'unknown'],
    ['RAM', `${size(memory.totalBytes)}, ${size(memory.availableBytes)} available${limit}`],
    ['Bandwidth', `${speed(memory.bandwidthBytesPerSecond)}${basisWord(memory)}`],
    [
      'Model folder',
      disk
        ? `${disk.path ?? 'unknown'}, ${disk.freeBytes === null ? 'free space unknown' : `${formatDownload(disk.freeBytes)} free`} (${disk.source})`
        : 'unknown',
    ],
  ]);
}

/** Copying reaches less than the nominal bandwidth. */
const basisWord = ({ bandwidthBytesPerSecond, bandwidthBasis }: Machine['memory']) =>
  bandwidthBytesPerSecond === null || bandwidthBasis === undefined ? '' : ` (${bandwidthBasis})`;

function acceleratorLines(accelerator: Accelerator): string[] {
  const { id, name, kind, backend, memory, architecture, driverVersion, holders, overheadBytes } = accelerator;
  return [
    `${id}  ${name}`,
    ...fields([
      ['Kind', `${kind}, ${backend}${architecture === null ? '' : `, ${architecture}`}`],
      [
        'Memory',
        `${size(memory.totalBytes)}, ${size(memory.freeBytes)} free${overheadBytes > 0 ? `, ${formatMemory(overheadBytes)} of it used by ${backend} itself` : ''}`,
      ],
      ['Bandwidth', speed(accelerator.bandwidthBytesPerSecond)],
      ['Driver', driverVersion ?? 'unknown'],
      ['Ollama', usableWord(accelerator)],
      ...(holders.length > 0 ? [['In use by', holders.map(holder).join(', ')] satisfies Field] : []),
      ['Source', `${accelerator.source} (${accelerator.confidence})`],
    ]),
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
  if (ollama === null) return ['Ollama', ...fields([['Server', 'not running']])];
  const installed = ollama.installed.map(installedWord).join(', ') || 'no Gemma 4 model';
  const loaded = ollama.loaded.map(({ name, deviceBytes }) => `${name} (${formatMemory(deviceBytes)} on the GPU)`);
  return [
    'Ollama',
    ...fields([
      ['Server', `${ollama.version} at ${ollama.host}${ollama.remote ? ', another computer' : ''}`],
      ['Installed', installed],
      ['Loaded', loaded.join(', ') || 'none'],
    ]),
  ];
}

function evidenceLine({ subject, value, source, confidence, chosen, rule }: Evidence): string {
  const shown = value === null ? 'unknown' : String(value);
  return `${chosen ? '*' : ' '} ${subject} = ${shown}  [${confidence}] ${source}${rule === null ? '' : `; ${rule}`}`;
}

type Field = [label: string, text: string];

const fields = (rows: readonly Field[]) => textTable({ columns: [{ cells: 12 }, {}], rows, gap: 1, indent: 2 });
const size = (bytes: number | null) => (bytes === null ? 'unknown' : formatMemory(bytes));
const speed = (bytesPerSecond: number | null) =>
  bytesPerSecond === null ? 'unknown' : `${Math.round(bytesPerSecond / 1e9)} GB/s`;
