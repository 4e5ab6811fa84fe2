import type { CpuFeature, KnownPlatform } from '../data/ids.ts';
import type { AcceleratorKind, Backend, Vendor } from '../data/vocabulary.ts';
import type { MachineFinding } from './findings.ts';

/** measured: read just now from the thing itself; reported: a driver or OS says so; assumed: a rule or the user says so. */
export const confidences = ['measured', 'reported', 'assumed'] as const;
export type Confidence = (typeof confidences)[number];

export type { AcceleratorKind, Backend, Vendor } from '../data/vocabulary.ts';

/** A process that holds device memory, by name if the driver reports it; bytes null: amount not reported. */
export interface MemoryHolder {
  name: string;
  bytes: number | null;
}

/** A GPU, or the graphics part of a chip. */
export interface Accelerator {
  /** Unique within one Machine and free of serials and UUIDs: `nvidia:0`, `amd:card1`, `apple:0`. */
  id: string;
  vendor: Vendor;
  name: string;
  kind: AcceleratorKind;
  /** What Ollama would drive it with; `none` when nothing can. */
  backend: Backend;
  memory: { totalBytes: number | null; freeBytes: number | null };
  /** Nominal memory bandwidth, bytes per second; null when no table row or reading gives it. */
  bandwidthBytesPerSecond: number | null;
  /** CUDA compute capability (`8.9`) or LLVM target (`gfx1100`); null when unknown or not applicable. */
  architecture: string | null;
  driverVersion: string | null;
  /** Whether Ollama would use it; null: unknown. */
  usable: boolean | null;
  /** Why not (or why it is unknown). null when usable. */
  reason: MachineFinding | null;
  /** Memory that the backend takes for itself out of what is free here, before the model loads: estimated, bytes. */
  overheadBytes: number;
  holders: MemoryHolder[];
  source: string;
  confidence: Confidence;
}

/** Which limit applies below the installed memory; app: what a phone lets one app have. */
export const memoryLimiters = ['none', 'cgroup', 'wsl', 'ulimit', 'vm', 'user', 'app'] as const;
export type MemoryLimiter = (typeof memoryLimiters)[number];

/** How a bandwidth is known that neither modules nor a table give. */
export const bandwidthBases = ['measured', 'assumed'] as const;

/** The RAM, and what a new process may take of it. */
export interface MachineMemory {
  totalBytes: number | null;
  /** What a new process could take now without swapping, inside every limit. */
  availableBytes: number | null;
  /** The tightest limit below totalBytes; null when there is none. */
  limitBytes: number | null;
  limitedBy: MemoryLimiter;
  bandwidthBytesPerSecond: number | null;
  /** measured: copied just now; assumed: what such computers have. Absent: nominal, from modules or a table. */
  bandwidthBasis?: (typeof bandwidthBases)[number] | undefined;
}

/** The processor; cores of all sockets together. */
export interface Cpu {
  brand: string | null;
  physicalCores: number | null;
  threads: number | null;
  /** CPU quota of the container or job in cores; null when unlimited. */
  quotaCores: number | null;
  /** Instruction sets that matter for inference: avx2, avx512f, neon, ... */
  flags: CpuFeature[];
  /** Processors on the board; absent: one, or not known. */
  sockets?: number | undefined;
}

export type Platform = KnownPlatform | 'other';

/** Surroundings that affect what the readings mean. */
export const environments = ['wsl', 'container', 'kubernetes', 'vm', 'rosetta', 'ci', 'phone'] as const;

/** The operating system, and what it runs in. */
export interface Os {
  platform: Platform;
  /** Node's arch, corrected for Rosetta: x64, arm64, ... */
  arch: string;
  name: string | null;
  version: string | null;
  environment: (typeof environments)[number][];
}

/** The disk that models are stored on. */
export interface Disk {
  /** Nearest existing parent of Ollama's models folder; null when unknown. */
  path: string | null;
  freeBytes: number | null;
  totalBytes: number | null;
  source: string;
}

/** The server that answered, if one did. */
export interface OllamaServer {
  /** Address with scheme and port, no credentials. */
  host: string;
  /** A remote server: local probes say nothing about its hardware. */
  remote: boolean;
  version: string;
  /** gemma4 models it has, as /api/tags names them. */
  installed: { name: string; sizeBytes: number; digest: string | null; modifiedAt: string | null }[];
  /** Models in memory now (/api/ps). */
  loaded: { name: string; sizeBytes: number; deviceBytes: number; contextTokens: number | null }[];
}

/** One raw fact, kept whether or not it won. */
export interface Evidence {
  /** What it says something about: `memory.total`, `nvidia:0.memory.free`, `cpu.brand`. */
  subject: string;
  value: string | number | boolean | null;
  source: string;
  confidence: Confidence;
  chosen: boolean;
  /** For conflicting readings: the rule that decided. */
  rule: string | null;
}

/** A computer: what was read of it, with the source of every reading. */
export interface Machine {
  os: Os;
  cpu: Cpu;
  memory: MachineMemory;
  accelerators: Accelerator[];
  disk: Disk | null;
  ollama: OllamaServer | null;
  evidence: Evidence[];
  warnings: MachineFinding[];
}
