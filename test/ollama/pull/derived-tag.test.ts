import { afterEach, describe, expect, it } from 'vitest';
import { variantIds } from '../../../src/data/ids.ts';
import { createClient } from '../../../src/ollama/api/client.ts';
import { isModelName, variantOfName } from '../../../src/ollama/api/names.ts';
import { parseOllamaHost } from '../../../src/ollama/http/host.ts';
import { createDerived, type DerivedTag, derivedName, derivedRequest } from '../../../src/ollama/pull/derived-tag.ts';
import { type FakeOllama, startFakeOllama } from '../../fake-ollama/index.ts';
import { model12b } from '../models.ts';

let fake: FakeOllama;
afterEach(() => fake?.close());

const plan: DerivedTag = {
  base: 'gemma4:12b',
  name: 'gemma4-fit:12b',
  contextTokensPerSequence: 32_768,
  microBatch: 512,
  sampling: { temperature: 1, topP: 0.95, topK: 64, repeatPenalty: 1 },
};

async function derive(change: Partial<DerivedTag> = {}, isOurs = true) {
  const client = createClient(parseOllamaHost(fake.host));
  return createDerived({ client, plan: { ...plan, ...change }, isOurs: () => isOurs });
}

describe('the name of a tag of ours', () => {
  it.each([
    ['gemma4:12b', 'gemma4-fit:12b'],
    ['gemma4', 'gemma4-fit:e4b'],
    ['gemma4:latest', 'gemma4-fit:e4b'],
    ['gemma4:26b-a4b-it-qat', 'gemma4-fit:26b-a4b-it-qat'],
    ['hf.co/unsloth/gemma-4-26B-A4B-it-GGUF:Q4_K_M', 'gemma4-fit:26b-q4_k_m'],
    ['hf.co/unsloth/gemma-4-E2B-it-GGUF', 'gemma4-fit:e2b'],
    ['me/my-own-gemma', 'gemma4-fit:my-own-gemma'],
  ])('%s gives %s', (base, name) => {
    expect(derivedName(base)).toBe(name);
  });

  it('the name of a tag of ours keeps the size token, by which Ollama chooses the template', () => {
    for (const id of variantIds) expect(variantOfName(derivedName(`gemma4:${id}-x`))).toBe(id);
  });
});

describe('a name for a model', () => {
  it.each(['mine', 'mine:12b', 'me/mine:12b', 'my.registry:5000/me/mine:1.0', '_x-y.z:_1'])(
    'a name for a model may be %s',
    (name) => {
      expect(isModelName(name)).toBe(true);
    },
  );

  it.each(['', 'my model 12b', '-mine', 'mine:', 'mine:1:2', 'm.e/mine', 'a/b/c/d', 'größe', 'x:'.padEnd(83, 'y')])(
    'a name for a model may not be %j',
    (name) => {
      expect(isModelName(name)).toBe(false);
    },
  );
});

describe('a tag of ours', () => {
  it('a tag of ours asks for context, micro-batch and the card’s sampling', () => {
    expect(derivedRequest(plan)).toEqual({
      model: 'gemma4-fit:12b',
      from: 'gemma4:12b',
      parameters: { num_ctx: 32_768, num_batch: 512, temperature: 1, top_k: 64, top_p: 0.95, repeat_penalty: 1 },
    });
  });

  it('a tag of ours fixes the layers on the device where the plan does, and lets go of them again', async () => {
    expect(derivedRequest({ ...plan, gpuLayers: 40 }).parameters).toMatchObject({ num_gpu: 40 });
    fake = await startFakeOllama({ models: [model12b] });
    expect(await derive({ gpuLayers: 40 })).toBe('created');
    expect(await derive({ gpuLayers: 40 })).toBe('unchanged');
    expect(await derive()).toBe('updated');
    expect(fake.state.models.get('gemma4-fit:12b')?.parameters).not.toHaveProperty('num_gpu');
  });

  it('a tag of ours chooses the one device of several alike where the plan does, and lets go of it again', async () => {
    expect(derivedRequest({ ...plan, mainGpu: 0 }).parameters).toMatchObject({ main_gpu: 0 });
    fake = await startFakeOllama({ models: [model12b] });
    expect(await derive({ mainGpu: 0 })).toBe('created');
    expect(await derive({ mainGpu: 0 })).toBe('unchanged');
    expect(await derive()).toBe('updated');
  });

  it('a tag of ours is created, left alone when it is right, and updated when the context changes', async () => {
    fake = await startFakeOllama({ models: [model12b] });
    expect(await derive()).toBe('created');
    expect(await derive()).toBe('unchanged');
    expect(await derive({ contextTokensPerSequence: 8192 })).toBe('updated');
    expect(fake.state.models.get('gemma4-fit:12b')?.parameters).toMatchObject({ num_ctx: 8192, top_k: 64 });
  });

  it('a tag of ours is made anew when its base was pulled anew: it does not follow by itself', async () => {
    fake = await startFakeOllama({ models: [model12b] });
    await derive();
    const newer = '9'.repeat(64);
    fake.state.models.set('gemma4:12b', { ...model12b, digest: newer, blobPath: `/srv/models/blobs/sha256-${newer}` });
    expect(await derive()).toBe('updated');
    expect(fake.state.models.get('gemma4-fit:12b')?.blobPath).toContain(newer);
  });

  it('a tag of ours is never written over another’s model', async () => {
    fake = await startFakeOllama({ models: [model12b, { ...model12b, name: 'mine:12b' }] });
    await expect(derive({ name: 'mine:12b' }, false)).rejects.toMatchObject({ code: 'tag-taken' });
    expect(fake.state.models.get('mine:12b')?.parentModel).toBeUndefined();
  });

  it('a tag of ours may not be its own base', async () => {
    fake = await startFakeOllama({ models: [model12b] });
    await expect(derive({ name: 'Gemma4:12B' })).rejects.toMatchObject({ code: 'usage' });
  });

  it('a tag of ours has a name by which Ollama finds the right template', async () => {
    fake = await startFakeOllama({ models: [model12b] });
    for (const name of ['my-model', 'my-e4b']) await expect(derive({ name })).rejects.toMatchObject({ code: 'usage' });
    expect(await derive({ name: 'my-12b' })).toBe('created');
  });

  it('a tag of ours fails clearly when the base is not there', async () => {
    fake = await startFakeOllama();
    await expect(derive()).rejects.toMatchObject({
      code: 'pull-failed',
      message: expect.stringContaining('gemma4-fit:12b'),
      // What a broken small file of an earlier download leads to: success, and a model that is not listed.
      hint: expect.stringContaining('ollama rm gemma4:12b'),
    });
  });
});
