import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/ollama/client.ts';
import { matters } from '../../src/ollama/compare.ts';
import type { PullEvent } from '../../src/ollama/events.ts';
import { parseOllamaHost } from '../../src/ollama/host.ts';
import type { Surroundings } from '../../src/ollama/measure.ts';
import { verifyModel } from '../../src/ollama/verify.ts';
import type { Prediction } from '../../src/ollama/verify-types.ts';
import { type FakeModel, type FakeOllama, type FakeOptions, startFakeOllama } from '../fake-ollama/index.ts';
import { model12b, shown26b } from './models.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
let fake: FakeOllama;
afterEach(() => fake?.close());

/** What /api/ps says when all is as predicted. */
const reported = (6956 + 992 + 517) * MiB;
const parts = { weightsBytes: 6956 * MiB, kvCacheBytes: 992 * MiB, computeBytes: 517 * MiB };
const prediction: Prediction = {
  contextTokens: 32_768,
  mode: 'full',
  device: { ...parts, projectorBytes: 0, drafterBytes: 0 },
  host: { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 },
  gpuLayers: 49,
  totalLayers: 49,
  speed: { lowTokensPerSecond: 50, highTokensPerSecond: 70, basis: 'formula' },
  vision: false,
  textBytes: null,
  fullKvBytes: null,
  digest: model12b.digest.slice(0, 12),
};

const log = (over: { weights?: number; kv?: number; flags?: string } = {}) =>
  `msg="starting llama-server" cmd="/x/llama-server -c 32768 -np 1 -ub 1024 ${over.flags ?? '--flash-attn auto'}"
load_tensors: CUDA0 model buffer size = ${over.weights ?? 6956} MiB
llama_kv_cache: CUDA0 KV buffer size = ${over.kv ?? 992} MiB
sched_reserve: CUDA0 compute buffer size = 517 MiB
`;

interface Setup extends FakeOptions {
  around?: Partial<Surroundings>;
  expected?: Partial<Prediction> | null;
  parameters?: Record<string, unknown>;
  onEvent?: (event: PullEvent) => void;
}

async function verify({ around, expected = {}, parameters, onEvent = () => {}, ...options }: Setup = {}) {
  const model = { ...model12b, sizeBytes: reported, parameters: { num_ctx: 32_768, ...parameters } };
  fake = await startFakeOllama({ models: [model], ...options });
  return verifyModel({
    client: createClient(parseOllamaHost(fake.host)),
    tag: 'gemma4:12b',
    prediction: expected && { ...prediction, ...expected },
    around: {
      readFreeBytes: async () => null,
      readLog: async () => null,
      unique: () => 'a1b2c3d4e5f6',
      sleep: async () => {},
      ...around,
    },
    machine: { key: 'rtx', accelerators: ['RTX 4090'], cpu: null },
    toolVersion: '0.1.0',
    now: () => '2026-11-24T12:00:00Z',
    onEvent,
    silenceMs: 5,
  });
}

const codes = (proof: { findings: { code: string }[] }) => proof.findings.map((f) => f.code);

describe('verify passes', () => {
  it('when all is as predicted, and keeps what it measured', async () => {
    const free = [15 * GiB, 6 * GiB];
    const around = { readFreeBytes: async () => free.shift() ?? null, readLog: async () => log() };
    const proof = await verify({ around });
    expect(proof).toMatchObject({ passed: true, findings: [], tag: 'gemma4:12b', server: { version: '0.40.2' } });
    expect(proof.measurement.timing?.tokensPerSecond).toBeCloseTo(60, 0);
    expect(proof.measurement.timing?.promptTokensPerSecond).toBeCloseTo(900, 0);
    expect(proof.measurement.driver).toEqual({ freeBeforeBytes: 15 * GiB, freeAfterBytes: 6 * GiB });
  });

  it('on a CPU when the CPU was predicted', async () => {
    const proof = await verify({ runner: { deviceFraction: 0 }, expected: { mode: 'cpu' } });
    expect(proof).toMatchObject({ passed: true, findings: [] });
  });

  it('and without a prediction, for a model that nobody knows', async () => {
    expect(await verify({ expected: null })).toMatchObject({ passed: true, prediction: null });
  });

  it('unloads first, loads with an empty prompt, and asks with a fresh prompt and think false', async () => {
    fake = await startFakeOllama({ models: [{ ...model12b, parameters: { num_ctx: 32_768 } }] });
    const before = fake;
    await verify();
    await before.close();
    fake.state.requests.length = 0;
    fake.state.loaded.set('gemma4:12b', { contextTokens: 1 });
    const client = createClient(parseOllamaHost(fake.host));
    await verifyModel({
      client,
      tag: 'gemma4:12b',
      prediction: null,
      around: {
        readFreeBytes: async () => null,
        readLog: async () => null,
        unique: () => 'zzz',
        sleep: async () => {},
      },
      machine: { key: 'k', accelerators: [], cpu: null },
      toolVersion: '0',
      now: () => '',
      onEvent: () => {},
    });
    const asked = fake.state.requests.filter((r) => r.path === '/api/generate').map((r) => r.body);
    expect(asked[0]).toMatchObject({ keep_alive: 0 });
    expect(asked[1]).not.toHaveProperty('prompt');
    expect(asked[2]).toMatchObject({
      think: false,
      prompt: expect.stringMatching(/^Note zzz/),
      options: { temperature: 0 },
    });
  });

  it('and tells that it waits while a load is silent', async () => {
    let open = () => {};
    const loadGate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const proof = await verify({ runner: { loadGate }, onEvent: (e) => e.type === 'waiting' && open() });
    expect(proof.passed).toBe(true);
  });
});

