import { describe, expect, it } from 'vitest';
import type { FakeModel } from '../fake-ollama/index.ts';
import { model12b, shown26b } from './models.ts';
import { codes, freeMemory, GiB, loaded12b, loadLog, logged, MiB, verify } from './verify-scene.ts';

describe('verify catches, as a failure,', () => {
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

  it('a split with far less on the device than predicted', async () => {
    const expected = { mode: 'split' as const, fullKvBytes: 0, gpuLayers: 30 };
    const proof = await verify({ expected, runner: { deviceFraction: 0.3 } });
    expect(proof.findings).toMatchObject([{ code: 'part-differs', part: 'server', causes: ['little-memory-free'] }]);
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
    const models = [{ ...loaded12b, tensors, modelInfo } as FakeModel];
    const proof = await verify({ models, expected: { textBytes: 14_423_539_648 } });
    expect(proof.findings[0]).toMatchObject({ code: 'build-differs', expected: '14.42 GB of weights' });
    expect(proof.passed).toBe(false);
  });

  it('a server that reports the GPU but is slow', async () => {
    const proof = await verify({ runner: { tokensPerSecond: 4 } });
    expect(proof.findings).toMatchObject([
      { code: 'slow', lowTokensPerSecond: 50, causes: ['cpu-fallback', 'thermal-or-busy'] },
    ]);
    expect(proof.passed).toBe(false);
  });

  it('verify names the old server whose flash attention ran on the CPU', async () => {
    const proof = await verify({ version: '0.20.2', runner: { tokensPerSecond: 4 } });
    expect(proof.findings[0]).toHaveProperty('causes', ['old-server', 'cpu-fallback', 'thermal-or-busy']);
  });

  it('a slow split, without blaming a GPU that was not found: a part lies on it', async () => {
    const split = { mode: 'split' as const, gpuLayers: 20 };
    const proof = await verify({ runner: { tokensPerSecond: 4, deviceFraction: 0.5 }, expected: split });
    const slow = proof.findings.find(({ code }) => code === 'slow');
    expect(slow).toMatchObject({ causes: ['little-memory-free', 'thermal-or-busy'] });
  });

  it('a tag that was removed meanwhile, by the words of the server', async () => {
    const generateError = { status: 404, text: "model 'gemma4:12b' not found" };
    const proof = await verify({ runner: { generateError } });
    expect(proof.findings).toMatchObject([{ code: 'generate-failed', causes: ['tag-removed'] }]);
  });

  it('a model that another program had reloaded as something else', async () => {
    const proof = await verify({ runner: { vanish: true } });
    expect(proof.findings[0]).toMatchObject({
      code: 'not-loaded',
      causes: expect.arrayContaining(['other-client-reloaded']),
    });
  });

  it.each(['llama-server process has terminated: exit status 1', 'timed out waiting for llama-server to start - '])(
    'a load that a setting of the server ends: %s',
    async (text) => {
      const proof = await verify({ runner: { loadError: { status: 500, text } } });
      expect(proof.findings[0]).toMatchObject({ code: 'load-failed', causes: expect.arrayContaining(['bad-setting']) });
    },
  );

  it('a model of which nothing was predicted, on the CPU of a machine with a GPU', async () => {
    const onCpu = { runner: { deviceFraction: 0 }, expected: null };
    const proof = await verify({ ...onCpu, hasUsableGpu: true });
    expect(proof.findings[0]).toMatchObject({ code: 'entirely-on-cpu' });
    expect(proof.passed).toBe(false);
    expect((await verify(onCpu)).passed).toBe(true);
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

  it('a load that fails, in the server’s words, with the cause from its log', async () => {
    const text = 'llama-server process has terminated: signal: aborted';
    const log = `${loadLog()}ggml_backend_cuda_buffer_type_alloc_buffer: cudaMalloc failed: out of memory`;
    const proof = await verify({ runner: { loadError: { status: 500, text } }, around: logged(log) });
    expect(proof.findings).toMatchObject([{ code: 'load-failed', said: text, causes: ['little-memory-free'] }]);
    expect(proof.passed).toBe(false);
  });

  it('a load that fails though the server lists the model', async () => {
    const loadError = { status: 500, text: 'timed out waiting for llama-server to start' };
    const proof = await verify({ runner: { loadError, listedAllTheSame: true } });
    expect(proof.findings).toMatchObject([{ code: 'load-failed', said: loadError.text }]);
    expect(proof.passed).toBe(false);
  });

  it('a model that loads but cannot answer, in the server’s words', async () => {
    const text = 'llama-server process has terminated: GGML_ASSERT(n_inputs < 30) failed';
    const runner = { generateError: { status: 500, text } };
    const proof = await verify({ runner });
    expect(proof.findings).toEqual([
      { code: 'generate-failed', said: text, causes: ['driver-or-backend', 'broken-files'] },
    ]);
    expect(proof).toMatchObject({ passed: false, measurement: { generateError: text } });
    expect(await verify({ runner, expected: null })).toMatchObject({ passed: false });
  });

  it('verify names memory when it ran out of it', async () => {
    const text = 'CUDA error: out of memory';
    const proof = await verify({ runner: { generateError: { status: 500, text } } });
    expect(proof.findings).toMatchObject([{ code: 'generate-failed', causes: ['little-memory-free'] }]);
  });

  it('a model that is gone from memory after its load', async () => {
    const proof = await verify({ runner: { vanish: true } });
    expect(codes(proof)).toEqual(['not-loaded']);
    expect(proof.passed).toBe(false);
  });

  it('weights of another generation in the log', async () => {
    const proof = await verify({ around: logged(loadLog({ weights: 9900 })) });
    expect(proof.findings).toMatchObject([
      { code: 'part-differs', part: 'weights', causes: ['tag-moved', 'old-format'] },
    ]);
    expect(proof.passed).toBe(false);
  });

  it('more memory taken than predicted, by the driver', async () => {
    const proof = await verify({ around: freeMemory(20 * GiB, 6 * GiB) });
    expect(proof.findings).toMatchObject([{ code: 'part-differs', part: 'device' }]);
    expect(proof.passed).toBe(false);
  });
});

describe('verify tells, without failing,', () => {
  it('a sum in /api/ps that is not the predicted one', async () => {
    const sizeBytes = 9_900 * MiB;
    const proof = await verify({ models: [{ ...loaded12b, sizeBytes }] });
    expect(proof.findings).toMatchObject([{ code: 'part-differs', part: 'server', measuredBytes: sizeBytes }]);
    expect(proof.passed).toBe(true);
  });

  it('a quantized KV cache, with the server’s setting as the cause', async () => {
    const log = loadLog({ kv: 527, flags: '--cache-type-k q8_0 --cache-type-v q8_0' });
    const proof = await verify({ around: logged(log) });
    expect(proof.findings).toMatchObject([{ code: 'part-differs', part: 'kvCache', causes: ['kv-type-on-server'] }]);
    expect(proof.passed).toBe(true);
  });

  it('a GPU that the probes did not find', async () => {
    const proof = await verify({ expected: { mode: 'cpu', speed: null } });
    expect(codes(proof)).toEqual(['on-gpu-after-all']);
    expect(proof.passed).toBe(true);
  });

  it('other models in memory', async () => {
    const other = { name: 'llama3:8b', digest: 'a'.repeat(64), sizeBytes: 5 * GiB, family: 'llama' };
    const before = (fake: { state: { loaded: Map<string, { contextTokens: number }> } }) =>
      fake.state.loaded.set('llama3:8b', { contextTokens: 4096 });
    const proof = await verify({ models: [loaded12b, other], before });
    expect(proof.findings).toEqual([{ code: 'other-models-loaded', names: ['llama3:8b'], bytes: 5 * GiB }]);
  });

  it('a base that was pulled anew since the tag was made', async () => {
    const blob = (digit: string) => `/m/blobs/sha256-${digit.repeat(64)}`;
    const base = { ...loaded12b, blobPath: blob('1') };
    const ours = { ...base, name: 'gemma4-fit:12b', parentModel: 'gemma4:12b', blobPath: blob('2') };
    const proof = await verify({ tag: 'gemma4-fit:12b', models: [base, ours] });
    expect(proof.findings).toEqual([{ code: 'base-moved', base: 'gemma4:12b' }]);
  });

  it('an MLX build, whose context limit is not enforced', async () => {
    const models = [{ ...loaded12b, format: 'safetensors' as const }];
    expect(codes(await verify({ models, expected: { speed: null } }))).toEqual(['mlx-runner']);
  });

  it('an MLX build whose library OLLAMA_LLM_LIBRARY keeps from being loaded', async () => {
    const said = 'mlx runner failed: failed to load MLX dynamic library (searched: [/Applications/Ollama.app])';
    const models = [{ ...loaded12b, format: 'safetensors' as const }];
    const proof = await verify({
      models,
      expected: { speed: null },
      runner: { loadError: { status: 500, text: said } },
    });
    expect(proof.findings).toMatchObject([{ code: 'load-failed', causes: ['mlx-library'] }]);
  });

  it('an MLX build that Ollama refuses before it loads, for want of free memory', async () => {
    const said = 'model requires 17.0 GiB but only 15.2 GiB are available (after 512.0 MiB overhead)';
    const models = [{ ...loaded12b, format: 'safetensors' as const }];
    const proof = await verify({
      models,
      expected: { speed: null },
      runner: { loadError: { status: 500, text: said } },
    });
    expect(proof.findings[0]).toMatchObject({
      code: 'load-failed',
      said,
      causes: expect.arrayContaining(['little-memory-free']),
    });
  });

  it('an MLX build that holds another total after the answer than was predicted', async () => {
    const models = [{ ...loaded12b, format: 'safetensors' as const }];
    const seen = (await verify({ models, expected: { speed: null } })).measurement.restBytes ?? 0;
    const near = await verify({ models, expected: { speed: null, restBytes: seen * 1.02 } });
    expect(codes(near)).toEqual(['mlx-runner']);
    const far = await verify({ models, expected: { speed: null, restBytes: seen / 2 } });
    expect(far.findings).toContainEqual(
      expect.objectContaining({ code: 'part-differs', part: 'mlxRest', measuredBytes: seen }),
    );
    expect(far.passed).toBe(false);
  });
});

it('a tag that is not there is an error, with the names that are', async () => {
  const models = [{ ...model12b, name: 'gemma4:26b' }];
  await expect(verify({ models })).rejects.toMatchObject({ code: 'ollama-error', hint: 'Installed: gemma4:26b' });
});

describe('a model that the card of this machine does not hold', () => {
  const untouched = freeMemory(20 * GiB, 20 * GiB);

  it('a model that the card of this machine does not hold fails, for another machine answers', async () => {
    const proof = await verify({ around: untouched });
    expect(proof.findings).toMatchObject([
      { code: 'not-on-this-gpu', measuredBytes: 0, causes: ['server-elsewhere', 'cpu-fallback'] },
    ]);
    expect(proof.passed).toBe(false);
  });

  it('a model that the card of this machine does not hold fails also where less memory came than left', async () => {
    const proof = await verify({ around: freeMemory(20 * GiB, 20.3 * GiB) });
    expect(codes(proof)).toEqual(['not-on-this-gpu']);
  });

  it('a model passes where most of the memory that it took came from the card of this machine', async () => {
    expect(codes(await verify({ around: freeMemory(20 * GiB, 12 * GiB) }))).not.toContain('not-on-this-gpu');
  });
});
