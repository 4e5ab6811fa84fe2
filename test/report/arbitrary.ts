import fc from 'fast-check';
import type { Candidate, CheckResult, NeedParts, RequirementResult } from '../../src/advice/types.ts';
import { contextSteps, cpuFeatures, useCases } from '../../src/data/ids.ts';
import type { Accelerator, Evidence, Machine } from '../../src/machine/types.ts';
import { kvTypes, variantIds } from '../../src/model/types.ts';
import type { Curve, RenderOptions } from '../../src/report/options.ts';
import { adviceExamples, everyFinding } from './findings.ts';
import { hostileNames } from './hostile.ts';
import { createOptions } from './result.ts';

const text = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const bytes = fc.oneof(
  fc.constant(0),
  fc.nat({ max: 4096 }),
  fc.maxSafeNat().map((n) => n % 2 ** 45),
);
const tokens = fc.oneof(fc.constantFrom(...contextSteps), fc.integer({ min: 1, max: 1_048_576 }));
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

/** Free text in a finding; its other strings choose a row of a table. */
const freeKeys = [
  'detail',
  'device',
  'tag',
  'text',
  'source',
  'value',
  'version',
  'over',
  'what',
  'probe',
  'vendor',
  'variable',
];

export const anyFinding = fc.tuple(fc.constantFrom(...everyFinding), text).map(([finding, foreign]) => {
  const entries = Object.entries(finding).map(([key, value]) =>
    freeKeys.includes(key) && typeof value === 'string' ? [key, foreign] : [key, value],
  );
  return Object.fromEntries(entries) as (typeof everyFinding)[number];
});
const machineFinding = anyFinding as fc.Arbitrary<never>;
const findings = fc.array(anyFinding, { maxLength: 4 }) as fc.Arbitrary<never[]>;

const accelerator: fc.Arbitrary<Accelerator> = fc.record({
  id: fc.constantFrom('nvidia:0', 'nvidia:1', 'amd:card1'),
  vendor: fc.constantFrom('nvidia', 'amd', 'intel', 'apple', 'other'),
  name: text,
  kind: fc.constantFrom('discrete', 'integrated', 'unified'),
  backend: fc.constantFrom('cuda', 'rocm', 'metal', 'vulkan', 'sycl', 'none'),
  memory: fc.record({ totalBytes: maybe(bytes), freeBytes: maybe(bytes) }),
  bandwidthBytesPerSecond: maybe(bytes),
  architecture: maybe(text),
  driverVersion: maybe(text),
  usable: maybe(fc.boolean()),
  reason: maybe(machineFinding),
  overheadBytes: bytes,
  holders: fc.array(fc.record({ name: text, bytes: maybe(bytes) }), { maxLength: 2 }),
  source: text,
  confidence: fc.constantFrom('measured', 'reported', 'assumed'),
});

const evidence: fc.Arbitrary<Evidence> = fc.record({
  subject: text,
  value: fc.oneof(text, bytes, fc.boolean(), fc.constant(null)),
  source: text,
  confidence: fc.constantFrom('measured', 'reported', 'assumed'),
  chosen: fc.boolean(),
  rule: maybe(text),
});