describe('a split', () => {
  it('passes when as much lies on the device as predicted, and fails when far less does', async () => {
    const expected = { mode: 'split' as const, fullKvBytes: 0, gpuLayers: 30 };
    expect((await verify({ expected, runner: { deviceFraction: 0.99 } })).findings).toEqual([]);
    await fake.close();
    const proof = await verify({ expected, runner: { deviceFraction: 0.3 } });
    expect(proof.findings).toMatchObject([{ code: 'part-differs', part: 'server' }]);
    expect(proof.passed).toBe(false);
  });
});

describe('the sum in /api/ps', () => {
  const model = (sizeBytes: number) => ({ models: [{ ...model12b, sizeBytes, parameters: { num_ctx: 32_768 } }] });
  const whole = 6956 + 992 + 517;

  it('is the whole need, or the need without the full-attention KV that Ollama forgets', async () => {
    expect(codes(await verify({ ...model(whole * MiB), expected: { fullKvBytes: 512 * MiB } }))).toEqual([]);
    await fake.close();
    expect(codes(await verify({ ...model((whole - 512) * MiB), expected: { fullKvBytes: 512 * MiB } }))).toEqual([]);
    await fake.close();
    expect(codes(await verify({ ...model((whole - 512) * MiB) }))).toEqual(['part-differs']);
  });
});

