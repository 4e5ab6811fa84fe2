import { openRequest } from '../../src/advice/check.ts';
import type { Candidate, CheckResult, NeedParts, Recommendation, Value } from '../../src/advice/types.ts';
import type { Accelerator, Machine } from '../../src/machine/types.ts';
import { noPaint, type RenderOptions } from '../../src/report/options.ts';

export const GIB = 1024 ** 3;
export const MIB = 1024 ** 2;

/** A requirement that asks for nothing. */
export const noRequirement = {
  variant: null,
  build: null,
  useCase: null,
  onDevice: false,
  contextTokensPerSequence: null,
  minimumTokensPerSecond: null,
};

export function createParts(overrides: Partial<NeedParts> = {}): NeedParts {
  return { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0, ...overrides };
}

/** A desktop card of 24 GiB, a little of it in use. */
export function createAccelerator(overrides: Partial<Accelerator> = {}): Accelerator {
  return {
    id: 'nvidia:0',
    vendor: 'nvidia',
    name: 'NVIDIA GeForce RTX 4090',
    kind: 'discrete',
    backend: 'cuda',
    memory: { totalBytes: 24564 * MIB, freeBytes: 23 * GIB },
    bandwidthBytesPerSecond: 1_008_000_000_000,
    architecture: '8.9',
    driverVersion: '580.65.06',
    usable: true,
    reason: null,
    overheadBytes: 0,
    holders: [{ name: 'gnome-shell', bytes: 400 * MIB }],
    source: 'nvidia-smi --query-gpu=name,memory.total,memory.free',
    confidence: 'measured',
    ...overrides,
  };
}

export function createMachine(overrides: Partial<Machine> = {}): Machine {
  return {
    os: { platform: 'linux', arch: 'x64', name: 'Debian GNU/Linux', version: '12', environment: [] },
    cpu: { brand: 'AMD Ryzen 9 7950X', physicalCores: 16, threads: 32, quotaCores: null, flags: ['avx2', 'avx512f'] },
    memory: {
      totalBytes: 64 * GIB,
      availableBytes: 52 * GIB,
      limitBytes: null,
      limitedBy: 'none',
      bandwidthBytesPerSecond: null,
    },
    accelerators: [createAccelerator()],
    disk: { path: '/usr/share/ollama', freeBytes: 400 * GIB, totalBytes: 900 * GIB, source: 'statfs' },
    ollama: { host: 'http://127.0.0.1:11434', remote: false, version: '0.31.0', installed: [], loaded: [] },
    evidence: [
      {
        subject: 'memory.total',
        value: 64 * GIB,
        source: '/proc/meminfo MemTotal',
        confidence: 'reported',
        chosen: true,
        rule: null,
      },
    ],
    warnings: [],
    ...overrides,
  };
}

/** 26b, QAT build, 32K: wholly on the card. */
export function createCandidate(overrides: Partial<Candidate> = {}): Candidate {
  const device = createParts({
    weightsBytes: 14_423_539_648,
    kvCacheBytes: 914_358_272,
    computeBytes: 136_314_880,
    projectorBytes: 1_192_000_000,
  });
  const host = createParts({ weightsBytes: 577_536_000, computeBytes: 20_000_000 });
  const freeBytes = 23 * GIB;
  const used = 14_423_539_648 + 914_358_272 + 136_314_880 + 1_192_000_000;
  return {
    variant: '26b',
    build: '26b-a4b-it-qat',
    tag: 'gemma4:26b-a4b-it-qat',
    quantization: 'Q4_0',
    downloadBytes: 15_600_000_000,
    workload: {
      contextTokensTotal: 32768,
      contextTokensPerSequence: 32768,
      kvType: 'f16',
      sequences: 1,
      vision: true,
      microBatch: 512,
    },
    need: { device, host },
    placement: {
      mode: 'full',
      gpuLayers: 31,
      totalLayers: 31,
      overflowingLayers: 0,
      devices: [
        {
          ...device,
          accelerator: 'nvidia:0',
          layers: 31,
          freeBytes,
          marginBytes: 1536 * MIB,
          remainingBytes: freeBytes - used,
        },
      ],
      host,
    },
    ceilingTokens: 180224,
    speed: { lowTokensPerSecond: 88, expectedTokensPerSecond: 107, highTokensPerSecond: 131, basis: 'formula' },
    speedAtFullContext: {
      lowTokensPerSecond: 80,
      expectedTokensPerSecond: 98,
      highTokensPerSecond: 120,
      basis: 'formula',
    },
    promptSpeed: { lowTokensPerSecond: 2100, highTokensPerSecond: 3900 },
    value: createValue(83.4, 102),
    verdict: 'gpu',
    runs: ['no', 'unknown'].includes(overrides.verdict ?? 'gpu') ? 'failed' : 'met',
    fits: (overrides.verdict ?? 'gpu') === 'gpu' ? 'met' : 'failed',
    refusal: null,
    reasons: [{ code: 'fits-device', needBytes: used, marginBytes: 1536 * MIB, freeBytes }],
    ...overrides,
  };
}

