import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { weightsOf } from '../../../src/data/tables.ts';
import { matters } from '../../../src/ollama/verify/compare.ts';
import { answerTokens, probePrompt } from '../../../src/ollama/verify/probe-prompt.ts';
import type { FakeModel, FakeOllama } from '../../fake-ollama/index.ts';
import type { FakeRequest } from '../../fake-ollama/types.ts';
import { model12b, shown26b } from '../models.ts';
import { codes, freeMemory, GiB, loaded12b, loadLog, logged, MiB, reportedBytes, verify } from '../verify-scene.ts';

describe('after a verify', () => {
  const keepAlives = async (runner: NonNullable<Parameters<typeof verify>[0]>['runner'] = {}) => {
    let asked: unknown[] = [];
    const proof = await verify({
      runner,
      after: ({ state }) => {
        const sent = state.requests.filter(({ path }) => path === '/api/generate');
        asked = [...sent.map(({ body }) => body.keep_alive ?? null), state.loaded.size];
      },
    });
    expect(proof.passed).toBe(true);
    return asked;
  };

  it('the model stays as long as the rule of the server says: nothing else is asked for', async () => {
    expect(await keepAlives()).toEqual([null, null, 1]);
  });

  it('a server that keeps none holds it for the look alone', async () => {
    expect(await keepAlives({ keepsNothing: true })).toEqual([null, '5m', '5m', 0, 0]);
  });
});

describe('verify passes', () => {
  it('verify passes when all is as predicted, and keeps what it measured', async () => {
    const proof = await verify({ around: { ...freeMemory(15 * GiB, 6 * GiB), ...logged(loadLog()) } });
    expect(proof).toMatchObject({ passed: true, findings: [], tag: 'gemma4:12b', server: { version: '0.40.2' } });
    expect(proof.measurement.timing?.tokensPerSecond).toBeCloseTo(60, 0);
    expect(proof.measurement.timing?.promptTokensPerSecond).toBeCloseTo(900, 0);
    expect(proof.measurement.log?.device.weightsBytes).toBe(6956 * MiB);
    expect(proof.measurement.driver).toEqual({ freeBeforeBytes: 15 * GiB, freeAfterBytes: 6 * GiB });
  });

  it('verify passes on a CPU when the CPU was predicted', async () => {
    const proof = await verify({ runner: { deviceFraction: 0 }, expected: { mode: 'cpu' } });
    expect(proof).toMatchObject({ passed: true, findings: [] });
  });

  it('verify passes without a prediction, for a model that nobody knows', async () => {
    expect(await verify({ expected: null })).toMatchObject({ passed: true, prediction: null });
  });

  it('verify passes for a split when as much lies on the device as predicted', async () => {
    const expected = { mode: 'split' as const, fullKvBytes: 0, gpuLayers: 30 };
    expect(codes(await verify({ expected, runner: { deviceFraction: 0.99 } }))).toEqual([]);
  });

  it('verify passes on a server that keeps no model by itself (OLLAMA_KEEP_ALIVE=0)', async () => {
    expect(await verify({ runner: { keepsNothing: true } })).toMatchObject({ passed: true, findings: [] });
  });

  it('verify passes and tells that it waits while a load is silent', async () => {
    let open = () => {};
    const loadGate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const proof = await verify({ runner: { loadGate }, onEvent: (e) => e.type === 'waiting' && open() });
    expect(proof.passed).toBe(true);
  });
});

