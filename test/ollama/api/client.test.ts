import { afterEach, describe, expect, it } from 'vitest';
import { createClient, type OllamaClient, ServerError } from '../../../src/ollama/api/client.ts';
import { parseOllamaHost } from '../../../src/ollama/http/host.ts';
import { type FakeOllama, type FakeOptions, startFakeOllama } from '../../fake-ollama/index.ts';
import { model12b, remote12b } from '../models.ts';

let fake: FakeOllama;
async function start(options: FakeOptions = {}): Promise<OllamaClient> {
  fake = await startFakeOllama(options);
  return createClient(parseOllamaHost(fake.host));
}
afterEach(() => fake.close());

const collect = async <T>(lines: AsyncIterable<T>) => {
  const all: T[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

describe('the client', () => {
  it('the client reads version, tags, ps and show in its own words', async () => {
    const client = await start({
      version: '0.33.0',
      models: [{ ...model12b, parameters: { num_ctx: 8192, stop: ['<turn|>', 'x'] } }],
    });
    expect(await client.version()).toBe('0.33.0');
    expect(await client.tags()).toMatchObject([{ name: 'gemma4:12b', sizeBytes: 7_556_508_396, family: 'gemma4' }]);
    await client.generate({ model: 'gemma4:12b' });
    expect(await client.running()).toMatchObject([{ name: 'gemma4:12b', contextTokens: 8192 }]);
    const shown = await client.show('gemma4:12b');
    expect(shown.parameters).toEqual({ num_ctx: ['8192'], stop: ['<turn|>', 'x'] });
  });

  it('the client throws the server’s own words, without control characters', async () => {
    const client = await start({
      pullFaults: [{ kind: 'http-error', status: 400, text: 'invalid\u001b[31m model\n name' }],
    });
    await expect(client.show('nope')).rejects.toMatchObject({ status: 404, said: "model 'nope:latest' not found" });
    const error = await collect(client.pull({ model: '?' })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 400, said: 'invalid model name' });
  });

  it('the client finds the message in an error that is JSON in JSON', async () => {
    const text = '{"error":{"code":400,"message":"request (9015 tokens) exceeds the \\"context\\" size","type":"x"}}';
    const client = await start({ models: [model12b], runner: { loadError: { status: 400, text } } });
    await expect(client.generate({ model: 'gemma4:12b' })).rejects.toMatchObject({
      said: 'request (9015 tokens) exceeds the "context" size',
    });
  });

  it('the client throws an error line inside a 200 stream', async () => {
    const client = await start();
    await expect(collect(client.pull({ model: 'gemma4:none' }))).rejects.toMatchObject({
      status: 200,
      said: 'pull model manifest: file does not exist',
    });
  });

  it('the client reads a stream that arrives byte by byte', async () => {
    const client = await start({ registry: { 'gemma4:12b': remote12b }, pieces: [1] });
    const lines = await collect(client.pull({ model: 'gemma4:12b' }));
    expect(lines.at(-1)?.status).toBe('success');
  });

  it('the client says so when nothing listens', async () => {
    const client = await start();
    await fake.close();
    await expect(client.version()).rejects.toMatchObject({ code: 'ollama-unreachable' });
  });

  it.each([
    ['an HTML page', { status: 200, contentType: 'text/html', body: '<html>' }],
    ['another JSON', { status: 200, contentType: 'application/json', body: '{"hello":1}' }],
    ['a 404 page', { status: 404, contentType: 'text/plain', body: 'not here' }],
    ['null', { status: 200, contentType: 'application/json', body: 'null' }],
  ])('the client says so when %s answers', async (_, impostor) => {
    const client = await start({ impostor });
    await expect(client.version()).rejects.toMatchObject({ code: 'ollama-error' });
    await expect(collect(client.pull({ model: 'a' }))).rejects.toMatchObject({ code: 'ollama-error' });
  });

  it('the client ends with the reason of its signal', async () => {
    const client = await start({ models: [model12b], runner: { loadGate: new Promise(() => {}) } });
    const controller = new AbortController();
    const load = client.generate({ model: 'gemma4:12b' }, { signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(load).rejects.toThrow('stop');
  });

  it('the client has no time limit for a silent load, and tells that it waits', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const client = await start({ models: [model12b], runner: { loadGate: gate } });
    const silences: number[] = [];
    const onSilence = (silentMs: number) => {
      silences.push(silentMs);
      if (silences.length === 2) open();
    };
    await client.generate({ model: 'gemma4:12b' }, { onSilence, silenceMs: 5 });
    expect(silences.slice(0, 2)).toEqual([5, 10]);
  });
});
