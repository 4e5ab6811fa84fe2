import type { Accelerator, Machine } from '../../src/machine/types.ts';

export const gib = 2 ** 30;
export const mib = 2 ** 20;

/** A discrete CUDA card with everything free, unless said otherwise. */
export function gpu(
  overrides: Partial<Accelerator> & { freeBytes?: number | null; totalBytes?: number | null } = {},
): Accelerator {
  const { freeBytes, totalBytes = freeBytes ?? 24 * gib, ...rest } = overrides;
  return {
    id: 'nvidia:0',
    vendor: 'nvidia',
    name: 'NVIDIA GeForce RTX 4090',
    kind: 'discrete',
    backend: 'cuda',
    memory: { totalBytes, freeBytes: freeBytes === undefined ? totalBytes : freeBytes },
    bandwidthBytesPerSecond: 1008e9,
    architecture: '8.9',
    driverVersion: '580.10',
    usable: true,
    reason: null,
    overheadBytes: 0,
    holders: [],
    source: 'test',
    confidence: 'assumed',
    ...rest,
  };
}

/** Apple Silicon: the GPU takes part of the RAM. */
export function appleGpu(freeBytes: number, overrides: Partial<Accelerator> = {}): Accelerator {
  const memory = { totalBytes: freeBytes, freeBytes };
  return gpu({
    id: 'apple:0',
    vendor: 'apple',
    name: 'Apple M4 Max',
    kind: 'unified',
    backend: 'metal',
    architecture: null,
    bandwidthBytesPerSecond: 546e9,
    memory,
    ...overrides,
  });
}

/** A Linux computer with 64 GiB of RAM, 60 of them available. */
export function machine(accelerators: Accelerator[] = [], overrides: Partial<Machine> = {}): Machine {
  return {
    os: { platform: 'linux', arch: 'x64', name: 'Ubuntu', version: '24.04', environment: [] },
    cpu: { brand: 'Test', physicalCores: 8, threads: 16, quotaCores: null, flags: ['avx2'] },
    memory: {
      totalBytes: 64 * gib,
      availableBytes: 60 * gib,
      limitBytes: null,
      limitedBy: 'none',
      bandwidthBytesPerSecond: 80e9,
    },
    accelerators,
    disk: null,
    ollama: null,
    evidence: [],
    warnings: [],
    ...overrides,
  };
}

export function ram(availableBytes: number | null): Machine['memory'] {
  return {
    totalBytes: availableBytes,
    availableBytes,
    limitBytes: null,
    limitedBy: 'none',
    bandwidthBytesPerSecond: 80e9,
  };
}

export function mac(freeBytes: number, ramBytes: number): Machine {
  const os = { platform: 'darwin' as const, arch: 'arm64', name: 'macOS', version: '26.1', environment: [] };
  return machine([appleGpu(freeBytes)], { os, memory: ram(ramBytes) });
}
