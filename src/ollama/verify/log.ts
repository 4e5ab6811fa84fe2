import { cleanLine } from '../../text.ts';

/** What the server's log tells about its last load. The text is not a stable interface: everything may be missing. */
export interface LoadLog {
  /** From the command line of llama-server; null values were not on it. */
  command: LoadCommand | null;
  devices: { name: string; freeBytes: number }[];
  /** Bytes of all buffers by place and purpose, summed (the KV cache comes in two). */
  device: BufferBytes;
  host: BufferBytes;
  offloaded: { layers: number; totalLayers: number } | null;
  /** llama.cpp's own sum and the margin that it keeps. */
  fit: { projectedBytes: number; freeBytes: number; marginBytes: number | null } | null;
  /** Scratch of the projector (vision, audio) on the device: llama-server reports it apart, /api/ps holds its last line. */
  projectorScratchBytes: number;
  /** Worst case that llama-server adds for the projector. */
  projectorBytes: number | null;
  promptCacheBytes: number | null;
  notes: LogNote[];
  /** Variables of the server that change a load, as it prints them; defaults are among them (OLLAMA_FLASH_ATTENTION:false means unset, too). */
  serverEnv: Record<string, string>;
}

export interface LoadCommand {
  contextTokens: number | null;
  parallel: number | null;
  microBatch: number | null;
  flashAttention: string | null;
  kvType: string | null;
  projector: boolean;
  projectorOnCpu: boolean;
  /** sha256 of the file of weights, bare hex. */
  weightsFile: string | null;
}

export interface BufferBytes {
  weightsBytes: number;
  kvCacheBytes: number;
  computeBytes: number;
}

export type LogNote =
  | 'projector-on-cpu'
  | 'mmap-off'
  | 'prompt-truncated'
  | 'out-of-memory'
  | 'igpu-dropped'
  | 'driver-too-old';

const noteTexts: readonly [RegExp, LogNote][] = [
  [/disabling multimodal projector offload/, 'projector-on-cpu'],
  [/disabling mmap/, 'mmap-off'],
  [/truncating input prompt/, 'prompt-truncated'],
  [/out of memory|failed to allocate|cudaMalloc failed/i, 'out-of-memory'],
  [/dropping integrated GPU/, 'igpu-dropped'],
  [/driver too old/i, 'driver-too-old'],
];

const MiB = 1024 ** 2;
const startMark = 'starting llama-server';

/** The access log repeats what a client asked for, whoever that is: `[GIN] … | GET "/offloaded 49/49 layers to GPU"`. */
const withoutAccessLog = (text: string) => text.replace(/^.*\[GIN\].*\n?/gm, '');

/** The line that starts the last load, with its time and port; null when the log has none. */
export function lastStart(whole: string): string | null {
  const text = withoutAccessLog(whole);
  const start = text.lastIndexOf(startMark);
  if (start < 0) return null;
  const end = text.indexOf('\n', start);
  return text.slice(text.lastIndexOf('\n', start) + 1, end < 0 ? text.length : end);
}

/** Reads the last load in a log; null when the log has none. Lines and texts: ollama llm/llama_server.go and llama.cpp at b10488. */
export function parseLoadLog(whole: string): LoadLog | null {
  const text = withoutAccessLog(whole);
  const start = text.lastIndexOf(startMark);
  if (start < 0) return null;
  const from = text.lastIndexOf('\n', start) + 1;
  // What Ollama decides about a load (mmap, projector) stands in the lines just before its start.
  const previous = Math.max(text.lastIndexOf(startMark, start - 1), from - 4000, 0);
  const load = text.slice(from);
  const lines = load.split('\n');
  const notes = noteTexts.filter(([pattern]) => pattern.test(text.slice(previous))).map(([, note]) => note);
  return {
    command: readCommand(lines[0] ?? ''),
    devices: readDevices(load),
    ...readBuffers(lines),
    offloaded: readOffloaded(load),
    fit: readFit(load),
    projectorBytes: mebibytes(/estimated worst-case memory usage of mmproj is ([\d.]+) MiB/.exec(load)),
    promptCacheBytes: mebibytes(/prompt cache is enabled, size limit: (\d+) MiB/.exec(load)),
    notes,
    serverEnv: readServerEnv(text),
  };
}

const mebibytes = (match: RegExpExecArray | null) => (match ? Math.round(Number(match[1]) * MiB) : null);

