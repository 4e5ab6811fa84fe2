import { describe, expect, it } from 'vitest';
import { candidateFor } from '../../src/advice/candidate.ts';
import { openRequest } from '../../src/advice/check.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import { targetOf } from '../../src/advice/server.ts';
import type { Candidate } from '../../src/advice/types.ts';
import { workloadFor } from '../../src/advice/workload.ts';
import { buildById } from '../../src/data/tables.ts';
import type { Accelerator } from '../../src/machine/types.ts';
import { ask, candidate, codes } from './case.ts';
import { appleGpu, gib, gpu, mac, machine } from './machines.ts';

const card = machine([gpu({ freeBytes: 24 * gib })]);
const m4 = mac(36 * gib, 44 * gib);
const problems = ({ reasons }: Candidate) =>
  reasons.flatMap((reason) => (reason.code === 'known-problem' ? [reason.id] : []));

const none = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 };

it('a candidate for one workload runs and fits with its context, whatever would with another', () => {
  const at = (contextTokens: number) => {
    const build = buildById('31b-it-qat');
    if (build === null) throw new Error('data/builds.json has no 31b-it-qat');
    const workload = workloadFor(openRequest, '31b', contextTokens);
    const { runs, fits } = candidateFor(
      targetOf(machine([gpu({ freeBytes: 21 * gib })]), openRequest),
      build,
      workload,
    );
    return { runs, fits };
  };
  expect(at(4096)).toEqual({ runs: 'met', fits: 'met' });
  expect(at(32_768)).toEqual({ runs: 'met', fits: 'failed' });
});

describe('a build of another platform', () => {
  const os = { platform: 'darwin' as const, arch: 'x64', name: 'macOS', version: '15.7', environment: [] };
  const intelMac = machine([appleGpu(32 * gib, { kind: 'discrete', name: 'AMD Radeon Pro' })], { os });

  it.each([
    ['Linux', card],
    ['a Mac with an Intel processor, whatever its GPU', intelMac],
  ])('a build of another platform is laid nowhere and has no figures: %s', (_, on) => {
    expect(candidate(on, '12b-mxfp8')).toMatchObject({
      verdict: 'no',
      reasons: [{ code: 'wrong-platform', tag: 'gemma4:12b-mxfp8' }],
      need: { device: none, host: none },
      placement: { mode: 'none', gpuLayers: 0, totalLayers: 0, overflowingLayers: 0, devices: [], host: none },
      ceilingTokens: null,
      speed: null,
      downloadBytes: 13.2e9,
    });
  });

  it('a build of another platform still tells the workload it was asked for', () => {
    const asked = { contextTokensTotal: 8192, kvType: 'q8_0', sequences: 2 } as const;
    const settled = { ...asked, contextTokensPerSequence: 4096, vision: true };
    expect(candidate(card, '12b+mlx', asked).workload).toEqual({ ...settled, microBatch: 512 });
    expect(candidate(card, '12b+mlx', { ...asked, vision: true, microBatch: 1024 }).workload).toEqual({
      ...settled,
      microBatch: 1024,
    });
    expect(candidate(card, '12b+mlx', { ...asked, vision: false }).workload.vision).toBe(false);
  });
});

describe('a build of unpublished size', () => {
  it('a build of unpublished size is unknown, not too large: nobody can tell', () => {
    expect(candidate(card, '31b-cloud')).toMatchObject({
      verdict: 'unknown',
      reasons: [{ code: 'build-bytes-unknown', tag: 'gemma4:31b-cloud' }],
      downloadBytes: null,
      ceilingTokens: null,
      speed: null,
    });
  });
});

describe('an MLX build on a Mac', () => {
  const macWith = (changes: Partial<Accelerator>) => {
    const usual = mac(36 * gib, 44 * gib);
    return { ...usual, accelerators: [appleGpu(36 * gib, changes)] };
  };

  it.each([
    ['whose memory could not be read', { memory: { totalBytes: null, freeBytes: null } }, 'device-memory-unknown'],
    ['of unclear use', { usable: null }, 'device-usability-unknown'],
  ])('an MLX build on a Mac with a GPU %s is unknown, and says why', (_, changes, code) => {
    const asked = candidate(macWith(changes), '12b-mxfp8');
    expect(asked).toMatchObject({ verdict: 'unknown', reasons: [{ code, device: 'Apple M4 Max' }] });
  });

  it('an MLX build on a Mac without a GPU that Ollama uses does not run: nothing is free for it', () => {
    expect(candidate(macWith({ usable: false }), '12b-mxfp8')).toMatchObject({
      verdict: 'no',
      reasons: [{ code: 'mlx-refused', needBytes: 13.2e9, freeBytes: 0 }],
    });
  });
});

