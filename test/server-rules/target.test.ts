import { describe, expect, it } from 'vitest';
import { nothing, sumParts, withExtras } from '../../src/advice/parts.ts';
import { speedOf } from '../../src/advice/placement/speed.ts';
import type { PlacementResult } from '../../src/advice/placement/types.ts';
import type { Workload } from '../../src/advice/types.ts';
import type { Build } from '../../src/data/schema.ts';
import { buildById } from '../../src/data/tables.ts';
import type { Machine, OllamaServer } from '../../src/machine/types.ts';
import { drafterInMemoryBytes, shapeOfBuild } from '../../src/model/memory/build-shape.ts';
import { predictSpeed, type SpeedQuestion } from '../../src/model/speed/speed.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, machine } from '../advice/machines.ts';
import { laid, left } from '../advice/made.ts';

const row = (id: string): Build => {
  const build = buildById(id);
  if (build === null) throw new Error(`no build ${id}`);
  return build;
};

describe('a machine as the advice sees it', () => {
  const os = (platform: 'linux' | 'darwin', arch: string) => ({ os: { ...machine().os, platform, arch } });
  it.each([
    ['darwin', 'arm64', true],
    ['darwin', 'x64', false],
    ['linux', 'arm64', false],
  ] as const)('%s on %s is Apple Silicon: %s', (platform, arch, expected) => {
    expect(toSchedulerTarget(machine([], os(platform, arch)))).toMatchObject({ platform, appleSilicon: expected });
  });

  const server = (change: Partial<OllamaServer>): OllamaServer => {
    const none = { installed: [], loaded: [] };
    return { host: 'http://127.0.0.1:11434', remote: false, version: '0.31.0', ...none, ...change };
  };
  it.each<[string, string | null, OllamaServer | null, string]>([
    ['the one that was asked about', '0.30.7', server({}), '0.30.7'],
    ['else the one that answered', null, server({}), '0.31.0'],
    ['else the newest known', null, null, '0.40.2'],
    ['the newest known for a development build', null, server({ version: '0.0.0' }), '0.40.2'],
  ])('has a server: %s', (_which, asked, ollama, version) => {
    expect(toSchedulerTarget(machine([], { ollama }), asked).ollamaVersion).toBe(version);
  });

  // One model of 10 GiB, of which 6 lie on a card: 4 GiB of RAM come back when Ollama unloads it.
  const loaded = [{ name: 'gemma4:26b', sizeBytes: 10 * gib, deviceBytes: 6 * gib, contextTokens: null }];
  it.each<[string, Partial<Machine['memory']>, number | null]>([
    ['with what Ollama gives back', { totalBytes: 64, limitBytes: null }, 14],
    ['but no more than the limit', { totalBytes: 64, limitBytes: 12 }, 12],
    ['but no more than there is', { totalBytes: 11, limitBytes: null }, 11],
    ['nothing more where nobody knows how much there is', { totalBytes: null, limitBytes: null }, 10],
    ['never less than what is available', { totalBytes: 64, limitBytes: 9 }, 10],
    ['not at all when it was not read', { availableBytes: null, totalBytes: 64, limitBytes: null }, null],
  ])('has RAM, %s', (_rule, memory, expected) => {
    const inBytes = (size: number | null | undefined) => (size == null ? null : size * gib);
    const { availableBytes = 10, totalBytes, limitBytes } = memory;
    const whole = {
      availableBytes: inBytes(availableBytes),
      totalBytes: inBytes(totalBytes),
      limitBytes: inBytes(limitBytes),
    };
    const on = machine([gpu()], { memory: { ...machine().memory, ...whole }, ollama: server({ loaded }) });
    expect(toSchedulerTarget(on).hostAvailableBytes).toBe(expected === null ? null : expected * gib);
  });
});

describe('a build in bytes', () => {
  it.each([
    ['e2b-it-q4_K_M', 'its one file holds the projector', 7_162_394_016, 986_833_664, 0, 7_162_405_886],
    ['12b', 'the projector and the draft model lie beside it', 7_381_383_680, 175_115_584, 470_000_000, 8_026_511_134],
    ['12b-it-qat', 'the projector lies beside it', 6_975_879_296, 175_115_584, 0, 7_151_003_754],
    ['31b-cloud', 'there is none to download', null, 0, 0, null],
    [
      '31b-mxfp8',
      'text alone, as MLX stores it; the download is the published size',
      31_657_927_288,
      0,
      0,
      32_000_000_000,
    ],
  ])('%s: %s', (id, _what, fileBytes, projectorBytes, drafterBytes, downloadBytes) => {
    const parts = { build: row(id), fileBytes, projectorBytes, drafterBytes, downloadBytes };
    expect(shapeOfBuild({ ...row(id) })).toMatchObject(parts);
  });

  it('has tensors only when its recipe is known', () => {
    expect(shapeOfBuild({ ...row('12b-it-qat') }).shape).toMatchObject({ variant: '12b', quantization: 'Q4_0' });
    for (const id of ['12b-mlx', '31b-cloud']) expect(shapeOfBuild({ ...row(id) }).shape).toBeNull();
  });

  it('is worked out once for one row, and again for another row of the same name', () => {
    const build = row('12b-it-qat');
    const first = shapeOfBuild(build);
    expect(shapeOfBuild(build)).toBe(first);
    expect(shapeOfBuild({ ...build, projector: 'none' }).projectorBytes).toBe(0);
  });

  it.each([
    ['12b', '0.32.6', 0],
    ['12b', '0.32.7', 470_000_000],
    ['12b-mlx', '0.32.6', 845_714_952],
    ['12b-it-qat', '0.40.2', 0],
  ])('%s loads its draft model on %s: %s bytes', (id, version, bytes) => {
    expect(drafterInMemoryBytes(shapeOfBuild(row(id)), version)).toBe(bytes);
  });

  it('is the sum of five parts', () => {
    const all = withExtras({ weightsBytes: 10_000, kvCacheBytes: 2000, computeBytes: 300 }, 40, 5);
    expect(sumParts(all)).toBe(12_345);
  });
});

