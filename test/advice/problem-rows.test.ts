import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { runtimes } from '../../src/data/tables.ts';
import type { Machine } from '../../src/machine/types.ts';
import { candidate } from './case.ts';
import { gib, gpu, mac, machine } from './machines.ts';

const windows = { platform: 'win32' as const, arch: 'x64', name: 'Windows 11', version: '26100', environment: [] };
const card = (change: Parameters<typeof gpu>[0] = {}) => gpu({ freeBytes: 24 * gib, ...change });
const installed = ['gemma4:12b', 'gemma4:12b-it-qat', 'gemma4:e2b'].map((name) => ({
  name,
  sizeBytes: 1e9,
  digest: null,
  modifiedAt: '2026-04-10T08:00:00Z',
}));
const server = { host: 'http://127.0.0.1:11434', remote: false, version: '0.29.0', installed, loaded: [] };

const machines: Machine[] = [
  machine([card()], { ollama: server }),
  machine([card(), card({ id: 'nvidia:1' })]),
  machine([card({ freeBytes: 3 * gib })]),
  machine([card({ architecture: '6.1' })]),
  ...['5.2', '6.0', '7.0'].map((architecture) => machine([card({ architecture })])),
  machine([card()], { os: windows }),
  machine([card({ architecture: '12.0', driverVersion: '616.92' })], { os: windows }),
  machine([card({ id: 'amd:0', vendor: 'amd', backend: 'rocm', architecture: 'gfx1151' })]),
  machine([card({ id: 'amd:0', vendor: 'amd', backend: 'vulkan', architecture: null })]),
  machine([card({ id: 'intel:0', vendor: 'intel', backend: 'vulkan', architecture: null, driverVersion: '610.88' })], {
    os: windows,
  }),
  machine([card({ id: 'intel:0', vendor: 'intel', backend: 'sycl', architecture: null })]),
  mac(40 * gib, 64 * gib),
];
const versions = ['0.19.0', '0.20.0', '0.22.0', '0.29.0', '0.30.3', '0.31.0', '0.33.3', '0.40.0', '0.40.2'];
const builds = [
  'e4b-it-q4_K_M',
  '12b',
  '12b-it-qat',
  '26b',
  '26b-a4b-it-qat',
  '31b',
  'e2b',
  'e4b',
  '12b+mlx',
  '12b-mlx-bf16',
  '12b-gguf-IQ4_XS',
];
/** Every build with the usual cache; rows about a cache are told by variant, and 26b has one of its own. */
const runs: [build: string, kvType: CheckRequest['kvType']][] = [
  ...builds.map((id): [string, 'f16'] => [id, 'f16']),
  ...['12b', '26b'].flatMap((id): [string, 'q8_0' | 'q4_0'][] => [
    [id, 'q8_0'],
    [id, 'q4_0'],
  ]),
];

/** Ids of the known problems that real answers hold, over machines, servers, builds and caches; those of a whole answer hang on no version. */
function idsMet(): Set<string> {
  const findings = machines.flatMap((on) => [
    ...checkMachine(on, openRequest, { version: '0', dataAgeDays: 0 }).warnings,
    ...versions.flatMap((ollamaVersion) =>
      runs.flatMap(([id, kvType]) => candidate(on, id, { ollamaVersion, kvType, contextTokensTotal: 8192 }).reasons),
    ),
  ]);
  const besideOllama = machines.flatMap((on) => candidate(on, '12b-gguf-Q4_K_M', { runtime: 'llama.cpp' }).reasons);
  return new Set(
    [...findings, ...besideOllama].flatMap((finding) => (finding.code === 'known-problem' ? [finding.id] : [])),
  );
}

/** Rows of runs that the advice never plans: the reason why a rule of the placement is as it is. */
const avoided = ['several-gpus-assert'];

describe('every row of the known problems', () => {
  it('every row of the known problems is told to somebody: no condition hangs on a fact that nothing finds out', () => {
    const met = idsMet();
    expect(runtimes.problems.map(({ id }) => id).filter((id) => !met.has(id))).toEqual(avoided);
  });
});