const machine: fc.Arbitrary<Machine> = fc.record({
  os: fc.record({
    platform: fc.constantFrom('linux', 'darwin', 'win32', 'other'),
    arch: text,
    name: maybe(text),
    version: maybe(text),
    environment: fc.subarray(['wsl', 'container', 'kubernetes', 'vm', 'rosetta', 'ci']),
  }),
  cpu: fc.record({
    brand: maybe(text),
    physicalCores: maybe(fc.nat(256)),
    threads: maybe(fc.nat(512)),
    quotaCores: maybe(fc.double({ min: 0.1, max: 64, noNaN: true })),
    flags: fc.subarray([...cpuFeatures]),
  }),
  memory: fc.record({
    totalBytes: maybe(bytes),
    availableBytes: maybe(bytes),
    limitBytes: maybe(bytes),
    limitedBy: fc.constantFrom('none', 'cgroup', 'wsl', 'ulimit', 'vm', 'user'),
    bandwidthBytesPerSecond: maybe(bytes),
  }),
  accelerators: fc.uniqueArray(accelerator, { maxLength: 3, selector: ({ id }) => id }),
  disk: maybe(fc.record({ path: maybe(text), freeBytes: maybe(bytes), totalBytes: maybe(bytes), source: text })),
  ollama: maybe(
    fc.record({
      host: text,
      remote: fc.boolean(),
      version: text,
      installed: fc.array(fc.record({ name: text, sizeBytes: bytes, digest: maybe(text), modifiedAt: maybe(text) }), {
        maxLength: 1,
      }),
      loaded: fc.array(fc.record({ name: text, sizeBytes: bytes, deviceBytes: bytes, contextTokens: maybe(tokens) }), {
        maxLength: 1,
      }),
    }),
  ),
  evidence: fc.array(evidence, { maxLength: 3 }),
  warnings: fc.array(machineFinding, { maxLength: 2 }),
});

const parts: fc.Arbitrary<NeedParts> = fc.record({
  weightsBytes: bytes,
  kvCacheBytes: bytes,
  computeBytes: bytes,
  projectorBytes: bytes,
  drafterBytes: bytes,
});

const placed = fc
  .tuple(parts, fc.constantFrom('nvidia:0', 'amd:card1', 'gone:7'), fc.nat(62), bytes, bytes)
  .map(([inside, id, layers, freeBytes, marginBytes]) => {
    const used = Object.values(inside).reduce((sum, value) => sum + value, 0);
    return { ...inside, accelerator: id, layers, freeBytes, marginBytes, remainingBytes: freeBytes - used };
  });

const rate = fc.double({ min: 0, max: 1e4, noNaN: true });
const speed = fc.record({
  lowTokensPerSecond: rate,
  expectedTokensPerSecond: rate,
  highTokensPerSecond: rate,
  basis: fc.constantFrom('formula', 'class', 'measured', 'proof', 'assumed'),
});

const candidate = fc.record({
  variant: fc.constantFrom(...variantIds),
  build: text,
  tag: fc.oneof(fc.constantFrom('gemma4:26b', 'gemma4:e2b-it-qat'), text),
  quantization: fc.oneof(fc.constantFrom('Q4_K_M', 'BF16', 'MXFP8'), text),
  downloadBytes: maybe(bytes),
  workload: fc.record({
    contextTokensTotal: tokens,
    contextTokensPerSequence: tokens,
    kvType: fc.constantFrom(...kvTypes),
    sequences: fc.integer({ min: 1, max: 8 }),
    vision: fc.boolean(),
    microBatch: fc.constantFrom(128, 512, 2048),
  }),
  need: fc.record({ device: parts, host: parts }),
  placement: fc.record({
    mode: fc.constantFrom('full', 'split', 'cpu', 'none'),
    gpuLayers: fc.nat(62),
    totalLayers: fc.nat(62),
    overflowingLayers: fc.nat(10),
    devices: fc.array(placed, { maxLength: 2 }),
    host: parts,
  }),
  ceilingTokens: maybe(tokens),
  speed: maybe(speed),
  speedAtFullContext: maybe(speed),
  runs: fc.constantFrom('met', 'failed', 'unknown'),
  fits: fc.constantFrom('met', 'failed', 'unknown'),
  promptSpeed: maybe(fc.record({ lowTokensPerSecond: rate, highTokensPerSecond: rate })),
  value: maybe(
    fc.record({
      points: rate,
      quality: rate,
      weightLoss: rate,
      cacheLoss: rate,
      speed: rate,
      context: rate,
      fragility: rate,
      tokensPerSecond: rate,
    }),
  ),
  refusal: maybe(fc.constantFrom('memory', 'server', 'platform', 'problem')),
  verdict: fc.constantFrom('gpu', 'split', 'cpu', 'no', 'unknown'),
  reasons: findings,
}) as fc.Arbitrary<Candidate>;

