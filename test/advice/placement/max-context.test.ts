import { describe, expect, it } from 'vitest';
import { sumParts } from '../../../src/advice/parts.ts';
import { ceilingTokens } from '../../../src/advice/placement/max-context.ts';
import type { CheckRequest, Workload } from '../../../src/advice/types.ts';
import { buildById } from '../../../src/data/tables.ts';
import type { Accelerator } from '../../../src/machine/types.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { estimateMemory } from '../../../src/model/memory/estimate.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { total } from '../../model/golden.ts';
import { candidate, codes } from '../case.ts';
import { gib, gpu, mac, machine, mib, ram } from '../machines.ts';

/** Margin with the projector of 12b (175,115,584 bytes): projector + 1 GiB in whole MiB, and what llama-server adds on Linux. */
const seeing12b = 1192 * mib + 14_753_464;

/** Device bytes of 12b QAT with every layer there and the smallest micro-batch, from the memory model itself. */
function need12b(contextTokens: number, sequences = 1): number {
  const load = { contextTokens, sequences, microBatch: 512 };
  const { device } = estimateMemory({ variant: '12b', quantization: 'Q4_0', ...load });
  return device.weightsBytes + device.kvCacheBytes + device.computeBytes;
}

const cardOf = (freeBytes: number, more: Partial<Accelerator> = {}) => machine([gpu({ freeBytes, ...more })]);

function ceiling12b(freeBytes: number, request: Partial<CheckRequest> = {}): number | null {
  return candidate(cardOf(freeBytes), '12b-it-qat', request).ceilingTokens;
}

describe('the ceiling', () => {
  it('the ceiling of text is the last context, in steps of 256, that leaves 1 GiB free: to the byte', () => {
    const exactly = need12b(16_384) + gib;
    expect(ceiling12b(exactly, { vision: false })).toBe(16_384);
    expect(ceiling12b(exactly - 1, { vision: false })).toBe(16_128);
  });

  it('the ceiling with a projector is the last one that leaves its margin free too: to the byte', () => {
    const exactly = need12b(16_384) + seeing12b;
    expect(ceiling12b(exactly)).toBe(16_384);
    expect(ceiling12b(exactly - 1)).toBe(16_128);
  });

  it('the ceiling of a build that sees is never below 2048 tokens, for the server raises a shorter context', () => {
    expect(ceiling12b(need12b(2048) + seeing12b)).toBe(2048);
    expect(ceiling12b(need12b(1792) + seeing12b)).toBeNull();
  });

  it('the ceiling of the same build for text may be as short as one step', () => {
    expect(ceiling12b(need12b(1792) + gib, { vision: false })).toBe(1792);
    expect(ceiling12b(need12b(256) + gib, { vision: false })).toBe(256);
    expect(ceiling12b(need12b(256) + gib - 1, { vision: false })).toBeNull();
  });

  it('the ceiling counts all sequences together, and 2048 tokens for each that sees', () => {
    expect(ceiling12b(need12b(4096, 2) + seeing12b, { sequences: 2 })).toBe(4096);
    expect(ceiling12b(need12b(3584, 2) + seeing12b, { sequences: 2 })).toBeNull();
  });

  it('the ceiling takes the smallest micro-batch where it is open, though the server would begin with a larger one', () => {
    const exactly = need12b(16_384, 8) + gib;
    expect(ceiling12b(exactly, { vision: false, sequences: 8 })).toBe(16_384);
    expect(ceiling12b(exactly, { vision: false, sequences: 8, microBatch: 1024 })).toBeLessThan(16_384);
    expect(ceiling12b(exactly, { vision: false, sequences: 8, microBatch: 256 })).toBeGreaterThan(16_384);
  });

  it.each([
    ['e2b-it-qat', 1, 131_072],
    ['e2b-it-qat', 2, 262_144],
    ['12b-it-qat', 1, 262_144],
  ])(
    'the ceiling of %s with %s sequences on a card with room is what it was trained for: %s',
    (build, sequences, expected) => {
      expect(candidate(cardOf(80 * gib), build, { sequences }).ceilingTokens).toBe(expected);
    },
  );

  it('the ceiling does not depend on the context that was asked for', () => {
    const free = need12b(16_384) + seeing12b;
    expect(ceiling12b(free, { contextTokensTotal: 131_072 })).toBe(16_384);
    expect(ceiling12b(free, { contextTokensTotal: 4096 })).toBe(16_384);
  });

  it('the ceiling does not exist without a device', () => {
    expect(candidate(machine([]), 'e2b-it-qat').ceilingTokens).toBeNull();
  });
});

