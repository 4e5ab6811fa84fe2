import { describe, expect, it, onTestFinished } from 'vitest';
import { plainRunProblems, problemsOf } from '../../src/advice/known-problems.ts';
import type { PlacementResult } from '../../src/advice/placement/types.ts';
import type { Placement, Workload } from '../../src/advice/types.ts';
import type { Build } from '../../src/data/schema.ts';
import { buildById, runtimes } from '../../src/data/tables.ts';
import type { Accelerator, Machine } from '../../src/machine/types.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, mac, machine } from './machines.ts';
import { laid, left } from './made.ts';

const plainWish: Workload = {
  contextTokensTotal: 8192,
  askedTokensTotal: 8192,
  kvType: 'f16',
  sequences: 1,
  microBatch: null,
  vision: null,
};

interface Run {
  on?: Machine;
  server?: string;
  build?: string | Build;
  placement?: Placement;
  preflight?: PlacementResult['preflight'];
  workload?: Partial<Workload>;
}

/** Known problems of a run; of a Linux computer with one card and a server of today unless said otherwise. */
function problems(run: Run) {
  const { on = card(), server = '0.40.2', build = '31b-it-qat', preflight = null, workload } = run;
  const { placement = laid('full', [left(4)]) } = run;
  const placed = { placement, preflight, findings: [] } as unknown as PlacementResult;
  return problemsOf(toSchedulerTarget(on, server), rowOf(build), placed, { ...plainWish, ...workload });
}

const met = (run: Run) => problems(run).map(({ id }) => id);

function rowOf(build: string | Build): Build {
  const row = typeof build === 'string' ? buildById(build) : build;
  if (row === null) throw new Error(`data/builds.json has no ${build}`);
  return row;
}

const card = (change: Partial<Accelerator> = {}) => machine([gpu({ freeBytes: 24 * gib, ...change })]);
const os = (platform: 'win32' | 'other') => ({ os: { ...card().os, platform } });
const withProjector = laid('full', [left(4), { ...left(4, 'nvidia:1'), projectorBytes: gib }]);
const m4 = mac(24 * gib, 32 * gib);
const onMac = (projectorBytes: number, accelerator = 'apple:0') =>
  laid('full', [left(4), { ...left(4, accelerator), projectorBytes }]);

describe('a known problem is met', () => {
  it.each<[string, string, Run, Run]>([
    ['only by servers with it', 'tool-calls', { server: '0.22.0' }, { server: '0.22.1' }],
    ['by its model', 'flash-attention-hang', { server: '0.20.2' }, { server: '0.20.2', build: '26b-a4b-it-qat' }],
    [
      'by its platform',
      'windows-manifests',
      { on: machine([gpu()], os('win32')), server: '0.40.0' },
      { on: machine([gpu()], os('other')), server: '0.40.0' },
    ],
    ['by the type of its cache', 'kv-q4', { workload: { kvType: 'q4_0' } }, {}],
    [
      'without flash attention',
      'v-cache-needs-flash-attention',
      withoutFlash('q8_0'),
      { workload: { kvType: 'q8_0' } },
    ],
    ['when a part is on the processor', 'split-inputs-assert', halfE4b('split'), halfE4b('full')],
    ['when nothing is placed, but by no mode', 'old-engine', { server: '0.29.0', placement: laid('none') }, {}],
    ['by its format', 'context-checkpoints', {}, { build: '31b-mxfp8' }],
    ['by a draft model', 'draft-dropped', { build: '26b' }, { build: '26b-a4b-it-qat' }],
    [
      'by the recipe of its tensors',
      'iq-quants-rocm',
      { on: card({ backend: 'rocm' }), build: '31b-gguf-IQ4_XS' },
      { on: card({ backend: 'rocm' }), build: '31b-it-qat' },
    ],
    ['by several devices', 'several-gpus-assert', pairE4b(2), pairE4b(1)],
    [
      'by the driver',
      'new-driver-cpu',
      { on: machine([gpu({ driverVersion: '616.92', architecture: '12.0' })], os('win32')) },
      { on: machine([gpu({ driverVersion: null, architecture: '12.0' })], os('win32')) },
    ],
    [
      'by the architecture',
      'volta-flash-attention',
      { on: card({ architecture: '7.0' }), server: '0.29.0' },
      { on: card({ architecture: null }), server: '0.29.0' },
    ],
  ])('%s: %s', (_when, id, run, without) => {
    expect(met(run)).toContain(id);
    expect(met(without)).not.toContain(id);
  });

  it('a known problem is met by the library of the device that is used, not by another that is there', () => {
    const two = machine([gpu({ freeBytes: 24 * gib }), gpu({ id: 'intel:0', backend: 'vulkan', freeBytes: 8 * gib })]);
    expect(met({ on: two, placement: laid('full', [left(4, 'intel:0')]) })).toContain('vulkan-gibberish');
    expect(met({ on: two })).not.toContain('vulkan-gibberish');
    const arc = gpu({ id: 'intel:0', backend: 'vulkan', freeBytes: 8 * gib });
    expect(met({ on: machine([arc]), placement: laid('cpu') })).not.toContain('vulkan-gibberish');
    const arcs = machine([arc, { ...arc, id: 'intel:1' }]);
    const both = laid('full', [left(4, 'intel:0'), left(4, 'intel:1')]);
    expect(met({ on: arcs, placement: both })).toContain('vulkan-gibberish');
  });

  it('a known problem is met tells what it is, how bad, and what to do', () => {
    expect(problems({ workload: { kvType: 'q4_0' } })[0]).toEqual({
      code: 'known-problem',
      id: 'kv-q4',
      severity: 'wrong',
      text: 'A 4-bit KV cache damages the answers of Gemma 4.',
      remedy: 'Use f16, or q8_0 if memory is short.',
    });
  });
});

