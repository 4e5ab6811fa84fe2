import fc from 'fast-check';
import { Deployment } from 'kubernetes-models/apps/v1';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkpointBytes } from '../../src/advice/placement/host-memory.ts';
import { variantOf } from '../../src/data/tables.ts';
import { sumParts } from '../../src/report/figures.ts';
import { renderers } from '../../src/report/index.ts';
import { anyResult } from './arbitrary.ts';
import {
  createAccelerator,
  createCandidate,
  createMachine,
  createOptions,
  createResult,
  createSplit,
  GIB,
  MIB,
  recommend,
} from './result.ts';

const render = renderers.k8s;
// biome-ignore lint/suspicious/noExplicitAny: YAML read back is what it is
const read = (text: string): any => parse(text);
const serverOf = (result = createResult()) => read(render(result, createOptions())).spec.template.spec.containers[0];

describe('k8s', () => {
  it('k8s is a Deployment by the Kubernetes schema, whatever the names', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const documents = parseAllDocuments(render(result, createOptions()));
        for (const document of documents) {
          expect(document.errors).toEqual([]);
          if (document.contents !== null) new Deployment(document.toJS()).validate();
        }
      }),
    );
  });

  it('k8s asks for the GPU, for RAM, and for nodes where the model fits', () => {
    const { template } = read(render(createResult(), createOptions())).spec;
    expect(template.spec.nodeSelector).toEqual({ 'gemma-fit.dev/fits.gemma4.26b': 'true' });
    expect(serverOf().resources.limits).toEqual({ memory: '5866Mi', 'nvidia.com/gpu': 1 });
  });

  it('k8s sets the context, the cache type and the parallel answers that were predicted', () => {
    const workload = { ...createCandidate().workload, contextTokens: 65536, sequences: 2, kvType: 'q8_0' } as const;
    const env = serverOf(createResult({ recommendation: recommend(createCandidate({ workload })) })).env;
    expect(env).toContainEqual({ name: 'OLLAMA_CONTEXT_LENGTH', value: '32768' });
    expect(env).toContainEqual({ name: 'OLLAMA_NUM_PARALLEL', value: '2' });
    expect(env).toContainEqual({ name: 'OLLAMA_KV_CACHE_TYPE', value: 'q8_0' });
  });

  describe('the RAM that llama-server lets grow', () => {
    const named = (server: { env: { name: string; value: string }[] }, name: string) =>
      server.env.find((one) => one.name === name)?.value;
    const limitOf = (server: { resources: { limits: { memory: string } } }) =>
      Number(server.resources.limits.memory.replace('Mi', '')) * MIB;
    const withRam = (availableBytes: number | null) =>
      createMachine({ memory: { ...createMachine().memory, availableBytes } });

    it.each([
      ['plenty', 52 * GIB, '2048', '6'],
      ['unknown', null, '2048', '6'],
      ['little', 4 * GIB, '739', '3'],
      ['none', 2 * GIB, '0', '0'],
    ])(
      'the RAM that llama-server lets grow is bounded by what the limit holds beside model and server, with %s of it',
      (_, bytes, cache, checkpoints) => {
        const result = createResult({ machine: withRam(bytes) });
        const server = serverOf(result);
        expect(named(server, 'LLAMA_ARG_CACHE_RAM')).toBe(cache);
        expect(named(server, 'LLAMA_ARG_CTX_CHECKPOINTS')).toBe(checkpoints);
        const grown = Number(cache) * MIB + Number(checkpoints) * checkpointBytes(variantOf('26b').architecture);
        const needed = sumParts(createCandidate().need.host) + 2 * GIB + grown;
        expect(limitOf(server)).toBeGreaterThanOrEqual(needed);
        expect(limitOf(server)).toBeLessThan(needed + 2 * MIB);
        expect(limitOf(server)).toBeLessThanOrEqual(Math.max(bytes ?? Infinity, needed + 2 * MIB));
      },
    );

    it('the RAM that llama-server lets grow counts the checkpoints of every sequence, and leaves room beside a GPU that shares the RAM', () => {
      const workload = { ...createCandidate().workload, sequences: 4 };
      const four = serverOf(createResult({ recommendation: recommend(createCandidate({ workload })) }));
      expect(named(four, 'LLAMA_ARG_CTX_CHECKPOINTS')).toBe('2');
      const shared = createMachine({
        accelerators: [createAccelerator({ kind: 'unified' })],
        memory: withRam(20 * GIB).memory,
      });
      expect(Number(named(serverOf(createResult({ machine: shared })), 'LLAMA_ARG_CACHE_RAM'))).toBeLessThan(1024);
    });

    it.each([
      [
        'a server before llama-server',
        createResult({ request: { ...createResult().request, ollamaVersion: '0.24.0' } }),
      ],
      ['the MLX runner', createResult({ recommendation: recommend(createCandidate({ build: '26b+mlx' })) })],
    ])('the RAM that llama-server lets grow is not set for %s', (_, result) => {
      expect(named(serverOf(result), 'LLAMA_ARG_CACHE_RAM')).toBeUndefined();
      expect(named(serverOf(result), 'LLAMA_ARG_CTX_CHECKPOINTS')).toBeUndefined();
    });
  });

  it('k8s takes the ROCm image for an AMD card', () => {
    const machine = createMachine({ accelerators: [createAccelerator({ vendor: 'amd' })] });
    const server = serverOf(createResult({ machine }));
    expect(server.image).toBe('ollama/ollama:0.31.0-rocm');
    expect(server.resources.limits['amd.com/gpu']).toBe(1);
  });

  it('k8s hands the name of the model over as a variable, never as script', () => {
    const tag = 'x"; rm -rf / #';
    const result = createResult({ recommendation: recommend(createCandidate({ tag })) });
    const [init] = read(render(result, createOptions())).spec.template.spec.initContainers;
    expect(init.env).toEqual([{ name: 'MODEL', value: tag }]);
    expect(init.command.join(' ')).not.toContain('rm');
  });

  it('k8s is a comment alone when nothing can be recommended', () => {
    expect(render(createResult({ recommendation: null, candidates: [] }), createOptions())).toMatch(/^# .+\n$/);
  });

  it.each([
    ['a Mac', 'darwin', 'apple', 'Apple M3 Max', 'Apple M3 Max'],
    ['an Intel card', 'linux', 'intel', 'Intel Arc A770', 'Intel Arc A770'],
    ['a card of nobody knows whom', 'linux', 'other', 'GPU as stated', 'GPU as stated'],
    ['Windows', 'win32', 'nvidia', 'NVIDIA GeForce RTX 4090', 'NVIDIA GeForce RTX 4090 on Windows'],
  ] as const)(
    'k8s deploys nothing for the GPU of %s, which no device plugin offers',
    (_, platform, vendor, name, named) => {
      const os = { ...createMachine().os, platform };
      const machine = createMachine({ os, accelerators: [createAccelerator({ vendor, name })] });
      for (const best of [createCandidate(), createSplit()]) {
        const [, comment, ...rest] = render(
          createResult({ machine, recommendation: recommend(best) }),
          createOptions(),
        ).split('\n');
        expect(comment).toBe(`# No Deployment: no Kubernetes device plugin is known for ${named}.`);
        expect(rest).toEqual(['']);
      }
    },
  );

  it('k8s deploys what runs on the processor wherever it was worked out', () => {
    const { placement } = createSplit();
    const best = createSplit({ verdict: 'cpu', placement: { ...placement, mode: 'cpu', devices: [] } });
    const machine = createMachine({ os: { ...createMachine().os, platform: 'darwin' } });
    expect(serverOf(createResult({ machine, recommendation: recommend(best) })).resources.limits).toEqual({
      memory: '8453Mi',
    });
  });

  it('k8s deploys nothing that is planned without its vision encoder: no manifest makes Ollama leave it out', () => {
    const request = { ...createResult().request, vision: false };
    const text = render(createResult({ request }), createOptions());
    expect(text).toMatch(
      /^# .+\n# No Deployment: .*without its vision encoder.*: npx gemma-fit pull 26b-a4b-it-qat .*--text-only\n$/,
    );
  });

  it('k8s deploys nothing where the number of layers has to be fixed, and says what does it', () => {
    const best = createSplit({ reasons: [{ code: 'pinned-layers', gpuLayers: 55, totalLayers: 61 }] });
    const text = render(createResult({ recommendation: recommend(best) }), createOptions());
    expect(text).toMatch(/^# .+\n# No Deployment: .*num_gpu.*: npx gemma-fit pull 31b-it-q4_K_M --context 32k\n$/);
  });
});
