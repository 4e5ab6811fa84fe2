import { describe, expect, it } from 'vitest';
import { allSensibleBuilds, buildsNamed, sensibleBuilds } from '../../src/advice/builds.ts';
import { variantIds } from '../../src/data/ids.ts';
import { isAtLeast } from '../../src/data/versions.ts';
import type { VariantId } from '../../src/model/types.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, mac, machine } from './machines.ts';

const linux = toSchedulerTarget(machine([gpu()]), '0.40.2');
const macSite = (version: string) => toSchedulerTarget(mac(36 * gib, 44 * gib), version);
const ids = (builds: readonly { id: string }[]) => builds.map(({ id }) => id);

describe('builds worth a look', () => {
  it('builds worth a look are the plain tag, then Q4_K_M, Q8_0, BF16 and QAT of the library, in the order of the table', () => {
    expect(ids(sensibleBuilds(linux, '31b'))).toEqual([
      '31b',
      '31b-it-q4_K_M',
      '31b-it-q8_0',
      '31b-it-bf16',
      '31b-it-qat',
    ]);
  });

  it('builds worth a look leave out the variant with a draft layer of its own name, and files of others', () => {
    expect(ids(sensibleBuilds(linux, '26b'))).toEqual([
      '26b',
      '26b-a4b-it-q4_K_M',
      '26b-a4b-it-q8_0',
      '26b-a4b-it-bf16',
      '26b-a4b-it-qat',
    ]);
  });

  it('builds worth a look of a Mac are the MLX build under the plain tag, the same GGUF builds, and the MLX builds that lose less', () => {
    expect(ids(sensibleBuilds(macSite('0.40.0'), '31b'))).toEqual([
      '31b+mlx',
      '31b-it-q4_K_M',
      '31b-it-q8_0',
      '31b-it-bf16',
      '31b-it-qat',
      '31b-mxfp8',
      '31b-mlx-bf16',
    ]);
  });

  it('builds worth a look of a Mac with an older server: the plain tag is GGUF, and the NVFP4 build has a tag of its own', () => {
    expect(ids(sensibleBuilds(macSite('0.34.1'), '31b'))).toEqual([
      '31b',
      '31b-it-q4_K_M',
      '31b-it-q8_0',
      '31b-it-bf16',
      '31b-it-qat',
      '31b-mlx',
      '31b-mxfp8',
      '31b-mlx-bf16',
    ]);
  });

  it('builds worth a look of all models are five each, small models first', () => {
    const variants = allSensibleBuilds(linux).map(({ variant }) => variant);
    const five = (variant: VariantId) => Array.from({ length: 5 }, () => variant);
    expect(variants).toEqual(variantIds.flatMap(five));
  });
});

describe('the name of a build', () => {
  it.each<[string, VariantId, string[]]>([
    ['gemma4:31b-it-qat', '31b', ['31b-it-qat']],
    ['GEMMA4:31B-IT-QAT', '31b', ['31b-it-qat']],
    ['31b-gguf-q6_k', '31b', ['31b-gguf-Q6_K']],
    ['hf.co/bartowski/google_gemma-4-31b-it-gguf:q6_k', '31b', ['31b-gguf-Q6_K']],
    ['26b-a4b-it-mtp-q4_K_M', '26b', ['26b-a4b-it-mtp-q4_K_M']],
  ])('%s is one build exactly, in any case', (name, variant, expected) => {
    expect(ids(buildsNamed(linux, variant, name))).toEqual(expected);
  });

  it.each<[string, VariantId, string[]]>([
    ['Q8_0', '31b', ['31b-it-q8_0']],
    ['q4_k_m', '31b', ['31b', '31b-it-q4_K_M']],
    ['qat', '12b', ['12b-it-qat']],
    ['q4_0', '12b', ['12b-it-qat']],
    ['it-bf16', 'e4b', ['e4b-it-bf16']],
  ])('%s means the builds of the library that carry it, before any file of others', (name, variant, expected) => {
    expect(ids(buildsNamed(linux, variant, name))).toEqual(expected);
  });

  it.each<[string, VariantId, string[]]>([
    ['q6_k', '31b', ['31b-gguf-Q6_K']],
    ['q2_k', '31b', ['31b-gguf-Q2_K', '31b-unsloth-UD-Q2_K_XL']],
    ['ud-q4_k_xl', '26b', ['26b-unsloth-UD-Q4_K_XL']],
    ['mtp-q4_k_m', '26b', ['26b-a4b-it-mtp-q4_K_M']],
  ])('%s, which the library does not offer, means every build that is made so', (name, variant, expected) => {
    expect(ids(buildsNamed(linux, variant, name))).toEqual(expected);
  });

  it('the name of a build by the end of a tag finds MLX builds that are offered no longer', () => {
    expect(ids(buildsNamed(macSite('0.40.2'), '31b', 'mlx'))).toEqual(['31b-mlx']);
    expect(ids(buildsNamed(macSite('0.40.2'), '31b', 'mlx-bf16'))).toEqual(['31b-mlx-bf16']);
    expect(ids(buildsNamed(macSite('0.40.2'), '31b', 'coding-mtp-bf16'))).toEqual(['31b-coding-mtp-bf16']);
  });

  it.each(['cloud', '31b-cloud', 'gemma4:31b-cloud'])('%s is none: a model in the cloud runs on no machine', (name) => {
    expect(buildsNamed(linux, '31b', name)).toEqual([]);
  });

  it.each(['q1_z', '8_0', 'it'])('%j is none', (name) => {
    expect(buildsNamed(linux, '31b', name)).toEqual([]);
  });

  it('the name of a build is looked for in one model only', () => {
    expect(buildsNamed(linux, '12b', '31b-it-qat')).toEqual([]);
  });
});

describe('a version floor', () => {
  it.each([
    ['0.40.0', '0.40.0', true],
    ['0.40.1', '0.40.0', true],
    ['0.39.9', '0.40.0', false],
    ['0.100.0', '0.40.0', true],
    ['0.40.0-rc1', '0.40.0', false],
  ])('version %s is at least %s: %s', (version, floor, expected) => {
    expect(isAtLeast(version, floor)).toBe(expected);
  });

  it('a version floor is answered the same however many versions were asked for before', () => {
    const versions = Array.from({ length: 1100 }, (_, patch) => `0.40.${patch}`);
    const newEnough = () => versions.filter((version) => isAtLeast(version, '0.40.1000')).length;
    expect(newEnough()).toBe(100);
    expect(newEnough()).toBe(100);
  });
});
