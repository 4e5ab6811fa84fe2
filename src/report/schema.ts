import * as z from 'zod';
import type { AdviceFinding, Finding } from '../advice/findings.ts';
import type { CheckResult } from '../advice/types.ts';
import { placementModes, refusals, requirementOutcomes, speedBases, verdicts } from '../advice/vocabulary.ts';
import { runtimeIds, useCases } from '../data/ids.ts';
import { amount, anyFinding, bytesSchema, machineSchema, signedBytes, tokens } from '../machine/schema.ts';
import { kvTypes, variantIds } from '../model/types.ts';

const adviceFinding = anyFinding as unknown as z.ZodType<AdviceFinding>;
const unlock = anyFinding as unknown as z.ZodType<Finding<'unlock'>>;
const finding = anyFinding as unknown as z.ZodType<CheckResult['warnings'][number]>;
const useCase = z.enum(useCases);
const kvType = z.enum(kvTypes);
const variant = z.enum(variantIds);
const mode = z.enum(placementModes);

const requirement = z.object({
  text: z.string(),
  variant: variant.nullable(),
  build: z.string().nullable(),
  useCase: useCase.nullable(),
  onDevice: z.boolean(),
  contextTokensPerSequence: tokens.nullable(),
  minimumTokensPerSecond: amount.nullable(),
});

const request = z.object({
  contextTokensTotal: z.union([tokens, z.literal('max')]).nullable(),
  kvType,
  sequences: z.int().positive(),
  useCase: useCase.nullable(),
  minimumTokensPerSecond: amount.nullable(),
  requirements: z.array(requirement),
  microBatch: z.int().positive().nullable(),
  vision: z.boolean().nullable(),
  ollamaVersion: z.string().nullable(),
  runtime: z.enum(runtimeIds).exactOptional(),
  mostSequences: z.boolean().exactOptional(),
});

const parts = {
  weightsBytes: bytesSchema,
  kvCacheBytes: bytesSchema,
  computeBytes: bytesSchema,
  projectorBytes: bytesSchema,
  drafterBytes: bytesSchema,
};

const devicePlacement = z.object({
  ...parts,
  accelerator: z.string(),
  layers: z.int().nonnegative(),
  freeBytes: bytesSchema,
  marginBytes: bytesSchema,
  remainingBytes: signedBytes,
});

const placement = z.object({
  mode,
  gpuLayers: z.int().nonnegative(),
  totalLayers: z.int().nonnegative(),
  overflowingLayers: z.int().nonnegative(),
  devices: z.array(devicePlacement),
  host: z.object(parts),
});

const speed = z.object({
  lowTokensPerSecond: amount,
  expectedTokensPerSecond: amount,
  highTokensPerSecond: amount,
  basis: z.enum(speedBases),
});

const points = z.number();
const value = z.object({
  points,
  quality: points,
  weightLoss: points,
  cacheLoss: points,
  speed: points,
  context: points,
  fragility: points,
  tokensPerSecond: amount,
});

const launch = z.object({
  environment: z.array(z.string()),
  model: z.array(z.string()),
  contextTokensTotal: tokens,
  flags: z.array(z.string()),
});

const refusal = z.enum(refusals);
const verdict = z.enum(verdicts);

const candidate = z.object({
  variant,
  build: z.string(),
  tag: z.string(),
  quantization: z.string(),
  downloadBytes: bytesSchema.nullable(),
  workload: z.object({
    contextTokensTotal: tokens,
    contextTokensPerSequence: tokens,
    kvType,
    sequences: z.int().positive(),
    vision: z.boolean(),
    microBatch: z.int().positive(),
  }),
  need: z.object({ device: z.object(parts), host: z.object(parts) }),
  placement,
  ceilingTokens: tokens.nullable(),
  speed: speed.nullable(),
  speedAtFullContext: speed.nullable(),
  promptSpeed: z.object({ lowTokensPerSecond: amount, highTokensPerSecond: amount }).nullable(),
  value: value.nullable(),
  verdict,
  runs: z.enum(requirementOutcomes),
  fits: z.enum(requirementOutcomes),
  refusal: refusal.nullable(),
  speedTogether: speed.omit({ basis: true }).nullable().exactOptional(),
  launch: launch.exactOptional(),
  reasons: z.array(adviceFinding),
});

const alternative = z.object({
  variant,
  build: z.string(),
  tag: z.string(),
  verdict,
  contextTokensTotal: tokens,
  contextTokensPerSequence: tokens,
  speed: speed.nullable(),
  timesAsFast: z.number(),
  qualityDifference: z.number(),
  launch: launch.exactOptional(),
});

const head = {
  schemaVersion: z.literal('1.0'),
  tool: z.object({ name: z.literal('gemma-fit'), version: z.string() }),
  data: z.object({ version: z.string(), ageDays: z.number() }),
};

/** The body of `check --json`. Integers in bytes, null for unknown; a reader ignores keys that it does not know. */
export const checkResultSchema = z.object({
  ...head,
  machine: machineSchema,
  request,
  candidates: z.array(candidate),
  recommendation: candidate
    .extend({ mostSequences: z.int().positive().nullable().exactOptional(), because: z.array(adviceFinding) })
    .nullable(),
  alternatives: z.object({
    bestQuality: alternative.nullable(),
    faster: alternative.nullable(),
    longerContext: alternative.nullable(),
  }),
  unlock: unlock.nullable(),
  plainRun: z
    .object({ contextTokens: tokens, microBatch: z.int().positive(), mode, slots: z.int().positive().exactOptional() })
    .nullable(),
  requirements: z.array(
    z.object({
      requirement,
      outcome: z.enum(requirementOutcomes),
      tag: z.string().nullable(),
      contextTokensPerSequence: tokens.nullable(),
      refusal: refusal.nullable(),
      reasons: z.array(adviceFinding),
    }),
  ),
  warnings: z.array(finding),
});

/** The same with the page that explains its codes: `docs#kv-quantized`. */
const documentSchema = checkResultSchema.extend({ docs: z.string().optional() });

/** What `--json` prints when the command failed: the same head and why. */
export const failureSchema = z.object({
  ...head,
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable(), docs: z.string().optional() }),
});

/** The published JSON Schema (2020-12) of one document of `check --json`. */
export function publishedSchema(): object {
  const schema = z.toJSONSchema(z.union([documentSchema, failureSchema]), { io: 'input', reused: 'ref' });
  return { title: 'gemma-fit check', ...schema, $id: 'urn:gemma-fit:schema:check:v1' };
}
