import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { cpuPlacement } from '../../../src/advice/placement/cpu.ts';
import { toPlacementInput } from '../../../src/advice/placement/input.ts';
import type { Workload } from '../../../src/advice/types.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById } from '../../../src/data/tables.ts';
import { placeModel } from '../../../src/model/fit/place.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { machine, ram } from '../machines.ts';

const projectorBytes = 175_115_584;
/** The draft model: its file, and on a CPU what it computes in beside the same masks as the model. */
const drafterFileBytes = 470_000_000;
const drafterBytes = (microBatch: number) =>
  drafterFileBytes + microBatch * (113_672 + 2 * (65_536 + Math.ceil((1024 + microBatch) / 256) * 256));
const sizes = [2048, 1024, 512];
/** What is left to other programs. */
const headroom = 2 * 2 ** 30;
const workload: Workload = workloadFor(openRequest, '12b', 65_536);

/** gemma4:12b, a Q4_K_M with projector and drafter, on a computer without a GPU. */
function placed(availableBytes: number | null, change: Partial<Workload> = {}) {
  const build = buildById('12b');
  if (build === null) throw new Error('no 12b');
  const asked = { ...workload, ...change };
  const input = toPlacementInput(
    toSchedulerTarget(machine([], { memory: ram(availableBytes) })),
    shapeOfBuild(build),
    asked,
  );
  if (input === null) throw new Error('no case');
  return cpuPlacement(input, asked, sizes, null);
}
const textParts = (microBatch: number) =>
  placeModel({ variant: '12b', quantization: 'Q4_K_M', contextTokens: 65_536, microBatch, devices: [] }).host;
const textBytes = (microBatch: number) => {
  const { weightsBytes, kvCacheBytes, computeBytes } = textParts(microBatch);
  return weightsBytes + kvCacheBytes + computeBytes;
};

describe('a model on the CPU', () => {
  it.each([
    [2048, 2048],
    [1024, 1024],
    [512, 512],
  ])(
    'a model on the CPU takes micro-batch %s when RAM holds exactly that with projector and drafter, and room for other programs',
    (size, microBatch) => {
      expect(placed(textBytes(size) + projectorBytes + drafterBytes(size) + headroom).microBatch).toBe(microBatch);
    },
  );

  it('a model on the CPU takes the next smaller micro-batch when a byte is missing', () => {
    expect(placed(textBytes(2048) + projectorBytes + drafterBytes(2048) + headroom - 1).microBatch).toBe(1024);
    expect(placed(textBytes(1024) + projectorBytes + drafterBytes(1024) + headroom - 1).microBatch).toBe(512);
  });

  it('a model on the CPU takes the smallest when RAM holds none, and leaves it to the verdict to say no', () => {
    expect(placed(1e9).microBatch).toBe(512);
  });

  it('a model on the CPU takes the largest when nobody knows what RAM is available', () => {
    expect(placed(null).microBatch).toBe(2048);
  });

  it('a model on the CPU needs no room for the projector when images are not wanted', () => {
    const withoutIt = textBytes(2048) + drafterBytes(2048) + headroom;
    expect(placed(withoutIt, { vision: false })).toMatchObject({
      microBatch: 2048,
      placement: { host: { projectorBytes: 0 } },
    });
    expect(placed(withoutIt).microBatch).toBe(1024);
  });

  it('a model on the CPU lies in RAM with all its parts; no device, no layer of 49 on one', () => {
    const host = { ...textParts(2048), projectorBytes, drafterBytes: drafterBytes(2048) };
    const empty = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 };
    expect(placed(null)).toEqual({
      placement: { mode: 'cpu', gpuLayers: 0, totalLayers: 49, overflowingLayers: 0, devices: [], host },
      need: { device: empty, host },
      microBatch: 2048,
      how: null,
      sharedBytes: 0,
      preflight: null,
      findings: [],
    });
  });
});
