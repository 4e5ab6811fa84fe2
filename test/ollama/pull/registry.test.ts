import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseOllamaHost } from '../../../src/ollama/http/host.ts';
import { fetchManifest, manifestPlace, readManifest } from '../../../src/ollama/pull/registry.ts';
import { startFakeOllama } from '../../fake-ollama/index.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const text = JSON.stringify({ config: { digest, size: 473 }, layers: [{ digest, size: 1000 }] });

describe('a registry manifest', () => {
  it.each([
    ['gemma4', 'https://registry.ollama.ai:443', '/v2/library/gemma4/manifests/latest'],
    ['gemma4:12b', 'https://registry.ollama.ai:443', '/v2/library/gemma4/manifests/12b'],
    ['me/gemma:x', 'https://registry.ollama.ai:443', '/v2/me/gemma/manifests/x'],
    ['hf.co/u/r:Q4_K_M', 'https://huggingface.co:443', '/v2/u/r/manifests/Q4_K_M'],
  ])('a registry manifest of %s lies at %s%s', (tag, url, path) => {
    expect(manifestPlace(tag)).toMatchObject({ host: { url }, path });
  });

  it('a registry manifest of another host is not asked for', () => {
    expect(manifestPlace('my.registry:5000/a/b/c:x')).toBeNull();
  });

  it('a registry manifest gives layers, config included, and the digest that /api/tags will show', () => {
    expect(readManifest(Buffer.from(text))).toEqual({
      digest: createHash('sha256').update(text).digest('hex'),
      layers: [
        { digest, sizeBytes: 1000 },
        { digest, sizeBytes: 473 },
      ],
      totalBytes: 1473,
    });
  });

  it('a registry manifest is null for a list of manifests, an error page, or a registry out of reach', async () => {
    expect(readManifest(Buffer.from('{"manifests":[]}'))).toBeNull();
    const fake = await startFakeOllama({ impostor: { status: 200, contentType: 'text/html', body: '<p>' } });
    const place = { host: parseOllamaHost(fake.host), path: '/v2/x' };
    expect(await fetchManifest('gemma4:12b', { place })).toBeNull();
    await fake.close();
    expect(await fetchManifest('gemma4:12b', { place })).toBeNull();
    expect(await fetchManifest('gemma4\ud800:12b')).toBeNull();
  });
});
