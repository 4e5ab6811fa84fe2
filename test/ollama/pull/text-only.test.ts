import { afterEach, describe, expect, it } from 'vitest';
import { builds } from '../../../src/data/tables.ts';
import { createClient } from '../../../src/ollama/api/client.ts';
import { parseOllamaHost } from '../../../src/ollama/http/host.ts';
import { createDerived, type DerivedTag, derivedRequest } from '../../../src/ollama/pull/derived-tag.ts';
import { leavesEncoderOut } from '../../../src/ollama/pull/text-only.ts';
import { type FakeModel, type FakeOllama, startFakeOllama } from '../../fake-ollama/index.ts';
import { model12b } from '../models.ts';

let fake: FakeOllama;
afterEach(() => fake?.close());

const draftDigest = 'd'.repeat(64);
const base: FakeModel = {
  ...model12b,
  capabilities: ['completion', 'vision', 'audio', 'tools', 'thinking'],
  projectorInfo: { 'general.architecture': 'clip' },
  template: '{{ .System }} {{ .Prompt }}',
  renderer: 'gemma4',
  parser: 'gemma4',
  parameters: { temperature: 1, top_k: 64, top_p: 0.95, stop: ['<turn|>'] },
};
const plan: DerivedTag = {
  base: 'gemma4:12b',
  name: 'gemma4-fit:12b-text',
  contextTokensPerSequence: 32_768,
  microBatch: 512,
  sampling: null,
  textOnly: true,
};
const derive = (change: Partial<DerivedTag> = {}) =>
  createDerived({
    client: createClient(parseOllamaHost(fake.host)),
    plan: { ...plan, ...change },
    isOurs: () => true,
  });
const creates = () => fake.state.requests.filter(({ path }) => path === '/api/create').map(({ body }) => body);
const made = () => fake.state.models.get('gemma4-fit:12b-text');

describe('a text-only tag', () => {
  it('a text-only tag is made of the file of the weights, and keeps all else of its base', async () => {
    fake = await startFakeOllama({ models: [base] });
    expect(await derive()).toBe('created');
    expect(creates()).toEqual([
      {
        model: 'gemma4-fit:12b-text',
        files: { 'model.gguf': `sha256:${base.digest}` },
        template: base.template,
        license: 'Apache License',
        renderer: 'gemma4',
        parser: 'gemma4',
        parameters: { temperature: 1, top_k: 64, top_p: 0.95, stop: ['<turn|>'], num_ctx: 32_768, num_batch: 512 },
        stream: true,
      },
    ]);
    expect(made()).toMatchObject({ capabilities: ['completion', 'tools', 'thinking'] });
    expect(made()).not.toHaveProperty('projectorInfo');
  });

  it('a text-only tag keeps the draft model of its base', async () => {
    fake = await startFakeOllama({ models: [{ ...base, draftPath: `/srv/models/blobs/sha256-${draftDigest}` }] });
    await derive();
    expect(creates()).toMatchObject([{ draft_files: { 'draft.gguf': `sha256:${draftDigest}` } }]);
  });

  it('a text-only tag is left alone when it is right, made again for another context and when its base was pulled anew', async () => {
    fake = await startFakeOllama({ models: [base] });
    await derive();
    expect(await derive()).toBe('unchanged');
    expect(await derive({ contextTokensPerSequence: 8192 })).toBe('updated');
    fake.state.models.set('gemma4:12b', { ...base, modifiedAt: '2026-11-01T08:00:00Z' });
    expect(await derive({ contextTokensPerSequence: 8192 })).toBe('updated');
  });

  it('a text-only tag takes the place of one with an encoder under the same name, and the other way round', async () => {
    fake = await startFakeOllama({ models: [base] });
    await derive({ textOnly: false });
    expect(made()?.capabilities).toContain('vision');
    expect(await derive()).toBe('updated');
    expect(made()?.capabilities).not.toContain('vision');
    expect(await derive({ textOnly: false })).toBe('updated');
    expect(made()?.capabilities).toContain('vision');
  });

  it.each([
    ['still sees', { capabilities: ['completion', 'vision', 'tools', 'thinking'] }],
    ['has lost its tools', { capabilities: ['completion', 'thinking'] }],
    ['has another template', { template: '{{ .Prompt }}' }],
  ])('a text-only tag that %s is not what was asked for', async (_, change) => {
    fake = await startFakeOllama({ models: [base] });
    const client = createClient(parseOllamaHost(fake.host));
    const show: typeof client.show = async (model, options) => {
      const shown = await client.show(model, options);
      return model === plan.name ? { ...shown, ...change } : shown;
    };
    const making = createDerived({ client: { ...client, show }, plan, isOurs: () => true });
    await expect(making).rejects.toThrow('without the settings or the weights that were asked for');
  });

  it('a text-only tag names the weights in a plan for a base that is not there yet', () => {
    expect(derivedRequest(plan)).toMatchObject({ files: { 'model.gguf': 'the weights of gemma4:12b' } });
    expect(derivedRequest(plan)).not.toHaveProperty('from');
  });
});

describe('the builds that can leave their encoder out', () => {
  it('the builds that can leave their encoder out have it in a file of its own; those of MLX and those without one are pulled as they are', () => {
    for (const build of builds.filter(({ runner, projector }) => runner === 'mlx' || projector !== 'inline')) {
      expect(leavesEncoderOut(build)).toBe(build.runner === 'llamacpp' && build.projector === 'separate');
    }
  });

  it('the builds that can leave their encoder out are not those with one file for all', () => {
    const old = builds.find(({ runner, projector }) => runner === 'llamacpp' && projector === 'inline');
    if (old === undefined) throw new Error('no build in the old format');
    expect(() => leavesEncoderOut(old)).toThrow(
      `--text-only cannot be had of ${old.tag}: its vision encoder is in one file`,
    );
  });
});
