import { GiB, MiB } from '../../../data/units.ts';
import { limits } from '../../../limits.ts';
import { cleanText } from '../../../text.ts';
import type { Backend } from '../../types.ts';
import { linesOf } from '../shared/lines.ts';

/** A device that Ollama's server took when it started, by its own log line. */
export interface LoggedDevice {
  id: string;
  backend: Backend;
  name: string | null;
  architecture: string | null;
  driverVersion: string | null;
  pciAddress: string | null;
  /** discrete, iGPU, …: as it is written. */
  type: string | null;
  /** Rounded to a tenth of a GiB by the log. */
  totalBytes: number | null;
  freeBytes: number | null;
}

export interface OllamaLog {
  devices: LoggedDevice[];
  /** The server looked and found the CPU only. */
  cpuOnly: boolean;
  /** Names of integrated GPUs that it left out. */
  dropped: string[];
}

const libraries: Record<string, Backend> = {
  cuda: 'cuda',
  rocm: 'rocm',
  hip: 'rocm',
  metal: 'metal',
  vulkan: 'vulkan',
  sycl: 'sycl',
};

/**
 * What the last start in a log of `ollama serve` said about devices: lines `msg="inference compute" library=CUDA …`, of 2024's shape
 * (`name="NVIDIA …" driver=12.4`) and of today's (`name=CUDA0 description="…" pci_id=… type=discrete`).
 */
export function parseOllamaLog(text: string): OllamaLog {
  const lines = linesOf(text, 4000, 'end').filter(isOwnLine);
  const start = Math.max(
    lines.findLastIndex((line) => /msg="server config"/.test(line)),
    lines.findLastIndex((line) => /msg="(discovering available|looking for compatible) GPUs/.test(line)),
    lines.findLastIndex((line) => /msg="?Listening on /.test(line)),
  );
  const after = lines.slice(Math.max(0, start));
  const last = after.some(isCompute) ? after : lines.slice(lastBlock(lines));
  const found = last.filter(isCompute).slice(0, limits.devices).map(fields);
  const devices = found.flatMap((line, at) => deviceOf(line, at) ?? []);
  const dropped = last
    .filter((line) => /msg="dropping integrated GPU/.test(line))
    .slice(0, limits.devices)
    .map((line) => cleanText(fields(line).get('description') ?? fields(line).get('name') ?? ''));
  return {
    devices: unique(devices),
    cpuOnly: devices.length === 0 && found.some((line) => line.get('library') === 'cpu'),
    dropped,
  };
}

/**
 * Ollama's own lines begin with their time or level. The access log ([GIN]) repeats the path that a client asked for, and the runner's
 * lines may repeat names out of a model.
 */
const isOwnLine = (line: string) => /^(time|level)=/.test(line);

const isCompute = (line: string) => /msg="?inference compute"?/.test(line);

/** Start of the run of inference-compute lines that ends the log: between two of one start lie only lines of the same second. */
function lastBlock(lines: string[]): number {
  let start = lines.findLastIndex(isCompute);
  while (start > 0 && isCompute(lines[start - 1] ?? '')) start--;
  return Math.max(0, start);
}

/** `key=value key="quoted value"` pairs of Go's slog text form. */
function fields(line: string): Map<string, string> {
  const pairs = line.matchAll(/([\w.]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g);
  return new Map([...pairs].map((match) => [match[1] ?? '', (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1')]));
}

function deviceOf(line: Map<string, string>, at: number): LoggedDevice | null {
  const library = line.get('library')?.toLowerCase() ?? '';
  const backend = libraries[library];
  if (backend === undefined) return null;
  const text = (key: string) => cleanText(line.get(key) ?? '') || null;
  const name = text('description') ?? text('name');
  return {
    id: `${library}${at}`,
    backend,
    name: name !== null && /^[0-9a-f]{4}:[0-9a-f]{4}$/i.test(name) ? null : name,
    architecture: text('compute'),
    driverVersion: text('driver') === '0.0' ? null : text('driver'),
    pciAddress:
      /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.exec(line.get('pci_id') ?? '')?.[0].toLowerCase() ?? null,
    type: text('type'),
    totalBytes: sizeOf(line.get('total')),
    freeBytes: sizeOf(line.get('available')),
  };
}

/** `31.8 GiB`, `512.0 MiB`. */
function sizeOf(text: string | undefined): number | null {
  const match = /^(\d{1,6}(?:\.\d+)?) ([MGT])iB$/.exec(text ?? '');
  const unit = { M: MiB, G: GiB, T: 1024 * GiB }[match?.[2] ?? ''];
  const bytes = unit === undefined ? 0 : Math.round(Number(match?.[1]) * unit);
  return bytes > 0 && bytes < 16 * 1024 * GiB ? bytes : null;
}

function unique(devices: LoggedDevice[]): LoggedDevice[] {
  const key = ({ backend, name, pciAddress, id }: LoggedDevice) =>
    pciAddress ? `${backend} ${pciAddress}` : `${backend} ${name} ${id}`;
  return devices.filter((device, at) => devices.findIndex((other) => key(other) === key(device)) === at);
}
