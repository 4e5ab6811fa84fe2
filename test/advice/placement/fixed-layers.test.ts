import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { mostFixedLayers } from '../../../src/advice/placement/fixed-layers.ts';
import { type GgufPlacementInput, toPlacementInput } from '../../../src/advice/placement/input.ts';
import type { CheckRequest } from '../../../src/advice/types.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById } from '../../../src/data/tables.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { estimateMemory, loadFrom } from '../../../src/model/memory/estimate.ts';
import type { Parts } from '../../../src/model/types.ts';
import { deviceSetsToTry } from '../../../src/server-rules/device-sets.ts';
import { decideSchedule } from '../../../src/server-rules/scheduler.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { gib, gpu, machine } from '../machines.ts';

const load = {
  contextTokens: 32_768,
  sequences: 1,
  microBatch: 512,
  kvType: 'f16' as const,
  flashAttention: true,
};
const total = ({ weightsBytes, kvCacheBytes, computeBytes }: Parts) => weightsBytes + kvCacheBytes + computeBytes;

/** A build on cards of these sizes, seated as Ollama does it unasked. */
function pinned(
  freeBytes: number[],
  id: string,
  request: Partial<CheckRequest> = {},
  change: Partial<GgufPlacementInput> = {},
) {
  const build = buildById(id);
  if (build === null) throw new Error(`no ${id}`);
  const asked = { ...openRequest, contextTokensTotal: load.contextTokens, ...request };
  const target = toSchedulerTarget(
    machine(freeBytes.map((free, index) => gpu({ id: `nvidia:${index}`, freeBytes: free }))),
    asked.ollamaVersion,
  );
  const input = toPlacementInput(
    target,
    shapeOfBuild(build),
    workloadFor(asked, build.variant, asked.contextTokensTotal as number),
  );
  const decision = decideSchedule(target, shapeOfBuild(build), load.contextTokens);
  if (input === null || decision === null) throw new Error('no case');
  const [deviceSet] = deviceSetsToTry(target, decision, { ...input.extras, oneDeviceOnly: false });
  if (deviceSet === undefined) throw new Error('no seating');
  return mostFixedLayers({ ...input, ...change }, loadFrom(load), deviceSet);
}
const deviceBytes = (gpuLayers: number) =>
  total(estimateMemory({ variant: '12b', quantization: 'Q4_K_M', ...load, gpuLayers }).device);
const plain = '12b-it-q4_K_M';

describe('a fixed number of layers', () => {
  it.each([1, 2, 20, 47])(
    'a fixed number of layers is %s when the card holds exactly these and 1 GiB, one less when a byte is missing',
    (n) => {
      const free = deviceBytes(n) + gib;
      expect(pinned([free], plain)?.gpuLayers).toBe(n);
      expect(pinned([free - 1], plain)?.gpuLayers ?? 0).toBe(n - 1);
    },
  );

  it('a fixed number of layers is the same with a draft model, which lies in what stays free', () => {
    expect(pinned([deviceBytes(20) + gib], '12b')?.gpuLayers).toBe(20);
  });

  it('a fixed number of layers puts the projector in RAM, with the margin for text on every card', () => {
    const found = pinned([4 * gib, 3 * gib], plain);
    expect(found?.deviceSet.projector).toBe('ram');
    expect(found?.deviceSet.slots.map(({ marginBytes }) => marginBytes)).toEqual([gib, gib]);
  });

  it('a fixed number of layers tells what lies where', () => {
    const { device, host } = estimateMemory({ variant: '12b', quantization: 'Q4_K_M', ...load, gpuLayers: 20 });
    expect(pinned([deviceBytes(20) + gib], plain)).toMatchObject({ devices: [{ ...device, layers: 20 }], host });
  });

  it('a fixed number of layers never reaches the head: that would be the whole model', () => {
    expect(pinned([80 * gib], plain)?.gpuLayers).toBe(48);
  });

  it('a fixed number of layers is nothing to gain where images are wanted, or no projector would lie on the card', () => {
    const free = [deviceBytes(20) + gib];
    expect(pinned(free, plain, { vision: true })).toBeNull();
    expect(pinned(free, plain, { vision: false })).toBeNull();
    expect(pinned([175_115_584 + gib - 1], plain)).toBeNull();
  });

  it('a fixed number of layers is no way for E2B before Ollama 0.32.6, which aborts when it is divided', () => {
    const small = [2.5 * gib];
    expect(pinned(small, 'e2b-it-q8_0', { ollamaVersion: '0.32.5' })).toBeNull();
    expect(pinned(small, 'e2b-it-q8_0', { ollamaVersion: '0.32.6' })?.gpuLayers).toBeGreaterThan(0);
    expect(pinned([4 * gib], plain, { ollamaVersion: '0.32.5' })?.gpuLayers).toBeGreaterThan(0);
  });
});

describe('a fixed number of layers over two cards', () => {
  it('a fixed number of layers over two cards is divided evenly between equal ones, the larger half first', () => {
    const found = pinned([3.5 * gib, 3.5 * gib], plain);
    const layers = found?.devices.map((device) => device.layers) ?? [];
    const all = found?.gpuLayers ?? 0;
    expect(all).toBeGreaterThan(2);
    expect(layers).toEqual([Math.ceil(all / 2), Math.floor(all / 2)]);
  });

  it.each([
    [3.5, 3.5],
    [5, 2],
    [2, 5],
  ])('a fixed number of layers over two cards keeps 1 GiB free on both of %s and %s GiB', (a, b) => {
    const sizes = [a * gib, b * gib];
    const found = pinned(sizes, plain);
    expect(found?.devices).toHaveLength(2);
    found?.devices.forEach((parts, index) => {
      expect(total(parts) + gib).toBeLessThanOrEqual(sizes[index] ?? 0);
    });
  });

  it('a fixed number of layers over two cards loses no weights: what the cards do not hold lies in RAM, as without any card', () => {
    const found = pinned([4 * gib, 3 * gib], plain);
    const weights = [...(found?.devices ?? []), found?.host].reduce(
      (sum, parts) => sum + (parts?.weightsBytes ?? 0),
      0,
    );
    const whole = estimateMemory({ variant: '12b', quantization: 'Q4_K_M', ...load });
    expect(weights).toBe(whole.device.weightsBytes + whole.host.weightsBytes);
  });
});
