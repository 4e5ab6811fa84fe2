import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runVerify, type VerifyCommandOptions } from '../../src/commands/verify.ts';
import { readProofs } from '../../src/ollama/verify/proofs.ts';
import type { Prediction } from '../../src/ollama/verify/types.ts';
import { type FakeOllama, type FakeOptions, startFakeOllama } from '../fake-ollama/index.ts';
import { commandIo } from './command-io.ts';
import { model12b } from './models.ts';

let fake: FakeOllama;
afterEach(() => fake?.close());

const tuned = { ...model12b, sizeBytes: 7.8e9, name: 'gemma4-fit:12b', parameters: { num_ctx: 8192 } };
const parts = { weightsBytes: 7e9, kvCacheBytes: 5e8, computeBytes: 3e8, projectorBytes: 0, drafterBytes: 0 };
const prediction: Prediction = {
  contextTokensPerSequence: 8192,
  mode: 'full',
  device: parts,
  host: { ...parts, weightsBytes: 0 },
  gpuLayers: 49,
  totalLayers: 49,
  speed: { lowTokensPerSecond: 50, expectedTokensPerSecond: 60, highTokensPerSecond: 70, basis: 'formula' },
  vision: false,
  textBytes: null,
  fullKvBytes: null,
  digest: null,
};

async function verify(options: Partial<VerifyCommandOptions> = {}, server: FakeOptions = {}) {
  fake = await startFakeOllama({ models: [model12b, tuned], ...server });
  const scene = await commandIo(fake.host);
  const all = { json: false, quiet: false, color: null, debug: false, tag: null, output: null, ...options };
  const asked: string[] = [];
  const world = {
    predict: async (tag: string) => {
      asked.push(tag);
      return prediction;
    },
    machine: { key: 'rtx', accelerators: ['RTX'], cpu: null },
    readFreeBytes: async () => null,
  };
  const exit = await runVerify(all, scene.io, async () => world, scene.interrupts);
  return { exit, asked, ...scene };
}

describe('gemma-fit verify', () => {
  it('gemma-fit verify takes the tag of ours, reports on stdout and keeps the proof for check', async () => {
    const { exit, out, home } = await verify();
    expect(exit).toBe('ok');
    expect(out()).toContain('gemma4-fit:12b runs as predicted.');
    expect(out()).toContain('60.0 tok/s (predicted 50 to 70)');
    expect(await readProofs(join(home, 'gemma-fit'), 'rtx')).toMatchObject([{ tag: 'gemma4-fit:12b', passed: true }]);
  });

  it('gemma-fit verify exits with its own code when a difference matters', async () => {
    const { exit, out } = await verify({}, { runner: { deviceFraction: 0.4 } });
    expect(exit).toBe('verification-differs');
    expect(out()).toMatch(/does not run as predicted[\s\S]*on the GPU/);
  });

  it('gemma-fit verify prints one document with --json, and writes it with --output', async () => {
    const { out, err } = await verify({ json: true });
    expect(JSON.parse(out())).toMatchObject({ kind: 'gemma-fit-proof', passed: true });
    expect(err()).toBe('');
    await fake.close();
    const probe = await commandIo('');
    const file = join(probe.home, 'proof.json');
    await verify({ output: file });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ tag: 'gemma4-fit:12b' });
  });

  it('gemma-fit verify knows the tag in other letters, and says what is installed when it knows none', async () => {
    const { exit, asked } = await verify({ tag: 'GEMMA4-fit:12B' });
    expect(exit).toBe('ok');
    expect(asked).toEqual(['gemma4-fit:12b']);
    await fake.close();
    await expect(verify({ tag: 'nosuch' })).rejects.toMatchObject({
      code: 'ollama-error',
      message: 'Ollama has no model nosuch.',
      hint: 'Installed: gemma4:12b, gemma4-fit:12b',
    });
  });

  it('gemma-fit verify tells a refusal of the server as its error, in its words', async () => {
    const impostor = { status: 401, contentType: 'application/json', body: '{"error":"unauthorized."}' };
    await expect(verify({}, { impostor })).rejects.toMatchObject({
      code: 'ollama-error',
      message: 'The Ollama server answered with an error (HTTP 401): unauthorized.',
      hint: expect.stringMatching(/login/),
    });
  });

  it.each(['GEMMA4:12B', 'library/gemma4:12b', 'registry.ollama.ai/library/gemma4:12b'])(
    'gemma-fit verify takes %s for the model that the server calls gemma4:12b',
    async (tag) => {
      const { out } = await verify({ tag, json: true });
      expect(JSON.parse(out())).toMatchObject({ tag: 'gemma4:12b' });
    },
  );

  it('gemma-fit verify asks which one when there are several, and says when there is none', async () => {
    const other = { ...model12b, name: 'gemma4:26b' };
    await expect(verify({}, { models: [model12b, other] })).rejects.toMatchObject({
      code: 'usage',
      message: /Which model/,
    });
    await fake.close();
    await expect(verify({}, { models: [] })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/no Gemma 4/),
    });
  });
});
