import { describe, expect, it } from 'vitest';
import { clampContext, defaultContextTokens, tierMemoryBytes } from '../../src/server-rules/context.ts';
import { gib, gpu, machine } from '../advice/machines.ts';

describe("Ollama's default context", () => {
  it.each([
    [0, 4096],
    [22.9, 4096],
    [23, 32_768],
    [46.9, 32_768],
    [47, 262_144],
    [80, 262_144],
  ])('%s GiB of device memory: %s tokens', (size, tokens) => {
    expect(defaultContextTokens(size * gib)).toBe(tokens);
  });

  it("Ollama's default context counts whole cards, not what is free, and only those that are used", () => {
    const cards = [
      gpu({ totalBytes: 24 * gib, freeBytes: 2 * gib }),
      gpu({ id: 'nvidia:1', totalBytes: 24 * gib, freeBytes: 24 * gib }),
      gpu({ id: 'nvidia:2', totalBytes: 8 * gib, usable: false }),
    ];
    expect(tierMemoryBytes(machine(cards))).toBe(48 * gib);
  });

  it("Ollama's default context is kept inside the trained context, and at 2048 or more for a model that sees", () => {
    expect(clampContext(262_144, 131_072, true, 1)).toBe(131_072);
    expect(clampContext(512, 131_072, true, 1)).toBe(2048);
    expect(clampContext(512, 131_072, false, 1)).toBe(512);
    expect(clampContext(1, 131_072, false, 1)).toBe(4);
  });

  it("Ollama's default context is kept so for each sequence, and else left as it is asked", () => {
    expect(clampContext(4096, 131_072, true, 8)).toBe(16_384);
    expect(clampContext(4, 131_072, false, 3)).toBe(12);
    expect(clampContext(1_000_000, 131_072, true, 2)).toBe(262_144);
    expect(clampContext(100_000, 131_072, true, 11)).toBe(100_000);
  });
});
