import { describe, expect, it } from 'vitest';
import { checkpointBytes, checkpointsIn, hostFit } from '../../../src/advice/placement/host-memory.ts';
import type { PlacementResult } from '../../../src/advice/placement/types.ts';
import type { NeedParts } from '../../../src/advice/types.ts';
import { variantOf } from '../../../src/data/tables.ts';
import type { Accelerator } from '../../../src/machine/types.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { appleGpu, gib, gpu, machine, mib, ram } from '../machines.ts';

const { architecture } = variantOf('26b');
/** 8 GiB of prompt cache and 32 checkpoints of 200 MiB. */
const [cacheBytes, checkpointsBytes] = [8192 * mib, 6400 * mib];

const none: NeedParts = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 };
/** 1 + 2 + 3 + 4 + 5 = 15 GiB, each part another. */
const inHost: NeedParts = {
  weightsBytes: gib,
  kvCacheBytes: 2 * gib,
  computeBytes: 3 * gib,
  projectorBytes: 4 * gib,
  drafterBytes: 5 * gib,
};

/** 15 GiB in RAM, and on each of the devices named 10 GiB. */
function placed(accelerators: string[], sharedBytes = 0): PlacementResult {
  const devices = accelerators.map((accelerator) => ({
    ...none,
    weightsBytes: 9 * gib,
    kvCacheBytes: gib,
    accelerator,
    layers: 10,
    freeBytes: 24 * gib,
    marginBytes: 0,
    remainingBytes: 14 * gib,
  }));
  const placement = {
    mode: 'split' as const,
    gpuLayers: 10,
    totalLayers: 31,
    overflowingLayers: 0,
    devices,
    host: inHost,
  };
  const need = { device: none, host: inHost };
  return { placement, need, microBatch: 512, how: 'plain', sharedBytes, preflight: null, findings: [] };
}

function room(availableBytes: number | null, accelerators: Accelerator[], where: PlacementResult) {
  return hostFit(toSchedulerTarget(machine(accelerators, { memory: ram(availableBytes) })), where, architecture);
}

const card = [gpu()];
const mac = [appleGpu(48 * gib)];

describe('RAM beside a card', () => {
  const beside = placed(['nvidia:0']);

  it('RAM beside a card holds what is placed there, to the byte, whatever lies on the card', () => {
    expect(room(15 * gib, card, beside).fits).toBe(true);
    expect(room(15 * gib - 1, card, beside)).toEqual({
      fits: false,
      findings: [{ code: 'host-too-small', needBytes: 15 * gib, availableBytes: 15 * gib - 1 }],
    });
  });

  it('RAM beside a card of unknown size gives no answer, but the need', () => {
    expect(room(null, card, beside)).toEqual({
      fits: null,
      findings: [{ code: 'host-memory-unknown', needBytes: 15 * gib }],
    });
  });

  it('RAM beside a card is nobody else’s when no device is used', () => {
    expect(room(15 * gib, mac, placed([])).fits).toBe(true);
  });
});

describe('one pool for device and host', () => {
  it('one pool for device and host holds both, to the byte', () => {
    expect(room(25 * gib, mac, placed(['apple:0'])).fits).toBe(true);
    expect(room(25 * gib - 1, mac, placed(['apple:0']))).toEqual({
      fits: false,
      findings: [{ code: 'pool-too-small', needBytes: 25 * gib, availableBytes: 25 * gib - 1 }],
    });
  });

  it('one pool for device and host counts once what both sides use', () => {
    expect(room(25 * gib - 700 * mib, mac, placed(['apple:0'], 700 * mib)).fits).toBe(true);
    expect(room(25 * gib - 700 * mib - 1, mac, placed(['apple:0'], 700 * mib)).fits).toBe(false);
  });

  it('one pool for device and host is there as soon as one device of the load shares the RAM', () => {
    const both = [gpu({ backend: 'vulkan' }), gpu({ id: 'shared', backend: 'vulkan', kind: 'integrated' })];
    expect(room(34 * gib, both, placed(['nvidia:0', 'shared'])).findings).toMatchObject([
      { code: 'pool-too-small', needBytes: 35 * gib },
    ]);
  });

  it('one pool for device and host is not there when only another device shares it', () => {
    const both = [gpu(), gpu({ id: 'shared', backend: 'vulkan', kind: 'integrated' })];
    expect(room(15 * gib, both, placed(['nvidia:0'])).fits).toBe(true);
  });

  it('one pool for device and host of unknown size gives no answer, but the need of both', () => {
    expect(room(null, mac, placed(['apple:0'])).findings).toEqual([
      { code: 'host-memory-unknown', needBytes: 25 * gib },
    ]);
  });
});

describe('the prompt cache and the checkpoints', () => {
  const total = 15 * gib + cacheBytes + checkpointsBytes;

  it('the prompt cache and the checkpoints warn where they may grow beyond what is available, and forbid nothing', () => {
    expect(room(total - 1, card, placed(['nvidia:0']))).toEqual({
      fits: true,
      findings: [
        { code: 'prompt-cache-tight', needBytes: total, cacheBytes, checkpointsBytes, availableBytes: total - 1 },
      ],
    });
  });

  it('the prompt cache and the checkpoints are not named where everything has room', () => {
    expect(room(total, card, placed(['nvidia:0']))).toEqual({ fits: true, findings: [] });
  });

  it.each([
    ['e2b', 12 * 256, 512, 6],
    ['e4b', 20 * 512, 512, 20],
    ['12b', 40 * 2048, 1024, 320],
    ['26b', 25 * 2048, 1024, 200],
    ['31b', 50 * 4096, 1024, 800],
  ] as const)(
    'the prompt cache and the checkpoints keep of %s the keys and values of %s numbers over %s tokens: %s MiB',
    (variant, width, window, size) => {
      expect(checkpointBytes(variantOf(variant).architecture)).toBe(size * mib);
      expect(width * window * 2 * 2).toBe(size * mib);
    },
  );
});

describe('the checkpoints that a context has room for', () => {
  it.each([
    [4096, 3],
    [8192, 3],
    [8193, 4],
    [65_536, 10],
    [239_616, 32],
    [262_144, 32],
  ])('%i tokens: %i, one each 8,192 and two at the end, at most as many as llama-server keeps', (tokens, count) => {
    expect(checkpointsIn(tokens)).toBe(count);
  });

  it('the checkpoints that a context has room for are written for each sequence', () => {
    const asked = { contextTokensTotal: 4 * 4096, sequences: 4 };
    const { findings } = hostFit(
      toSchedulerTarget(machine([gpu()], { memory: ram(16 * gib) })),
      placed(['nvidia:0']),
      variantOf('31b').architecture,
      asked,
    );
    expect(findings).toMatchObject([{ code: 'prompt-cache-tight', checkpointsBytes: 4 * 3 * 800 * mib }]);
  });
});
