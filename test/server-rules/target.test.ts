import { describe, expect, it } from 'vitest';
import { sumParts, withExtras } from '../../src/advice/parts.ts';
import type { Build } from '../../src/data/schema.ts';
import { buildById } from '../../src/data/tables.ts';
import type { Machine, OllamaServer } from '../../src/machine/types.ts';
import { drafterInMemoryBytes, shapeOfBuild } from '../../src/model/memory/build-shape.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, machine } from '../advice/machines.ts';

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
  ])('a machine as the advice sees it has a server: %s', (_which, asked, ollama, version) => {
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
  ])('a machine as the advice sees it has RAM, %s', (_rule, memory, expected) => {
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

describe('the reserve that the service was told', () => {
  const told = (value: string) =>
    machine([gpu()], {
      warnings: [
        { code: 'server-setting', setting: 'fit-target', variable: 'LLAMA_ARG_FIT_TARGET', value, source: 'the unit' },
      ],
    });

  it('the reserve that the service was told counts as llama.cpp counts it, in MiB', () => {
    expect(toSchedulerTarget(told('1533')).fitTargetBytes).toBe(1533 * 2 ** 20);
  });

  it.each(['1024,2048', '', 'much', '-1'])(
    'the reserve that the service was told is left to Ollama where it is no number of MiB: %j',
    (value) => {
      expect(toSchedulerTarget(told(value))).not.toHaveProperty('fitTargetBytes');
      expect(toSchedulerTarget(machine([gpu()]))).not.toHaveProperty('fitTargetBytes');
    },
  );
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

  it('a build in bytes has tensors only when its recipe is known', () => {
    expect(shapeOfBuild({ ...row('12b-it-qat') }).shape).toMatchObject({ variant: '12b', quantization: 'Q4_0' });
    for (const id of ['12b-mlx', '31b-cloud']) expect(shapeOfBuild({ ...row(id) }).shape).toBeNull();
  });

  it('a build in bytes is worked out once for one row, and again for another row of the same name', () => {
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

  it('a build in bytes is the sum of five parts', () => {
    const all = withExtras({ weightsBytes: 10_000, kvCacheBytes: 2000, computeBytes: 300 }, 40, 5);
    expect(sumParts(all)).toBe(12_345);
  });
});
