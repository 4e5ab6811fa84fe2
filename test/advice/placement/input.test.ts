import { describe, expect, it } from 'vitest';
import { loadOf, toPlacementInput } from '../../../src/advice/placement/input.ts';
import type { Workload } from '../../../src/advice/types.ts';
import { buildById } from '../../../src/data/tables.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { gpu, machine } from '../machines.ts';

function builtOf(id: string) {
  const build = buildById(id);
  if (build === null) throw new Error(id);
  return shapeOfBuild(build);
}

function caseOf(id: string, vision: boolean | null = null, ollamaVersion: string | null = null) {
  return toPlacementInput(toSchedulerTarget(machine([gpu()]), ollamaVersion), builtOf(id), { vision });
}

describe('a build that llama.cpp runs', () => {
  it.each(['26b-mlx', '31b-cloud'])('a build that llama.cpp runs is not %s', (id) => {
    expect(caseOf(id)).toBeNull();
  });

  it('a build that llama.cpp runs is one whose tensors are known and whose runner is llama.cpp: both', () => {
    const target = toSchedulerTarget(machine([gpu()]));
    const built = builtOf('26b');
    expect(toPlacementInput(target, built, { vision: null })?.shape).toBe(built.shape);
    expect(toPlacementInput(target, { ...built, shape: null }, { vision: null })).toBeNull();
    const elsewhere = { ...built, build: { ...built.build, runner: 'mlx' as const } };
    expect(toPlacementInput(target, elsewhere, { vision: null })).toBeNull();
  });

  it.each([
    [null, 1_194_828_160, false],
    [true, 1_194_828_160, true],
    [false, 0, false],
  ])(
    'a build that llama.cpp runs with images asked for: %s takes %s bytes of projector, wanted on the device: %s',
    (vision, bytes, wanted) => {
      const made = caseOf('26b', vision);
      expect(made?.extras.projectorBytes).toBe(bytes);
      expect(made?.imagesWanted).toBe(wanted);
    },
  );

  it('a build that llama.cpp runs loads its encoder for text alone too where that is in one file with the weights', () => {
    const whole = caseOf('26b-a4b-it-q8_0')?.extras.projectorBytes;
    expect(whole).toBeGreaterThan(0);
    expect(caseOf('26b-a4b-it-q8_0', false)?.extras.projectorBytes).toBe(whole);
  });

  it('a build that llama.cpp runs takes its draft model along from 0.32.7 on, and before it does not', () => {
    const { drafterBytes } = builtOf('26b');
    expect(drafterBytes).toBeGreaterThan(0);
    expect(caseOf('26b', null, '0.32.7')?.extras.drafterBytes).toBe(drafterBytes);
    expect(caseOf('26b', null, '0.32.6')?.extras.drafterBytes).toBe(0);
  });

  it.each([
    ['e2b', true],
    ['e4b', true],
    ['12b', false],
    ['26b', false],
    ['31b', false],
  ])('a build that llama.cpp runs of %s is kept on one device: %s', (id, oneDeviceOnly) => {
    expect(caseOf(id)?.extras.oneDeviceOnly).toBe(oneDeviceOnly);
  });
});

describe('the load that llama.cpp sees', () => {
  const workload: Workload = {
    contextTokensTotal: 8192,
    askedTokensTotal: 9000,
    kvType: 'f16',
    sequences: 2,
    microBatch: null,
    vision: null,
  };

  it('the load that llama.cpp sees is the wish with a micro-batch', () => {
    expect(loadOf(workload, 1024, true)).toEqual({
      contextTokensTotal: 8192,
      sequences: 2,
      kvType: 'f16',
      microBatch: 1024,
      flashAttention: true,
    });
  });

  it.each([
    [511, 511],
    [512, 512],
    [513, 512],
  ])('the load that llama.cpp sees has at a context of %s a micro-batch of 512 as %s', (contextTokens, microBatch) => {
    expect(loadOf({ ...workload, contextTokensTotal: contextTokens }, 512, true).microBatch).toBe(microBatch);
  });

  it.each([
    ['f16', true, true],
    ['f16', false, false],
    ['q8_0', true, true],
    ['q8_0', false, true],
    ['q4_0', false, true],
  ] as const)(
    'the load that llama.cpp sees with a cache of %s and flash attention %s is counted with it: %s',
    (kvType, possible, counted) => {
      expect(loadOf({ ...workload, kvType }, 512, possible).flashAttention).toBe(counted);
    },
  );
});