describe('the speed of a placement', () => {
  const cards = [
    gpu({ name: 'Some Card' }),
    gpu({ id: 'nvidia:1', name: 'Some Card', bandwidthBytesPerSecond: 300e9 }),
  ];
  const target = toSchedulerTarget(machine(cards));
  const built = shapeOfBuild(row('12b-it-qat'));
  const { shape } = built;
  const on = (...devices: [string, number][]) => {
    const placement = laid(
      'split',
      devices.map(([id, layers]) => ({ ...left(1, id), layers })),
    );
    return { placement, need: need(0) } as PlacementResult;
  };
  const need = (drafterBytes: number) => ({ device: withExtras(nothing, 0, drafterBytes), host: withExtras(nothing) });
  const workload = (contextTokens: number, sequences = 1) =>
    ({ contextTokensTotal: contextTokens, sequences, kvType: 'f16' }) as Workload;
  const expected = (depthTokens: number, devices: [number, number][], changes: Partial<SpeedQuestion> = {}) => {
    if (shape === null) throw new Error('a build whose tensors are known');
    const band = predictSpeed({
      shape,
      depthTokens,
      kvType: 'f16',
      devices: devices.map(([bandwidthBytesPerSecond, layers]) => {
        const about = { backend: 'cuda', name: 'Some Card', memoryBytes: 24 * gib, architecture: '8.9' } as const;
        return { ...about, bandwidthBytesPerSecond, layers };
      }),
      host: { bandwidthBytesPerSecond: 80e9, features: ['avx2'] },
      overflowingLayers: 0,
      ...changes,
    });
    const { lowTokensPerSecond, highTokensPerSecond, basis } = band ?? {};
    return { lowTokensPerSecond, highTokensPerSecond, basis };
  };

  it('is that with drafts where a draft model is loaded', () => {
    const drafting = { ...on(['nvidia:0', 49]), need: need(5e8) };
    expect(speedOf(target, built, drafting, workload(4096))).toEqual(
      expected(4096, [[1008e9, 49]], { draftTokens: 3 }),
    );
  });

  it('is that of the old engine where Ollama is older than 0.30', () => {
    const old = { ...target, ollamaVersion: '0.24.0' };
    expect(speedOf(old, built, on(['nvidia:0', 49]), workload(4096))).toEqual(
      expected(4096, [[1008e9, 49]], { engine: 'ollama-own' }),
    );
  });

  it.each([
    ['a short context, when it is full', 1000, 1, 1000],
    ['one conversation of several', 5000, 3, 1666],
    ['a long context, at 4,096 tokens', 131_072, 1, 4096],
  ])('is told for %s', (_what, contextTokens, sequences, depthTokens) => {
    const told = speedOf(target, built, on(['nvidia:0', 49]), workload(contextTokens, sequences));
    expect(told).toEqual(expected(depthTokens, [[1008e9, 49]]));
    expect(told?.basis).toBe('formula');
  });

  it('goes by the devices that hold layers, each with its own bandwidth', () => {
    const told = speedOf(target, built, on(['nvidia:1', 20], ['nvidia:0', 29]), workload(4096));
    expect(told).toEqual(
      expected(4096, [
        [300e9, 20],
        [1008e9, 29],
      ]),
    );
    const idle = speedOf(target, built, on(['nvidia:0', 49], ['nvidia:1', 0], ['gone:0', 3]), workload(4096));
    expect(idle).toEqual(expected(4096, [[1008e9, 49]]));
  });

  it('goes by RAM for what no device holds', () => {
    expect(speedOf(target, built, on(['nvidia:0', 20]), workload(4096))).toEqual(expected(4096, [[1008e9, 20]]));
    expect(speedOf(target, built, on(), workload(4096))).toEqual(expected(4096, []));
  });

  it('does not ask for the bandwidth of a card that holds nothing', () => {
    const odd = toSchedulerTarget(machine([...cards, gpu({ id: 'nvidia:2', bandwidthBytesPerSecond: null })]));
    const idle = speedOf(odd, built, on(['nvidia:0', 49], ['nvidia:2', 0]), workload(4096));
    expect(idle).toEqual(expected(4096, [[1008e9, 49]]));
    expect(speedOf(odd, built, on(['nvidia:0', 48], ['nvidia:2', 1]), workload(4096))).toBeNull();
  });

  it('of an MLX build has no basis without a Metal device', () => {
    expect(speedOf(target, shapeOfBuild(row('12b-mlx')), on(['nvidia:0', 49]), workload(4096))).toBeNull();
  });
});
