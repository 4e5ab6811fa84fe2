import * as z from 'zod';
import { cpuFeatures } from '../data/ids.ts';
import type { MachineFinding } from './findings.ts';
import type { Machine } from './types.ts';

export const bytesSchema = z.int().nonnegative();
export const signedBytes = z.int();
export const tokens = z.int().nonnegative();
export const amount = z.number().nonnegative();

/** A finding: its code, and arguments that depend on the code. Readers ignore codes that they do not know. */
export const anyFinding = z
  .looseObject({ code: z.string().regex(/^[a-z0-9_-]+$/) })
  .describe('A finding: a code and the arguments of its sentence.');

const confidence = z.enum(['measured', 'reported', 'assumed']);
const machineFinding = anyFinding as unknown as z.ZodType<MachineFinding>;

const accelerator = z.object({
  id: z.string(),
  vendor: z.enum(['nvidia', 'amd', 'intel', 'apple', 'other']),
  name: z.string(),
  kind: z.enum(['discrete', 'integrated', 'unified']),
  backend: z.enum(['cuda', 'rocm', 'metal', 'vulkan', 'sycl', 'none']),
  memory: z.object({ totalBytes: bytesSchema.nullable(), freeBytes: bytesSchema.nullable() }),
  bandwidthBytesPerSecond: amount.nullable(),
  architecture: z.string().nullable(),
  driverVersion: z.string().nullable(),
  usable: z.boolean().nullable().describe('Whether Ollama would use it; null: unknown.'),
  reason: machineFinding.nullable(),
  overheadBytes: bytesSchema,
  holders: z.array(z.object({ name: z.string(), bytes: bytesSchema.nullable() })),
  source: z.string(),
  confidence,
});

const memory = z.object({
  totalBytes: bytesSchema.nullable(),
  availableBytes: bytesSchema.nullable(),
  limitBytes: bytesSchema.nullable(),
  limitedBy: z.enum(['none', 'cgroup', 'wsl', 'ulimit', 'vm', 'user', 'app']),
  bandwidthBytesPerSecond: amount.nullable(),
  bandwidthBasis: z.enum(['measured', 'assumed']).optional(),
});

const installed = z.object({
  name: z.string(),
  sizeBytes: bytesSchema,
  digest: z.string().nullable(),
  modifiedAt: z.string().nullable(),
});
const loaded = z.object({
  name: z.string(),
  sizeBytes: bytesSchema,
  deviceBytes: bytesSchema,
  contextTokens: tokens.nullable(),
});

const evidence = z.object({
  subject: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  source: z.string(),
  confidence,
  chosen: z.boolean(),
  rule: z.string().nullable(),
});

const environment = z.enum(['wsl', 'container', 'kubernetes', 'vm', 'rosetta', 'ci', 'phone']);

/** What `doctor --json` prints and `--machine` reads. */
export const machineSchema = z.object({
  os: z.object({
    platform: z.enum(['linux', 'darwin', 'win32', 'other']),
    arch: z.string(),
    name: z.string().nullable(),
    version: z.string().nullable(),
    environment: z.array(environment),
  }),
  cpu: z.object({
    brand: z.string().nullable(),
    physicalCores: z.int().nullable(),
    threads: z.int().nullable(),
    quotaCores: z.number().nullable(),
    flags: z.array(z.enum(cpuFeatures)),
    sockets: z.int().optional(),
  }),
  memory,
  accelerators: z.array(accelerator),
  disk: z
    .object({
      path: z.string().nullable(),
      freeBytes: bytesSchema.nullable(),
      totalBytes: bytesSchema.nullable(),
      source: z.string(),
    })
    .nullable(),
  ollama: z
    .object({
      host: z.string(),
      remote: z.boolean(),
      version: z.string(),
      installed: z.array(installed),
      loaded: z.array(loaded),
    })
    .nullable(),
  evidence: z.array(evidence),
  warnings: z.array(machineFinding),
}) satisfies z.ZodType<Machine>;