describe('verify catches', () => {
  it('a model partly on the CPU', async () => {
    const proof = await verify({ runner: { deviceFraction: 0.7 }, expected: { vision: true } });
    expect(proof.passed).toBe(false);
    expect(proof.findings[0]).toMatchObject({ code: 'partly-on-cpu', causes: ['projector-margin'] });
  });

  it('a model on the CPU alone, which ps reports as 0 of 0 bytes', async () => {
    const proof = await verify({ runner: { deviceFraction: 0 } });
    expect(proof.findings[0]).toMatchObject({ code: 'entirely-on-cpu', causes: ['driver-or-backend'] });
    expect(proof.passed).toBe(false);
  });

  it('a smaller context than asked', async () => {
    const proof = await verify({ runner: { contextTokens: 4096 } });
    expect(proof.findings[0]).toMatchObject({ code: 'context-differs', askedTokens: 32_768, gotTokens: 4096 });
    expect(proof.passed).toBe(false);
  });

  it('another build behind the tag', async () => {
    const proof = await verify({ expected: { digest: '6114515d63c1' } });
    expect(proof.findings[0]).toMatchObject({ code: 'build-differs', expected: '6114515d63c1', found: '4eb23ef187e2' });
    expect(proof.passed).toBe(false);
  });

  it('another quantization behind the tag, by its own tensors', async () => {
    const { tensors, modelInfo } = shown26b;
    const model = { ...model12b, tensors, modelInfo, parameters: { num_ctx: 32_768 } } as FakeModel;
    const proof = await verify({ models: [model], expected: { textBytes: 14_423_539_648 } });
    expect(proof.findings[0]).toMatchObject({ code: 'build-differs', expected: '14423539648 bytes of weights' });
    expect(proof.passed).toBe(false);
  });

  it('a server that reports the GPU but is slow', async () => {
    const proof = await verify({ runner: { tokensPerSecond: 4 } });
    expect(proof.findings[0]).toMatchObject({ code: 'slow', lowTokensPerSecond: 50 });
    expect(proof.findings[0]).toHaveProperty('causes', ['cpu-fallback', 'thermal-or-busy']);
    expect(proof.passed).toBe(false);
  });

  it('and names the old server whose flash attention ran on the CPU', async () => {
    const proof = await verify({ version: '0.20.2', runner: { tokensPerSecond: 4 } });
    expect(proof.findings[0]).toHaveProperty('causes', ['old-server', 'cpu-fallback', 'thermal-or-busy']);
  });

  it('gibberish', async () => {
    const proof = await verify({ runner: { text: '<unused3>'.repeat(20) } });
    expect(proof.findings[0]).toMatchObject({ code: 'gibberish', reason: 'special-tokens' });
    expect(proof.passed).toBe(false);
  });

  it('an answer of thoughts only', async () => {
    const proof = await verify({ runner: { text: '', thinking: 'The user wants a boat.' } });
    expect(proof.findings[0]).toMatchObject({ code: 'gibberish', reason: 'only-thinking' });
  });

  it('a load that fails, in the server’s words', async () => {
    const text = 'llama-server process has terminated: cudaMalloc failed: out of memory';
    const proof = await verify({ runner: { loadError: { status: 500, text } } });
    expect(proof.findings).toMatchObject([{ code: 'load-failed', said: text }]);
    expect(proof.passed).toBe(false);
  });

  it('a model that is gone from memory after its load', async () => {
    expect(codes(await verify({ runner: { vanish: true } }))).toEqual(['not-loaded']);
  });

  it('a sum in /api/ps that is not the predicted one', async () => {
    const sizeBytes = 9_900 * MiB;
    const models = [{ ...model12b, sizeBytes, parameters: { num_ctx: 32_768 } }];
    const proof = await verify({ models });
    expect(proof.findings).toMatchObject([{ code: 'part-differs', part: 'server', measuredBytes: sizeBytes }]);
  });

  it('a quantized KV cache, with the server’s setting as the cause', async () => {
    const readLog = async () => log({ kv: 527, flags: '--cache-type-k q8_0 --cache-type-v q8_0' });
    const proof = await verify({ around: { readLog } });
    expect(proof.findings).toMatchObject([{ code: 'part-differs', part: 'kvCache', causes: ['kv-type-on-server'] }]);
    expect(proof.passed).toBe(true);
  });

  it('weights of another generation in the log', async () => {
    const proof = await verify({ around: { readLog: async () => log({ weights: 9900 }) } });
    expect(proof.findings).toMatchObject([
      { code: 'part-differs', part: 'weights', causes: ['tag-moved', 'old-format'] },
    ]);
    expect(proof.passed).toBe(false);
  });

  it('more memory taken than predicted, by the driver', async () => {
    const free = [20 * GiB, 6 * GiB];
    const proof = await verify({ around: { readFreeBytes: async () => free.shift() ?? null } });
    expect(proof.findings).toMatchObject([{ code: 'part-differs', part: 'device' }]);
  });

  it('other models in memory', async () => {
    const other = { name: 'llama3:8b', digest: 'a'.repeat(64), sizeBytes: 5 * GiB, family: 'llama' };
    fake = await startFakeOllama({
      models: [{ ...model12b, sizeBytes: reported, parameters: { num_ctx: 32_768 } }, other],
    });
    fake.state.loaded.set('llama3:8b', { contextTokens: 4096 });
    const proof = await verifyModel({
      client: createClient(parseOllamaHost(fake.host)),
      tag: 'gemma4:12b',
      prediction,
      around: { readFreeBytes: async () => null, readLog: async () => null, unique: () => 'u', sleep: async () => {} },
      machine: { key: 'k', accelerators: [], cpu: null },
      toolVersion: '0',
      now: () => '',
      onEvent: () => {},
    });
    expect(proof.findings).toEqual([{ code: 'other-models-loaded', names: ['llama3:8b'], bytes: 5 * GiB }]);
  });

  it('a base that was pulled anew since the tag was made', async () => {
    const base = { ...model12b, sizeBytes: reported, blobPath: `/m/blobs/sha256-${'1'.repeat(64)}` };
    const tag = {
      ...base,
      name: 'gemma4-fit:12b',
      parentModel: 'gemma4:12b',
      blobPath: `/m/blobs/sha256-${'2'.repeat(64)}`,
    };
    fake = await startFakeOllama({ models: [base, { ...tag, parameters: { num_ctx: 32_768 } }] });
    const proof = await verifyModel({
      client: createClient(parseOllamaHost(fake.host)),
      tag: 'gemma4-fit:12b',
      prediction,
      around: { readFreeBytes: async () => null, readLog: async () => null, unique: () => 'u', sleep: async () => {} },
      machine: { key: 'k', accelerators: [], cpu: null },
      toolVersion: '0',
      now: () => '',
      onEvent: () => {},
    });
    expect(proof.findings).toEqual([{ code: 'base-moved', base: 'gemma4:12b' }]);
  });

  it('an MLX build, whose context limit is not enforced', async () => {
    fake = await startFakeOllama();
    const before = fake;
    const model = { ...model12b, format: 'safetensors' as const, parameters: { num_ctx: 32_768 } };
    const proof = await verify({ models: [model], expected: { speed: null } });
    await before.close();
    expect(codes(proof)).toEqual(['mlx-runner']);
  });

  it('a tag that is not there', async () => {
    await expect(verify({ models: [] })).rejects.toMatchObject({ code: 'ollama-error' });
  });
});

describe('what matters', () => {
  it('is not a larger context, a little less speed or another model in memory', () => {
    expect(matters({ code: 'context-differs', askedTokens: 4096, gotTokens: 8192, causes: [] })).toBe(false);
    expect(matters({ code: 'slow', tokensPerSecond: 30, lowTokensPerSecond: 50, causes: [] })).toBe(false);
    expect(matters({ code: 'other-models-loaded', names: ['a'], bytes: 1 })).toBe(false);
  });
});
