import { describe, expect, it } from 'vitest';
import pins from '../../data/engines.json' with { type: 'json' };
import { computeBufferRow, rotationOf } from '../../src/data/compute-buffers.ts';
import {
  copiesKvOnBuild,
  defaultEngine,
  engineOfBuild,
  engineOfOllama,
  fusesOnBuild,
  lastBuildOf,
} from '../../src/data/engines.ts';
import { type Engine, engines, kvTypes, type VariantId, variantIds } from '../../src/data/ids.ts';
import { compareVersions, runtimeDefaults } from '../../src/data/tables.ts';

describe('the llama.cpp of an Ollama', () => {
  it.each([
    ['0.30.5', 'b9512'],
    ['0.32.15', 'b10488'],
    ['0.33.0', 'b10488'],
    ['0.40.2', 'b10864'],
    ['v0.32.15', 'b10488'],
  ])('%s brings %s', (ollama, llamaCpp) => {
    expect(engineOfOllama(ollama)).toEqual({ engine: 'v0.5.0', llamaCpp, known: true });
  });

  it('the llama.cpp of an Ollama that is newer than any in the table is taken as the newest known, and that is told', () => {
    expect(engineOfOllama('9.0.0')).toEqual({ ...engineOfOllama('0.40.2'), known: false });
  });

  it('the llama.cpp of an Ollama that is older than the table is the oldest one’s', () => {
    expect(engineOfOllama('0.20.0').llamaCpp).toBe('b9512');
  });

  it('the llama.cpp of an Ollama without a version is that of the newest known Ollama', () => {
    expect(engineOfOllama(null)).toEqual(engineOfOllama(runtimeDefaults.newestKnownOllama));
    expect(defaultEngine).toBe(engineOfOllama(runtimeDefaults.newestKnownOllama).engine);
  });
});

describe('generations of llama.cpp', () => {
  it.each([
    ['b10865', 'v0.5.0'],
    ['b11382', 'v0.5.0'],
    ['b11434', 'v0.6.0'],
    ['b12032', 'v0.8.0'],
    ['b99999', 'v0.8.0'],
  ])('%s is one of %s', (build, engine) => {
    expect(engineOfBuild(build)).toBe(engine);
  });

  it.each([
    ['v0.5.0', 'b11382'],
    ['v0.6.0', 'b11434'],
    ['v0.8.0', 'b11435'],
  ] as const)('%s ends with %s, as far as is known', (engine, build) => {
    expect(lastBuildOf(engine)).toBe(build);
    expect(engineOfBuild(build)).toBe(engine);
  });

  it('a build before the first is refused by the name of the table', () => {
    expect(() => engineOfBuild('b100')).toThrow('data/engines.json');
  });

  it('rows are in order', () => {
    const inOrder = (values: string[], compare: (a: string, b: string) => number) =>
      expect(values).toEqual([...values].sort(compare));
    inOrder(
      pins.pins.map(({ ollama }) => ollama),
      compareVersions,
    );
    inOrder(
      pins.generations.map(({ fromBuild }) => fromBuild.slice(1)),
      (a, b) => Number(a) - Number(b),
    );
  });
});

describe('constants of compute buffers', () => {
  it('constants of compute buffers are there for every model and every generation', () => {
    for (const engine of engines) {
      expect(['input', 'cache']).toContain(rotationOf(engine));
      for (const variant of variantIds) expect(computeBufferRow(engine, variant)).toMatchObject({ engine, variant });
    }
  });

  it('constants of compute buffers that are missing are refused by the name of the table', () => {
    expect(() => computeBufferRow('v0.5.0', 'none' as VariantId)).toThrow('data/compute-buffers.json has no none');
    expect(() => rotationOf('v9' as Engine)).toThrow('data/compute-buffers.json has no v9');
  });
});

describe('steps over the experts that are computed at once', () => {
  it.each([
    ['cuda', '0.33.0', []],
    ['cuda', '0.33.1', []],
    ['cuda', '0.33.3', ['weighted-sum']],
    ['rocm', '0.40.2', ['weighted-sum']],
    ['vulkan', '0.40.2', []],
    ['metal', '0.40.2', []],
  ] as const)(
    'steps over the experts that are computed at once on %s under Ollama %s: %j',
    (backend, ollama, fused) => {
      const { llamaCpp } = engineOfOllama(ollama);
      expect((['weighted-sum', 'routing'] as const).filter((step) => fusesOnBuild(step, backend, llamaCpp))).toEqual(
        fused,
      );
    },
  );

  it('the last build of v0.5.0 does both on CUDA', () => {
    expect(fusesOnBuild('routing', 'cuda', lastBuildOf('v0.5.0'))).toBe(true);
  });
});

describe('f16 copies of the KV cache for flash attention', () => {
  it.each([
    ['cuda', '0.30.5', ['q8_0', 'q4_0']],
    ['rocm', '0.40.2', ['q8_0', 'q4_0']],
    ['metal', '0.33.0', []],
    ['metal', '0.33.1', ['f16', 'q8_0', 'q4_0']],
    ['vulkan', '0.40.2', []],
  ] as const)(
    'f16 copies of the KV cache for flash attention on %s under Ollama %s: of %j',
    (backend, ollama, copied) => {
      const { llamaCpp } = engineOfOllama(ollama);
      expect(kvTypes.filter((kvType) => copiesKvOnBuild(kvType, backend, llamaCpp))).toEqual(copied);
    },
  );
});
