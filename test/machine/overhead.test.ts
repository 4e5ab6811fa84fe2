import { describe, expect, it } from 'vitest';
import { MiB } from '../../src/data/units.ts';
import { contextBytes } from '../../src/machine/overhead.ts';

const card = (architecture: string | null) => ({
  backend: 'cuda' as const,
  kind: 'discrete' as const,
  memory: { totalBytes: 80_000 * MiB, freeBytes: 79_000 * MiB },
  architecture,
});

describe('what a CUDA context still takes of the memory that nvidia-smi calls free', () => {
  it('what a CUDA context still takes of the memory that nvidia-smi calls free is what was measured on Hopper, and the same for every other card', () => {
    expect(contextBytes(card('9.0'))).toBe(527 * MiB);
    expect(contextBytes(card('8.9'))).toBe(300 * MiB);
    expect(contextBytes(card(null))).toBe(300 * MiB);
  });

  it('what a CUDA context still takes of the memory that nvidia-smi calls free is nothing where another interface reads the memory, where it is shared, and where none was read', () => {
    expect(contextBytes({ ...card('9.0'), backend: 'vulkan' })).toBe(0);
    expect(contextBytes({ ...card('9.0'), kind: 'integrated' })).toBe(0);
    expect(contextBytes({ ...card('9.0'), memory: { totalBytes: 80_000 * MiB, freeBytes: null } })).toBe(0);
  });
});