function readCommand(line: string): LoadCommand | null {
  const command = /cmd="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? /cmd=(.*)$/.exec(line)?.[1];
  if (command === undefined) return null;
  const flag = (name: string) => new RegExp(`(?:^|\\s)${name}\\s+(\\S+)`).exec(command)?.[1] ?? null;
  const number = (name: string) => (/^\d+$/.test(flag(name) ?? '') ? Number(flag(name)) : null);
  return {
    contextTokens: number('-c'),
    parallel: number('-np'),
    microBatch: number('-ub'),
    flashAttention: flag('--flash-attn'),
    kvType: flag('--cache-type-k'),
    projector: flag('--mmproj') !== null,
    projectorOnCpu: /\s--no-mmproj-offload(\s|$)/.test(command),
    weightsFile: /(?:^|\s)(?:-m|--model)\s(?:(?!\s-).)*?sha256-([0-9a-f]{64})/.exec(command)?.[1] ?? null,
  };
}

function readDevices(load: string): LoadLog['devices'] {
  return [...load.matchAll(/using device (\S+) \(.*?\)[^\n]*? - (\d+) MiB free/g)].map((m) => ({
    name: cleanLine(m[1] ?? ''),
    freeBytes: Number(m[2]) * MiB,
  }));
}

const kinds: Record<string, keyof BufferBytes> = {
  model: 'weightsBytes',
  KV: 'kvCacheBytes',
  compute: 'computeBytes',
  output: 'computeBytes',
};

/** CPU, CPU_Mapped, CPU_REPACK and CUDA_Host lie in RAM; everything else is a device. */
const isHost = (place: string) => /^CPU|_Host$/i.test(place);

const bufferLine = /(\S+)\s+(model|KV|compute|output)\s+buffer size\s*=\s*([\d.]+)\s*MiB/;

function readBuffers(lines: readonly string[]): Pick<LoadLog, 'device' | 'host' | 'projectorScratchBytes'> {
  const none = () => ({ weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 });
  const sums = { device: none(), host: none(), projectorScratchBytes: 0 };
  for (const line of lines) {
    const [, place = '', kind = '', size = ''] = bufferLine.exec(line) ?? [];
    const part = kinds[kind];
    if (!part) continue;
    const bytes = Math.round(Number(size) * MiB);
    if (!/reserve_compute_meta/.test(line)) sums[isHost(place) ? 'host' : 'device'][part] += bytes;
    else if (!isHost(place)) sums.projectorScratchBytes += bytes;
  }
  return sums;
}

function readOffloaded(load: string): LoadLog['offloaded'] {
  const match = /offloaded (\d+)\/(\d+) layers to GPU/.exec(load);
  return match ? { layers: Number(match[1]), totalLayers: Number(match[2]) } : null;
}

function readFit(load: string): LoadLog['fit'] {
  const match = /projected to use (\d+) MiB of device memory vs\. (\d+) MiB of free device memory/.exec(load);
  if (!match) return null;
  const margin = /will leave -?\d+ (?:>=|<) (\d+) MiB of free device memory/.exec(load);
  return { projectedBytes: Number(match[1]) * MiB, freeBytes: Number(match[2]) * MiB, marginBytes: mebibytes(margin) };
}

/** Variables that change how a model is loaded; folders and addresses are left out as private. */
const telling =
  /^(?:LLAMA_ARG_\w+|\w+_VISIBLE_DEVICES|HSA_OVERRIDE_GFX_VERSION|OLLAMA_(?:CONTEXT_LENGTH|FLASH_ATTENTION|KV_CACHE_TYPE|NUM_PARALLEL|GPU_OVERHEAD|SCHED_SPREAD|VULKAN|IGPU_ENABLE|LLM_LIBRARY|MAX_LOADED_MODELS))$/;

/** `map[A:1 B: C:x y]`: a value ends where the next NAME: begins. */
function readServerEnv(text: string): Record<string, string> {
  const at = text.lastIndexOf('msg="server config"');
  const body = at < 0 ? undefined : /env="?map\[([^\n]*)\]/.exec(text.slice(at))?.[1];
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of (body ?? '').matchAll(
    /([A-Z][A-Z0-9_]{3,40}):(.*?)(?=\s(?:[A-Z][A-Z0-9_]{3,40}|(?:https?|no)_proxy):|$)/g,
  )) {
    if (value !== '' && telling.test(name)) found[name] = cleanLine(value);
  }
  return found;
}