/** 31b on the same card at the same context: the biggest part on it, the rest on the processor. */
export function createSplit(overrides: Partial<Candidate> = {}): Candidate {
  const device = createParts({ weightsBytes: 17_500_000_000, kvCacheBytes: 3_560_000_000, computeBytes: 560_000_000 });
  const placed = createParts({ weightsBytes: 16_100_000_000, kvCacheBytes: 3_200_000_000, computeBytes: 700_000_000 });
  const freeBytes = 23 * GIB;
  return createCandidate({
    variant: '31b',
    build: '31b-it-q4_K_M',
    tag: 'gemma4:31b-it-q4_K_M',
    quantization: 'Q4_K_M',
    downloadBytes: 19_900_000_000,
    need: { device, host: createParts({ weightsBytes: 1_100_000_000, computeBytes: 30_000_000 }) },
    placement: {
      mode: 'split',
      gpuLayers: 55,
      totalLayers: 61,
      overflowingLayers: 0,
      devices: [
        {
          ...placed,
          accelerator: 'nvidia:0',
          layers: 55,
          freeBytes,
          marginBytes: 1536 * MIB,
          remainingBytes: freeBytes - 20_000_000_000,
        },
      ],
      host: createParts({ weightsBytes: 2_500_000_000, kvCacheBytes: 360_000_000, computeBytes: 30_000_000 }),
    },
    ceilingTokens: 18432,
    speed: { lowTokensPerSecond: 14, expectedTokensPerSecond: 18, highTokensPerSecond: 22, basis: 'formula' },
    speedAtFullContext: {
      lowTokensPerSecond: 12,
      expectedTokensPerSecond: 15,
      highTokensPerSecond: 19,
      basis: 'formula',
    },
    promptSpeed: null,
    value: createValue(78.1, 15),
    verdict: 'split',
    reasons: [{ code: 'spills', gpuLayers: 55, totalLayers: 61, missingBytes: 710_000_000 }],
    ...overrides,
  });
}

/** So many points, all of them for quality. */
export function createValue(points: number, tokensPerSecond: number): Value {
  const nothingLost = { weightLoss: 0, cacheLoss: 0, speed: 0, context: 0, fragility: 0 };
  return { points, quality: points, ...nothingLost, tokensPerSecond };
}

export function recommend(candidate: Candidate): Recommendation {
  return { ...candidate, because: candidate.reasons };
}

/** A whole answer: two candidates, the first recommended. Give what the test is about. */
export function createResult(overrides: Partial<CheckResult> = {}): CheckResult {
  const best = createCandidate();
  return {
    schemaVersion: '1.0',
    tool: { name: 'gemma-fit', version: '0.1.0' },
    data: { version: '2026-11-20', ageDays: 4 },
    machine: createMachine(),
    request: { ...openRequest, contextTokensTotal: 32768 },
    candidates: [best, createSplit()],
    recommendation: recommend(best),
    alternatives: { bestQuality: null, faster: null, longerContext: null },
    unlock: null,
    plainRun: { contextTokens: 32768, microBatch: 512, mode: 'full' },
    requirements: [],
    warnings: [],
    ...overrides,
  };
}

/** A machine of which nothing is known and nothing came out. */
export function createUnknownResult(): CheckResult {
  return createResult({
    machine: createMachine({ accelerators: [], disk: null, ollama: null, evidence: [] }),
    candidates: [],
    recommendation: null,
    plainRun: null,
    warnings: [{ code: 'probe-timeout', probe: 'nvidia-smi', timeoutMs: 2000 }],
  });
}

export function createOptions(overrides: Partial<RenderOptions> = {}): RenderOptions {
  return { columns: 80, unicode: true, paint: noPaint, nowSeconds: 1_795_478_400, ...overrides };
}