const alternative = fc.record({
  variant: fc.constantFrom(...variantIds),
  build: text,
  tag: text,
  verdict: fc.constantFrom('gpu', 'split', 'cpu'),
  contextTokensTotal: tokens,
  contextTokensPerSequence: tokens,
  speed: maybe(speed),
  timesAsFast: rate,
  qualityDifference: fc.double({ min: -100, max: 100, noNaN: true }),
});

const requirement = fc.record({
  text,
  variant: maybe(fc.constantFrom(...variantIds)),
  build: maybe(text),
  useCase: maybe(fc.constantFrom(...useCases)),
  onDevice: fc.boolean(),
  contextTokensPerSequence: maybe(tokens),
  minimumTokensPerSecond: maybe(fc.nat(200)),
});

/** Any CheckResult: empty ones, nulls wherever null may be, and hostile text wherever text comes from outside. */
export const anyResult: fc.Arbitrary<CheckResult> = fc
  .record({
    schemaVersion: fc.constant('1.0'),
    tool: fc.record({ name: fc.constant('gemma-fit'), version: fc.constantFrom('0.1.0', '1.2.3-rc.1') }),
    data: fc.record({ version: text, ageDays: fc.nat(2000) }),
    machine,
    request: fc.record({
      contextTokensTotal: maybe(fc.oneof(tokens, fc.constant('max'))),
      kvType: fc.constantFrom(...kvTypes),
      sequences: fc.integer({ min: 1, max: 8 }),
      useCase: maybe(fc.constantFrom(...useCases)),
      minimumTokensPerSecond: maybe(fc.nat(200)),
      requirements: fc.array(requirement, { maxLength: 2 }),
      microBatch: maybe(fc.constantFrom(128, 512)),
      vision: maybe(fc.boolean()),
      ollamaVersion: maybe(text),
    }),
    candidates: fc.array(candidate, { maxLength: 5 }),
    recommendation: maybe(fc.tuple(candidate, findings).map(([best, because]) => ({ ...best, because }))),
    alternatives: fc.record({
      bestQuality: maybe(alternative),
      faster: maybe(alternative),
      longerContext: maybe(alternative),
    }),
    unlock: maybe(fc.constant(adviceExamples.unlock)),
    plainRun: maybe(
      fc.record({
        contextTokens: tokens,
        microBatch: fc.constant(512),
        mode: fc.constantFrom('full', 'split', 'cpu', 'none'),
      }),
    ),
    requirements: fc.array(
      fc.record({
        requirement,
        outcome: fc.constantFrom('met', 'failed', 'unknown'),
        tag: maybe(text),
        contextTokensPerSequence: maybe(tokens),
        refusal: maybe(fc.constantFrom('memory', 'server', 'platform', 'problem')),
        reasons: findings,
      }) as fc.Arbitrary<RequirementResult>,
      { maxLength: 3 },
    ),
    warnings: findings,
  })
  .map((result) => ({ ...result, recommendation: result.recommendation })) as fc.Arbitrary<CheckResult>;

const curve: fc.Arbitrary<Curve> = fc.record({
  variant: fc.constantFrom(...variantIds),
  tag: fc.oneof(fc.constant('gemma4:26b'), text),
  points: fc.array(fc.record({ contextTokens: tokens, needBytes: bytes }), { maxLength: 4 }),
  trainedContextTokens: fc.constantFrom(131072, 262144),
});

export const anyOptions: fc.Arbitrary<RenderOptions> = fc
  .record({
    columns: fc.integer({ min: 40, max: 160 }),
    unicode: fc.boolean(),
    quiet: fc.boolean(),
    explain: maybe(fc.oneof(fc.constantFrom('26b', 'gemma4:26b'), text)),
    curves: fc.array(curve, { maxLength: 3 }),
    nowSeconds: maybe(fc.integer({ min: 0, max: 4_102_444_800 })),
  })
  .map((options) => createOptions(options));
