import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { plainServerRun } from '../../src/advice/launch/plain-run.ts';
import { mlxFaster } from '../../src/advice/recommendation/mlx-faster.ts';
import { candidateNamed } from '../../src/advice/select.ts';
import { targetOf } from '../../src/advice/server.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { usersFinding } from '../../src/advice/users.ts';
import type { Machine } from '../../src/machine/types.ts';
import { ask, candidate, codes, finding, rtx4090 } from './case.ts';
import { gib, gpu, machine, ram } from './machines.ts';
import { made, pace } from './made.ts';

const runtime = 'llama.cpp';
const asked = (request: Partial<CheckRequest>, on: Machine = rtx4090()) => ask(on, { runtime, ...request });

describe('llama-server in place of Ollama', () => {
  it('llama-server in place of Ollama is one of the servers that there are, and has no version of Ollama', () => {
    expect(() => asked({ runtime: 'vllm' as never })).toThrow('"vllm" is not a runtime.');
    expect(() => asked({ ollamaVersion: '0.33.0' })).toThrow(/Ollama/);
    expect(() => asked({ minimumTokensPerSecond: 0 })).toThrow('must be above 0');
  });

  it('llama-server in place of Ollama does not read a tag of Ollama’s library', () => {
    const named = () => candidateNamed(rtx4090(), { ...openRequest, runtime }, 'gemma4:26b-a4b-it-qat');
    expect(named).toThrow(/llama-server does not read/);
  });

  it('llama-server in place of Ollama has less memory while Ollama holds a model, which is told', () => {
    const loaded = [{ name: 'gemma4:e4b', sizeBytes: 5 * gib, deviceBytes: 5 * gib, contextTokens: null }];
    const ollama = { host: 'http://127.0.0.1:11434', remote: false, version: '0.33.0', installed: [], loaded };
    const { warnings } = asked({ contextTokensTotal: 8192 }, { ...rtx4090(), ollama });
    expect(finding(warnings, 'held-beside')).toMatchObject({ models: ['gemma4:e4b'], heldBytes: 5 * gib });
    const elsewhere = asked({ contextTokensTotal: 8192 }, { ...rtx4090(), ollama: { ...ollama, remote: true } });
    expect(codes(elsewhere.warnings)).not.toContain('held-beside');
  });

  it('llama-server in place of Ollama is offered the fast one of two unlike cards by its device name', () => {
    const card = { freeBytes: 23 * gib, totalBytes: 24 * gib };
    const fast = gpu({ ...card, id: 'nvidia:0', name: 'NVIDIA GeForce RTX 4090', bandwidthBytesPerSecond: 1008e9 });
    const slow = gpu({
      ...card,
      id: 'nvidia:1',
      name: 'Tesla P40',
      architecture: '6.1',
      bandwidthBytesPerSecond: 347e9,
    });
    const pair = machine([fast, slow], { memory: ram(64 * gib) });
    const { recommendation } = asked({ contextTokensTotal: 8192 }, pair);
    const [faster] = recommendation?.because.filter(({ code }) => code === 'faster-placement') ?? [];
    expect(faster).toMatchObject({
      setting: 'device',
      variables: expect.arrayContaining([expect.stringContaining('--device')]),
    });
  });

  it('llama-server in place of Ollama by itself takes the trained context in RAM, or as much of it as fits, all of it where the size of the RAM is not known', () => {
    const contextIn = (totalBytes: number | null) => {
      const on = machine([], { memory: { ...ram(32 * gib), totalBytes } });
      return plainServerRun(targetOf(on, { runtime, ollamaVersion: null }), candidate(on, '12b-gguf-QAT', { runtime }))
        ?.contextTokens;
    };
    expect(contextIn(null)).toBe(262_144);
    expect(contextIn(64 * gib)).toBe(262_144);
    expect(contextIn(12 * gib)).toBeLessThan(262_144);
  });

  it('llama-server in place of Ollama says how fast each of so many is that stay on the GPU, though one was asked for', () => {
    const on = rtx4090();
    const request = { ...openRequest, runtime, contextTokensTotal: 16_384 } as const;
    const one = candidate(on, '26b-gguf-QAT', request);
    const target = targetOf(on, { runtime, ollamaVersion: null });
    const [users] = usersFinding(target, one, request, 3);
    const three = candidate(on, '26b-gguf-QAT', { ...request, sequences: 3, contextTokensTotal: 3 * 16_384 });
    expect(users).toMatchObject({ most: 3, writing: 3, lowTokensPerSecond: three.speedTogether?.lowTokensPerSecond });
    expect(users?.highTokensPerSecond).toBeLessThan(one.speed?.highTokensPerSecond ?? 0);
  });
});

it('the fastest of several MLX builds that are faster is named', () => {
  const chosen = made('12b', 'gpu', { speed: pace(10) });
  const faster = (build: string, expectedTokensPerSecond: number) => ({
    ...chosen,
    build,
    tag: `gemma4:${build}`,
    refusal: null,
    ceilingTokens: 4096,
    speed: { ...chosen.speed!, expectedTokensPerSecond },
  });
  const [named] = mlxFaster(chosen, [faster('12b-mxfp8', 20), faster('12b-mlx', 30), faster('12b-mlx-bf16', 15)]);
  expect(named).toMatchObject({ code: 'mlx-faster', tag: 'gemma4:12b-mlx' });
});