describe('a problem of long contexts', () => {
  it('a problem of long contexts is met above the context that its row names, also after a shorter one was asked about', () => {
    const row = { ...runtimes.problems[0], id: 'long-only', severity: 'note', when: { contextAbove: 32_768 } };
    runtimes.problems.push(row as (typeof runtimes.problems)[number]);
    onTestFinished(() => void runtimes.problems.pop());
    const at = (contextTokens: number) =>
      met({ server: '0.39.9', workload: { contextTokensTotal: contextTokens } }).includes('long-only');
    expect([32_768, 32_769, 8192, 65_536].map(at)).toEqual([false, true, false, true]);
  });
});

describe('a run that was asked about before', () => {
  it('a run that was asked about before gets the very list it got, whatever was asked between, and at any context without a threshold between', () => {
    const before = problems({ server: '0.39.8' });
    expect(problems({ server: '0.39.7' })).not.toBe(before);
    expect(problems({ server: '0.39.8', workload: { contextTokensTotal: 9000 } })).toBe(before);
  });
});

describe('a problem of the projector on a Mac', () => {
  const mine: Run = { on: m4, build: '31b-it-qat', placement: onMac(gib) };
  it.each<[string, Run, boolean]>([
    ['is met where it lies on the device', mine, true],
    ['not where it lies in RAM', { ...mine, placement: onMac(0) }, false],
    ['not where none is wanted', { ...mine, workload: { vision: false } }, false],
    ['also where one is asked for', { ...mine, workload: { vision: true } }, true],
    ['not by a build without one', { ...mine, build: '31b-mxfp8' }, false],
    ['nor by one that leaves it out', { ...mine, build: { ...rowOf('31b-it-qat'), projector: 'none' } }, false],
    ['not on another platform', { placement: withProjector }, false],
  ])('%s', (_when, run, expected) => expect(met(run).includes('projector-twice')).toBe(expected));
});

describe('problems of a tag that is just run', () => {
  const plain = (devices: number, deviceBytes: number, server = '0.40.2') => {
    const cards = Array.from({ length: devices }, (_, index) => gpu({ id: `nvidia:${index}` }));
    return plainRunProblems(toSchedulerTarget(machine(cards), server), deviceBytes);
  };
  const limit = 23 * gib;

  it.each([
    ['a short default context below 23 GiB of device memory', 1, limit - 1, ['silent-truncation']],
    ['none from 23 GiB on', 1, limit, []],
    ['a default context that several cards may not hold', 2, limit, ['default-context-too-large']],
    ['both', 2, limit - 1, ['default-context-too-large', 'silent-truncation']],
    ['a short default context without a device', 0, 0, ['silent-truncation']],
  ])('problems of a tag that is just run are %s', (_what, devices, bytes, expected) => {
    expect(plain(devices, bytes).map(({ id }) => id)).toEqual(expected);
  });

  it('problems of a tag that is just run are no others, however old the server', () =>
    expect(plain(1, limit, '0.20.0')).toEqual([]));

  it('problems of a tag that is just run tell what to do', () => {
    const [told] = plain(1, 0);
    expect(told).toMatchObject({ code: 'known-problem', severity: 'wrong' });
    expect(told?.remedy).toContain('num_ctx');
  });
});

function withoutFlash(kvType: 'q8_0'): Run {
  return { preflight: { flashAttention: false } as PlacementResult['preflight'], workload: { kvType } };
}

function halfE4b(mode: 'split' | 'full'): Run {
  return { server: '0.32.5', build: 'e4b-it-qat', placement: laid(mode, [left(1)]) };
}

function pairE4b(devices: number): Run {
  const placed = Array.from({ length: devices }, (_, index) => left(1, `nvidia:${index}`));
  return { build: 'e4b-it-qat', placement: laid('full', placed) };
}