describe('the ceiling beside little RAM', () => {
  /** What 12b QAT keeps in RAM with all its layers on the card. */
  const hostBytes = (contextTokens: number) =>
    total(estimateMemory({ variant: '12b', quantization: 'Q4_0', contextTokens, microBatch: 512 }).host);
  const beside = (availableBytes: number) =>
    candidate(machine([gpu({ freeBytes: 16 * gib })], { memory: ram(availableBytes) }), '12b-it-qat', {
      microBatch: 512,
    });

  it('the ceiling beside little RAM is the last context of which RAM holds the rest, to the byte', () => {
    expect(beside(hostBytes(131_072)).ceilingTokens).toBe(131_072);
    expect(beside(hostBytes(131_072) - 1).ceilingTokens).toBe(131_072 - 256);
  });

  it('the ceiling beside little RAM is that of the card where RAM is plenty, or not known', () => {
    expect(beside(8 * gib).ceilingTokens).toBe(262_144);
    const unread = machine([gpu({ freeBytes: 16 * gib })], { memory: ram(null) });
    expect(candidate(unread, '12b-it-qat', { microBatch: 512 }).ceilingTokens).toBe(262_144);
  });

  it('the ceiling beside little RAM does not exist where RAM holds no context at all', () => {
    expect(beside(512 * mib)).toMatchObject({ ceilingTokens: null, verdict: 'no' });
  });
});

describe('ceilings of one build on one machine', () => {
  const exactly = need12b(16_384) + seeing12b;
  const workload: Workload = {
    contextTokensTotal: 4096,
    askedTokensTotal: 4096,
    kvType: 'f16',
    sequences: 1,
    microBatch: null,
    vision: null,
  };
  const built = (id: string) => {
    const build = buildById(id);
    if (build === null) throw new Error(id);
    return shapeOfBuild(build);
  };

  it('ceilings of one build on one machine are kept apart by what they assume, whichever is asked for first', () => {
    const target = toSchedulerTarget(cardOf(exactly));
    const at = (change: Partial<Workload>) => ceilingTokens(target, built('12b-it-qat'), { ...workload, ...change });
    const first = at({});
    expect(first).toBe(16_384);
    for (const raising of [{ vision: false }, { kvType: 'q8_0' }, { microBatch: 256 }] as const) {
      expect(at(raising)).toBeGreaterThan(16_384);
    }
    expect(at({ sequences: 2 }), 'the windows of two do not fit').toBeNull();
    expect(at({})).toBe(16_384);
  });

  it('ceilings of one build on one machine rise with a smaller fit target on the server: 1 GiB there instead of projector and 1 GiB', () => {
    const target = toSchedulerTarget(cardOf(need12b(16_384) + gib + 14_753_464));
    expect(ceilingTokens(target, built('12b-it-qat'), workload, { fitTargetBytes: gib })).toBe(16_384);
    expect(ceilingTokens(target, built('12b-it-qat'), workload)).toBeLessThan(16_384);
  });

  it('ceilings of one build on one machine of a build whose bytes nobody published do not exist', () => {
    expect(ceilingTokens(toSchedulerTarget(cardOf(80 * gib)), built('31b-cloud'), workload)).toBeNull();
  });
});

describe('the ceiling without flash attention', () => {
  const maxwell = cardOf(8 * gib, { architecture: '5.2' });

  it('the ceiling without flash attention exists for an f16 cache only', () => {
    const at = (request: Partial<CheckRequest>) => candidate(maxwell, 'e2b-it-qat', request).ceilingTokens;
    expect(at({})).toBeGreaterThan(4096);
    expect(at({ kvType: 'q8_0' })).toBeNull();
    expect(candidate(cardOf(8 * gib), 'e2b-it-qat', { kvType: 'q8_0' }).ceilingTokens).toBe(131_072);
  });

  it('the ceiling without flash attention counts the micro-batch of 256 that the server sets on a small card by itself', () => {
    const tight = cardOf(5 * gib, { architecture: '5.2' });
    const open = candidate(tight, 'e2b-it-qat').ceilingTokens;
    const fixed = (microBatch: number) => candidate(tight, 'e2b-it-qat', { microBatch }).ceilingTokens;
    expect(open).toBe(fixed(256));
    expect(open).toBeGreaterThan(fixed(512) ?? Number.POSITIVE_INFINITY);
  });
});

describe('the ceiling of an MLX build', () => {
  const roomy = mac(64 * gib, 96 * gib);
  const needOf = (contextTokens: number) =>
    sumParts(candidate(roomy, '26b+mlx', { contextTokensTotal: contextTokens, vision: false }).need.device);

  it.each([262_144, 16_384, 2048])(
    'the ceiling of an MLX build is the longest prompt whose peak fits, to the byte: %s',
    (tokens) => {
      const at = (freeBytes: number) => candidate(mac(freeBytes, 96 * gib), '26b+mlx', { vision: false });
      const exactly = needOf(tokens);
      expect(at(exactly).ceilingTokens).toBeGreaterThanOrEqual(tokens);
      expect(at(exactly - 1).ceilingTokens).toBe(tokens - 256);
    },
  );

  it('the ceiling of an MLX build does not exist where RAM, which the GPU shares, does not hold it', () => {
    const asked = candidate(mac(30 * gib, 12 * gib), '26b+mlx');
    expect(asked).toMatchObject({ verdict: 'no', ceilingTokens: null });
    expect(codes(asked.reasons)).toContain('pool-too-small');
  });

  it('the ceiling of an MLX build does not exist where its weights alone do not fit', () => {
    expect(candidate(mac(24 * gib, 32 * gib), '31b-mxfp8').ceilingTokens).toBeNull();
  });
});
