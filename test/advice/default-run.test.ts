import { describe, expect, it } from 'vitest';
import { defaultRunOf } from '../../src/advice/default-run.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import type { Machine } from '../../src/machine/types.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { candidate } from './case.ts';
import { gib, gpu, mac, machine, mib, ram } from './machines.ts';

const cards = (...sizes: number[]) =>
  machine(sizes.map((size, index) => gpu({ id: `nvidia:${index}`, freeBytes: Math.floor(size * gib) })));

/** ollama run of a build with nothing set, on a machine with so much device memory. */
const run = (on: Machine, build: string, tierGiB: number, request: Partial<CheckRequest> = {}) =>
  defaultRunOf(toSchedulerTarget(on), candidate(on, build, request), tierGiB * gib);

describe('ollama run with nothing set', () => {
  it.each([
    ['4,096 tokens below 23 GiB', 12, { contextTokens: 4096, microBatch: 512, mode: 'full' }],
    ['32,768 from 23 GiB on', 24, { contextTokens: 32_768, microBatch: 1024, mode: 'full' }],
    ['262,144 from 47 GiB on', 48, { contextTokens: 262_144, microBatch: 2048, mode: 'full' }],
  ])('ollama run with nothing set has %s, and the micro-batch that goes with it', (_, size, expected) => {
    expect(run(cards(size), '12b-it-q4_K_M', size)).toEqual(expected);
  });

  it('ollama run with nothing set has no more context than the model was trained for', () => {
    expect(run(cards(48), 'e2b-it-q8_0', 48)?.contextTokens).toBe(131_072);
  });

  it('ollama run with nothing set is the same whatever was asked of this tool', () => {
    const plain = run(cards(24), '12b-it-q4_K_M', 24);
    const asked = { contextTokens: 65_536, microBatch: 512, sequences: 4, kvType: 'q8_0' as const, vision: false };
    expect(run(cards(24), '12b-it-q4_K_M', 24, asked)).toEqual(plain);
  });

  it('ollama run with nothing set is split where the device is too small for the default context', () => {
    expect(run(cards(24), '31b-it-q8_0', 24)).toMatchObject({ contextTokens: 32_768, mode: 'split' });
  });

  it('ollama run with nothing set runs on the CPU without a device, with the batch that the context asks for', () => {
    expect(run(machine(), '12b-it-q4_K_M', 0)).toEqual({ contextTokens: 4096, microBatch: 512, mode: 'cpu' });
  });

  it('ollama run with nothing set spreads even E2B over two cards, which this tool would not: nothing holds the server back', () => {
    expect(run(cards(4.2), 'e2b-it-q8_0', 0)?.mode).toBe('split');
    expect(run(cards(4.2, 4.2), 'e2b-it-q8_0', 0)?.mode).toBe('full');
    expect(candidate(cards(4.2, 4.2), 'e2b-it-q8_0', { contextTokensTotal: 4096 }).placement.devices).toHaveLength(1);
  });

  it('ollama run with nothing set keeps the projector in mind, which splits a model that would fit as text', () => {
    const on = machine([gpu({ freeBytes: 16_000 * mib })]);
    expect(candidate(on, '26b-a4b-it-qat', { contextTokensTotal: 4096, vision: false }).verdict).toBe('gpu');
    expect(run(on, '26b-a4b-it-qat', 18)?.mode).toBe('split');
  });

  it('ollama run with nothing set has not the memory where all would lie on the device and RAM does not hold it', () => {
    const pool = mac(36 * gib, 20 * gib);
    expect(run(pool, '31b-it-qat', 36, { contextTokensTotal: 8192 })).toMatchObject({
      contextTokens: 32_768,
      mode: 'none',
    });
    const little = machine([gpu()], { memory: ram(512 * mib) });
    expect(run(little, '12b-it-q4_K_M', 24)?.mode).toBe('none');
    expect(run(machine([gpu()], { memory: ram(null) }), '12b-it-q4_K_M', 24)?.mode).toBe('full');
  });

  it('ollama run with nothing set of an MLX build is whole or not at all, with a batch of 2,048', () => {
    expect(run(mac(36 * gib, 48 * gib), '12b-mlx', 36)).toEqual({
      contextTokens: 32_768,
      microBatch: 2048,
      mode: 'full',
    });
    expect(run(mac(6 * gib, 8 * gib), '12b-mlx', 6)).toEqual({ contextTokens: 4096, microBatch: 2048, mode: 'none' });
  });

  it('ollama run with nothing set is not told of a build that the table does not have, or whose size nobody knows', () => {
    const on = cards(24);
    const known = candidate(on, '12b-it-q4_K_M');
    expect(defaultRunOf(toSchedulerTarget(on), { ...known, build: 'me/tuned' }, 0)).toBeNull();
    expect(defaultRunOf(toSchedulerTarget(on), { ...known, build: '31b-cloud' }, 0)).toBeNull();
  });
});
