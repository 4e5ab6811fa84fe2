import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/ollama/api/client.ts';
import type { PullEvent } from '../../../src/ollama/events.ts';
import { parseOllamaHost } from '../../../src/ollama/http/host.ts';
import { pullModel } from '../../../src/ollama/pull/pull.ts';
import type { FakeOllama, FakeOptions, PullFault } from '../../fake-ollama/index.ts';
import { remote12b } from '../models.ts';
import { phases, progress, pullFrom, shownBytes, startServer, totalBytes } from '../pull-scene.ts';

let fake: FakeOllama;
afterEach(() => fake.close());
const start = async (options: FakeOptions = {}) => {
  fake = await startServer(options);
};
const pull = (options: Parameters<typeof pullFrom>[1] = {}) => pullFrom(fake, options);

describe('a pull', () => {
  it('a pull goes through its phases and ends at success', async () => {
    await start();
    const { events, error } = await pull();
    expect(error).toBeNull();
    expect(phases(events)).toEqual(['manifest', 'download', 'verify', 'write']);
    expect(progress(events).at(-1)).toMatchObject({ completedBytes: shownBytes, totalBytes: shownBytes, layers: 2 });
    expect(events.at(-1)).toEqual({ type: 'pulled', tag: 'gemma4:12b', downloadedBytes: shownBytes });
  });

  it('a pull takes `completed` left out as 0', async () => {
    await start();
    expect(progress((await pull()).events)[0]).toMatchObject({ completedBytes: 0 });
  });

  it('a pull ends at the whole size, though small layers come without a line', async () => {
    await start();
    expect(progress((await pull({ expectedBytes: totalBytes })).events).at(-1)).toMatchObject({
      completedBytes: totalBytes,
    });
  });

  it('a pull knows the end of the bar before all layers are seen when it was told the size', async () => {
    await start();
    expect(progress((await pull({ expectedBytes: totalBytes })).events)[0]).toMatchObject({ totalBytes });
  });

  it('a pull counts cached layers as done and not as downloaded', async () => {
    await start({ blobs: remote12b.layers.slice(0, 1) });
    const { events } = await pull();
    expect(progress(events)[0]).toMatchObject({ completedBytes: remote12b.layers[0]?.sizeBytes });
    expect(events.at(-1)).toMatchObject({ downloadedBytes: shownBytes - (remote12b.layers[0]?.sizeBytes ?? 0) });
  });

  it('a pull reports a step back as it is', async () => {
    await start({ pullFaults: [{ kind: 'decrease' }] });
    const { events, error } = await pull();
    const done = progress(events).map((e) => e.completedBytes);
    expect(done.some((bytes, i) => bytes < (done[i - 1] ?? 0))).toBe(true);
    expect(error).toBeNull();
  });

  it('a pull waits for a silent verification, and says so', async () => {
    let open = () => {};
    const until = new Promise<void>((resolve) => {
      open = resolve;
    });
    await start({ pullFaults: [{ kind: 'silent-verify', until }] });
    const client = createClient(parseOllamaHost(fake.host));
    const waits: PullEvent[] = [];
    await pullModel({
      client,
      tag: 'gemma4:12b',
      silenceMs: 5,
      onEvent: (event) => {
        if (event.type !== 'waiting' || event.phase !== 'verify') return;
        waits.push(event);
        open();
      },
    });
    expect(waits[0]).toMatchObject({ phase: 'verify' });
  });

  it('a pull takes one aggregate and no verifying line for an MLX model', async () => {
    await start({ registry: { 'gemma4:12b': { ...remote12b, tensorModel: true } } });
    const { events, error } = await pull();
    expect(error).toBeNull();
    expect(phases(events)).toEqual(['manifest', 'download', 'write']);
    expect(progress(events).at(-1)).toMatchObject({ completedBytes: totalBytes, layers: 1 });
  });

  it('a pull tells that old layers are removed when a tag moved', async () => {
    await start({ models: [remote12b.model] });
    expect(phases((await pull()).events)).toContain('prune');
  });

  it('a pull reads lines of 8 MB', async () => {
    await start({ pullFaults: [{ kind: 'wide-lines', bytes: 8 * 1024 * 1024 - 400 }] });
    expect((await pull()).error).toBeNull();
  });

  it.each([1, 7, 1000])('a pull reads a stream in pieces of %i bytes', async (size) => {
    await start({ pieces: [size] });
    expect((await pull()).error).toBeNull();
  });
});

const refusals: [string, PullFault | { refusal: string }, string, RegExp][] = [
  [
    'an unknown tag',
    { kind: 'error-line', afterLayers: 0, text: 'pull model manifest: file does not exist' },
    'pull-failed',
    /does not know/,
  ],
  [
    'a server that is too old',
    { refusal: 'pull model manifest: 412: The model you are attempting to pull requires a newer version of Ollama' },
    'ollama-too-old',
    /too old/,
  ],
  [
    'a macOS build elsewhere',
    { refusal: 'pull model manifest: 412: this model requires macOS' },
    'platform',
    /platform/,
  ],
  [
    'MLX without its runtime',
    { refusal: 'this model requires MLX support, but the MLX runtime is not available' },
    'platform',
    /platform/,
  ],
  [
    'a list without a child for this machine',
    { refusal: 'no compatible manifest found for runners: ggml' },
    'platform',
    /platform/,
  ],
  [
    'no network',
    {
      refusal:
        'pull model manifest: Get "https://registry.ollama.ai/v2/": dial tcp: lookup registry.ollama.ai: no such host',
    },
    'pull-failed',
    /cannot reach the registry/,
  ],
  [
    'a full disk',
    { kind: 'error-line', afterLayers: 1, text: 'write /m/blobs/sha256-bb-partial: no space left on device' },
    'disk-full',
    /full/,
  ],
  ['a corrupt blob', { kind: 'digest-mismatch' }, 'pull-failed', /checksum/],
  [
    'a part that fails too often',
    { kind: 'error-line', afterLayers: 1, text: 'max retries exceeded: unexpected EOF' },
    'pull-failed',
    /broke off/,
  ],
  ['a bad name', { kind: 'http-error', status: 400, text: 'invalid model name' }, 'usage', /name/],
  ['http without insecure', { kind: 'http-error', status: 500, text: 'insecure protocol http' }, 'usage', /name/],
  ['no right to pull', { refusal: 'pull model manifest: unauthorized: access denied' }, 'pull-failed', /refused/],
  [
    'something unknown',
    { kind: 'error-line', afterLayers: 1, text: 'the moon is full' },
    'pull-failed',
    /the moon is full/,
  ],
];

describe('a pull is refused with one clear sentence for', () => {
  it.each(refusals)('%s', async (_, cause, code, message) => {
    if ('refusal' in cause) await start({ registry: { 'gemma4:12b': { ...remote12b, refusal: cause.refusal } } });
    else await start({ pullFaults: [cause] });
    const { events, error } = await pull();
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(/./) });
    expect(events.some((e) => e.type === 'pulled')).toBe(false);
  });
});
