import { describe, expect, it } from 'vitest';
import { automaticMicroBatch, microBatchesFrom } from '../../src/server-rules/batch-size.ts';
import type { UsableDevice } from '../../src/server-rules/devices.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, machine } from '../advice/machines.ts';

const card = (freeGiB: number, backend: 'cuda' | 'vulkan' = 'cuda'): UsableDevice => {
  const [device] = toSchedulerTarget(machine([gpu({ freeBytes: freeGiB * gib, backend })])).groups.flat();
  if (device === undefined) throw new Error('no device');
  return device;
};
const question = {
  contextTokens: 65_536,
  predictedBytes: gib,
  availableBytes: 40 * gib,
  flashAttention: true,
  devices: [card(40)],
};
const fit = (availableBytes: number, predictedBytes: number, contextTokens = 65_536) =>
  automaticMicroBatch({ ...question, contextTokens, availableBytes, predictedBytes });

describe('the micro-batch that Ollama chooses', () => {
  it('the micro-batch that Ollama chooses is 2048 up to a guess of exactly 60 % of what is free, and 1024 from a byte more', () => {
    const share = (40 * gib * 6) / 10;
    expect(fit(40 * gib, share)).toBe(2048);
    expect(fit(40 * gib, share + 1)).toBe(1024);
  });

  it('the micro-batch that Ollama chooses is 1024 up to a guess of exactly 75 %, and 512 from a byte more', () => {
    const share = 30 * gib;
    expect(fit(40 * gib, share)).toBe(1024);
    expect(fit(40 * gib, share + 1)).toBe(512);
  });

  it('the micro-batch that Ollama chooses wants 2 GiB between the guess and 80 % for 2048, to the byte', () => {
    const eighty = Math.floor((8 * gib * 8) / 10);
    expect(fit(8 * gib, eighty - 2 * gib)).toBe(2048);
    expect(fit(8 * gib, eighty - 2 * gib + 1)).toBe(1024);
  });

  it('the micro-batch that Ollama chooses wants 768 MiB between the guess and 80 % for 1024, to the byte', () => {
    const eighty = Math.floor((4 * gib * 8) / 10);
    expect(fit(4 * gib, eighty - 0.75 * gib)).toBe(1024);
    expect(fit(4 * gib, eighty - 0.75 * gib + 1)).toBe(512);
  });

  it('the micro-batch that Ollama chooses goes by the context alone where no device has anything free, as on the CPU', () => {
    expect(fit(0, 20 * gib)).toBe(2048);
    expect(fit(0, 20 * gib, 8192)).toBe(1024);
  });

  it('the micro-batch that Ollama chooses of a short context stays 512 however large the guess is', () => {
    expect(fit(40 * gib, 90 * gib, 4096)).toBe(512);
  });

  it('the micro-batch that Ollama chooses is never below the smallest of the table', () => {
    expect(microBatchesFrom(1024, true)).toEqual([1024, 512]);
    expect(microBatchesFrom(256, true)).toEqual([256]);
    expect(microBatchesFrom(512, false)).toEqual([512, 256]);
  });
});

describe('the micro-batch without flash attention', () => {
  const old = (contextTokens: number, ...devices: UsableDevice[]) =>
    automaticMicroBatch({ ...question, contextTokens, devices, flashAttention: false });

  it('the micro-batch without flash attention is 512 up to 4,096 tokens even on a small card, and 256 above', () => {
    expect(old(4096, card(8))).toBe(512);
    expect(old(4097, card(8))).toBe(256);
  });

  it('the micro-batch without flash attention is 256 when one of several CUDA cards is small', () => {
    expect(old(65_536, card(24), card(8))).toBe(256);
    expect(old(65_536, card(24), card(12))).toBe(512);
  });

  it('the micro-batch without flash attention does not mind a small device of another library beside a large CUDA card', () => {
    expect(old(65_536, card(24), card(6, 'vulkan'))).toBe(512);
  });

  it('the micro-batch without flash attention is as with it where no device is CUDA', () => {
    expect(old(65_536, card(40, 'vulkan'))).toBe(2048);
  });
});