describe('a build that a known problem keeps from running', () => {
  it('a build that a known problem keeps from running has that problem as the reason that decides, once, whatever room there is', () => {
    const maxwell = machine([gpu({ freeBytes: 8 * gib, architecture: '5.2' })]);
    const { verdict, reasons } = candidate(maxwell, 'e2b-it-qat', { kvType: 'q8_0', contextTokensTotal: 4096 });
    expect(verdict).toBe('no');
    expect(reasons[0]).toMatchObject({ code: 'known-problem', severity: 'blocker' });
    expect(reasons.filter((reason) => reason === reasons[0])).toHaveLength(1);
    expect(codes(reasons)).toContain('fits-device');
    const [required] = ask(maxwell, { kvType: 'q8_0', requirements: [parseRequirement('e2b@4k')] }).requirements;
    expect(required).toMatchObject({ outcome: 'failed', reasons: [{ code: 'known-problem', severity: 'blocker' }] });
  });
});

describe('a build that the server is too old for', () => {
  const old = candidate(card, '12b-it-qat', { contextTokensTotal: 8192, ollamaVersion: '0.30.5' });

  it('a build that the server is too old for is refused first, whatever room there is', () => {
    expect(old.verdict).toBe('no');
    expect(old.reasons[0]).toEqual({
      code: 'server-too-old',
      tag: 'gemma4:12b-it-qat',
      version: '0.30.5',
      minimumVersion: '0.30.6',
    });
    expect(codes(old.reasons)).not.toContain('fits-device');
  });

  it('a build that the server is too old for is told where it would lie after an update, but no speed, for it does not run', () => {
    const { placement, ceilingTokens, speed } = candidate(card, '12b-it-qat', { contextTokensTotal: 8192 });
    expect(old).toMatchObject({ placement: { mode: 'full', gpuLayers: placement.gpuLayers }, ceilingTokens });
    expect(old.speed).toBeNull();
    expect(speed).not.toBeNull();
  });
});

describe('a speed', () => {
  it('a speed is not told where nobody can say whether the build runs', () => {
    const unclear = machine([gpu({ freeBytes: 8 * gib }), gpu({ id: 'nvidia:1', usable: null })]);
    const spilling = candidate(unclear, '31b-it-qat');
    expect(spilling).toMatchObject({ verdict: 'unknown', placement: { mode: 'split' }, speed: null });
  });

  it('a speed is told where part of it runs on the processor', () => {
    const small = machine([gpu({ freeBytes: 8 * gib })]);
    const { verdict, speed } = candidate(small, '31b-it-qat');
    expect(verdict).toBe('split');
    expect(speed?.lowTokensPerSecond).toBeGreaterThan(0);
  });
});

describe('known problems of a run', () => {
  it.each([
    ['12b-it-qat', 'f16', []],
    ['12b-it-qat', 'q8_0', []],
    ['12b-it-qat', 'q4_0', ['kv-q4']],
    ['26b-a4b-it-qat', 'f16', []],
    ['26b-a4b-it-qat', 'q8_0', ['kv-q8-26b']],
  ] as const)('known problems of a run of %s with an %s cache are told where they matter: %j', (build, kvType, ids) => {
    const { reasons } = candidate(card, build, { kvType, contextTokensTotal: 8192 });
    const grave = reasons.flatMap((r) => (r.code === 'known-problem' && r.severity !== 'note' ? [r.id] : []));
    expect(grave).toEqual(ids);
  });

  it('known problems of a run are notes too, which --explain shows', () => {
    expect(problems(candidate(card, '26b-a4b-it-qat', { contextTokensTotal: 8192 }))).toContain('prompt-cache-host');
  });

  it('rule it out where one of them stops it, although the memory is there', () => {
    const maxwell = machine([gpu({ freeBytes: 24 * gib, architecture: '5.2' })]);
    const quantized = candidate(maxwell, '12b-it-qat', { kvType: 'q8_0', contextTokensTotal: 8192 });
    expect(quantized).toMatchObject({ verdict: 'no', speed: null, placement: { mode: 'full' } });
    expect(problems(quantized)).toContain('v-cache-needs-flash-attention');
    expect(candidate(maxwell, '12b-it-qat', { contextTokensTotal: 8192 }).verdict).toBe('gpu');
  });
});

describe('a workload', () => {
  it.each([
    ['12b-it-qat', null, true],
    ['12b-it-qat', true, true],
    ['12b-it-qat', false, false],
    ['31b-mxfp8', null, false],
    ['31b-mxfp8', true, false],
  ] as const)('a workload of %s sees when asked %s: %s', (build, vision, expected) => {
    expect(candidate(m4, build, { vision }).workload.vision).toBe(expected);
  });

  it('a workload has the micro-batch that the placement took, else the fixed one', () => {
    expect(candidate(card, '31b-it-qat', { contextTokensTotal: 16_384 }).workload.microBatch).toBe(512);
    expect(candidate(card, '12b-it-qat', { contextTokensTotal: 16_384, microBatch: 256 }).workload.microBatch).toBe(
      256,
    );
  });
});