describe('how verify asks', () => {
  it('verify unloads first, loads with an empty prompt, then asks with a fresh prompt and think false', async () => {
    let asked: FakeRequest[] = [];
    await verify({
      around: { unique: () => 'zzz' },
      before: (fake) => fake.state.loaded.set('gemma4:12b', { contextTokens: 1 }),
      after: (fake) => {
        asked = fake.state.requests.filter((r) => r.path === '/api/generate');
      },
    });
    const [unload, load, ask] = asked.map((r) => r.body);
    expect(unload).toMatchObject({ keep_alive: 0 });
    expect(load).not.toHaveProperty('prompt');
    expect(ask).toMatchObject({
      think: false,
      prompt: expect.stringMatching(/^Note zzz/),
      options: { temperature: 0 },
    });
  });

  it('verify unloads the base too when it lies on the same weights, and only then', async () => {
    const ours = { ...loaded12b, name: 'gemma4-fit:12b', parentModel: 'gemma4:12b' };
    const unloaded: unknown[] = [];
    const scene = (blob: string) => ({
      tag: ours.name,
      models: [{ ...loaded12b, blobPath: `/m/blobs/sha256-${blob}` }, ours],
      before: (fake: FakeOllama) => void fake.state.loaded.set('gemma4:12b', { contextTokens: 4096 }),
      after: (fake: FakeOllama) =>
        void unloaded.push(...fake.state.requests.filter((r) => r.body.keep_alive === 0).map((r) => r.body.model)),
    });
    expect(codes(await verify(scene(model12b.digest)))).toEqual([]);
    expect(unloaded).toEqual(['gemma4:12b']);
    expect(codes(await verify(scene('1'.repeat(64))))).toEqual(['base-moved', 'other-models-loaded']);
    expect(unloaded).toEqual(['gemma4:12b']);
  });

  it('verify asks for the tag as the server writes it', async () => {
    expect(await verify({ tag: 'GEMMA4:12B' })).toMatchObject({ passed: true, tag: 'gemma4:12b' });
  });

  it('verify uses no option that would make the server reload the model', async () => {
    await verify({
      after: (fake) => {
        const options = fake.state.requests.flatMap((r) => Object.keys((r.body.options ?? {}) as object));
        expect(new Set(options)).toEqual(new Set(['num_predict', 'temperature']));
      },
    });
  });
});

describe('the sum in /api/ps', () => {
  const size = (bytes: number) => ({ models: [{ ...loaded12b, sizeBytes: bytes }] });

  it('the sum in /api/ps is the whole need, or the need without the full-attention KV that Ollama forgets', async () => {
    const expected = { fullKvBytes: 512 * MiB };
    expect(codes(await verify({ ...size(reportedBytes), expected }))).toEqual([]);
    expect(codes(await verify({ ...size(reportedBytes - 512 * MiB), expected }))).toEqual([]);
    expect(codes(await verify(size(reportedBytes - 512 * MiB)))).toEqual(['part-differs']);
  });

  it('the sum in /api/ps holds the projector’s scratch when images are wanted', async () => {
    const withScratch = size(reportedBytes + 400 * MiB);
    expect(codes(await verify({ ...withScratch, expected: { vision: true } }))).toEqual([]);
    expect(codes(await verify(withScratch))).toEqual(['part-differs']);
  });
});

describe('a log that is about another load', () => {
  const other = { weights: 9900 };

  it('a log that is about another load is known by its file of weights', async () => {
    const proof = await verify({ around: logged(loadLog({ ...other, file: 'f'.repeat(64) })) });
    expect(proof).toMatchObject({ findings: [], measurement: { log: null } });
  });

  it('a log that is about another load is known by its last start, which was there before', async () => {
    const proof = await verify({ around: logged('[GIN] 200 | POST "/api/generate"\n', loadLog(other)) });
    expect(proof).toMatchObject({ findings: [], measurement: { log: null } });
  });
});

describe('traps of the API', () => {
  it('a sum in /api/ps that is the size of the file says nothing about memory', async () => {
    const { tensors, modelInfo } = shown26b;
    const textBytes = weightsOf('26b', 'BF16')?.tensorBytes ?? 0;
    const models = [{ ...loaded12b, tensors, modelInfo, sizeBytes: textBytes + 15_822_240 } as FakeModel];
    expect(codes(await verify({ models, expected: { textBytes } }))).toEqual([]);
  });

  it('the probe prompt is unique from its first words on, and short enough for a small context', () => {
    expect(probePrompt('abc').slice(0, 9)).toBe('Note abc.');
    expect(probePrompt(randomUUID()).split(/\s+/).length + answerTokens).toBeLessThan(320);
  });

  it('another client that reloads the model with its own context in between is found out', async () => {
    let server: FakeOllama | null = null;
    const proof = await verify({
      before: (fake) => {
        server = fake;
      },
      onEvent: (e) => {
        if (server && e.type === 'phase' && e.phase === 'generate') server.state.runner.contextTokens = 4096;
      },
    });
    expect(proof.findings).toMatchObject([{ code: 'context-differs', gotTokens: 4096 }]);
  });
});

describe('what matters', () => {
  it('what matters is not a larger context, a little less speed or another model in memory', () => {
    expect(matters({ code: 'context-differs', askedTokens: 4096, gotTokens: 8192, causes: [] })).toBe(false);
    expect(matters({ code: 'slow', tokensPerSecond: 30, lowTokensPerSecond: 50, causes: [] })).toBe(false);
    expect(matters({ code: 'other-models-loaded', names: ['a'], bytes: 1 })).toBe(false);
  });
});
