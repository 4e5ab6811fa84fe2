import * as z from 'zod';
import { cpuFeatures, knownPlatforms } from '../data/ids.ts';
import { acceleratorKinds, backends, vendors } from '../data/vocabulary.ts';
import type { MachineFinding } from './findings.ts';
import { bandwidthBases, confidences, environments, type Machine, memoryLimiters } from './types.ts';

export const bytesSchema = z.int().nonnegative();
export const signedBytes = z.int();
export const tokens = z.int().nonnegative();
export const amount = z.number().nonnegative();

/** A finding: its code, and arguments that depend on the code. Readers ignore codes that they do not know. */
export const anyFinding = z
  .looseObject({ code: z.string().regex(/^[a-z0-9_-]+$/) })
  .describe('A finding: a code and the arguments of its sentence.');

const confidence = z.enum(confidences);
const machineFinding = anyFinding as unknown as z.ZodType<MachineFinding>;

const accelerator = z.object({
  id: z.string(),
  vendor: z.enum(vendors),
  name: z.string(),
  kind: z.enum(acceleratorKinds),
  backend: z.enum(backends),
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
  limitedBy: z.enum(memoryLimiters),
  bandwidthBytesPerSecond: amount.nullable(),
  bandwidthBasis: z.enum(bandwidthBases).optional(),
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

/** What `doctor --json` prints and `--machine` reads: the fields of Machine, key by key (a test compares the types both ways), and their bounds. */
export const machineSchema = z.object({
  os: z.object({
    platform: z.enum([...knownPlatforms, 'other']),
    arch: z.string(),
    name: z.string().nullable(),
    version: z.string().nullable(),
    environment: z.array(z.enum(environments)),
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
