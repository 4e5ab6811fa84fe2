import type { AdviceFinding } from '../../src/advice/findings.ts';
import { withExtras } from '../../src/advice/parts.ts';
import type {
  Candidate,
  DevicePlacement,
  NeedParts,
  Placement,
  Speed,
  Value,
  Verdict,
} from '../../src/advice/types.ts';
import { buildById } from '../../src/data/tables.ts';
import { gib } from './machines.ts';

/** Weights, cache and scratch of a need, GiB. */
export function parts(weightsGiB: number, kvCacheGiB = 0, computeGiB = 0): NeedParts {
  return withExtras({ weightsBytes: weightsGiB * gib, kvCacheBytes: kvCacheGiB * gib, computeBytes: computeGiB * gib });
}

/** What lies on a device, by what stays free there, GiB. */
export function left(remainingGiB: number, accelerator = 'nvidia:0'): DevicePlacement {
  const room = { layers: 10, freeBytes: 24 * gib, marginBytes: gib, remainingBytes: remainingGiB * gib };
  return { ...parts(8), accelerator, ...room };
}

export function laid(mode: Placement['mode'], devices: DevicePlacement[] = []): Placement {
  return { mode, gpuLayers: 49, totalLayers: 49, overflowingLayers: 0, devices, host: parts(0) };
}

export function pace(lowTokensPerSecond: number, highTokensPerSecond = lowTokensPerSecond): Speed {
  const expectedTokensPerSecond = Math.sqrt(lowTokensPerSecond * highTokensPerSecond);
  return { lowTokensPerSecond, expectedTokensPerSecond, highTokensPerSecond, basis: 'formula' };
}

/** So many points, all of them for quality. */
export function worth(points: number, tokensPerSecond = 40): Value {
  const nothingLost = { weightLoss: 0, cacheLoss: 0, speed: 0, context: 0, fragility: 0 };
  return { points, quality: points, ...nothingLost, tokensPerSecond };
}

const modes: Record<Verdict, Placement['mode']> = {
  gpu: 'full',
  split: 'split',
  cpu: 'cpu',
  no: 'none',
  unknown: 'full',
};

/** A build as somebody might have worked it out for 8,192 tokens: all on one device and quick, unless said otherwise. */
export function made(id: string, verdict: Verdict = 'gpu', change: Partial<Candidate> = {}): Candidate {
  const build = buildById(id);
  if (build === null) throw new Error(`data/builds.json has no ${id}`);
  const { variant, tag, quantization } = build;
  const runs = verdict !== 'no' && verdict !== 'unknown';
  return {
    ...{ variant, build: id, tag, quantization, downloadBytes: null },
    workload: {
      contextTokensTotal: 8192,
      contextTokensPerSequence: 8192,
      kvType: 'f16',
      sequences: 1,
      vision: true,
      microBatch: 512,
    },
    need: { device: parts(8, 1, 1), host: parts(0) },
    placement: laid(modes[verdict], verdict === 'cpu' ? [] : [left(4)]),
    ceilingTokens: 65_536,
    speed: runs ? pace(40, 50) : null,
    speedAtFullContext: runs ? pace(35, 45) : null,
    promptSpeed: null,
    value: runs ? worth(70) : null,
    verdict,
    runs: runs ? 'met' : 'failed',
    fits: verdict === 'gpu' ? 'met' : 'failed',
    refusal: verdict === 'no' ? 'memory' : null,
    reasons: [],
    ...change,
  };
}

export const clamped: AdviceFinding = { code: 'context-clamped', askedTokens: 262_144, contextTokens: 131_072 };
