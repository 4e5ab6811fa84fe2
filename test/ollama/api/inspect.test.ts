import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { foldModels, inspectServer } from '../../../src/ollama/api/inspect.ts';
import type { TagModel } from '../../../src/ollama/api/types.ts';
import { type FakeOllama, startFakeOllama } from '../../fake-ollama/index.ts';
import { model12b } from '../models.ts';

let fake: FakeOllama | null = null;
afterEach(() => fake?.close());

describe('a look at the server', () => {
  it('a look at the server names version, gemma4 models and what is loaded', async () => {
    const other = { name: 'llama3:8b', digest: 'a'.repeat(64), sizeBytes: 4e9, family: 'llama' };
    fake = await startFakeOllama({ version: '0.40.2', models: [model12b, other] });
    fake.state.loaded.set('llama3:8b', { contextTokens: 4096 });
    expect(await inspectServer({ env: { OLLAMA_HOST: fake.host } })).toEqual({
      host: `http://${fake.host}`,
      remote: false,
      version: '0.40.2',
      installed: [
        { name: 'gemma4:12b', sizeBytes: 7_556_508_396, digest: model12b.digest, modifiedAt: '2026-10-12T08:00:00Z' },
      ],
      loaded: [{ name: 'llama3:8b', sizeBytes: 4e9, deviceBytes: 4e9, contextTokens: 4096 }],
    });
  });

  it('a look at the server is null, and no error, when nothing answers or another program does', async () => {
    fake = await startFakeOllama({ impostor: { status: 200, contentType: 'text/html', body: '<p>' } });
    expect(await inspectServer({ env: { OLLAMA_HOST: fake.host } })).toBeNull();
    await fake.close();
    expect(await inspectServer({ env: { OLLAMA_HOST: fake.host } })).toBeNull();
    expect(await inspectServer({ env: { OLLAMA_HOST: 'ftp://x' } })).toBeNull();
  });

  it('a look at the server is null in time when a program takes the connection and says nothing', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    expect(await inspectServer({ env: { OLLAMA_HOST: `127.0.0.1:${port}` }, timeoutMs: 30 })).toBeNull();
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it('a look at the server folds duplicates to the newer row and hides conversion copies', () => {
    const row = (name: string, modifiedAt: string, family = 'gemma4'): TagModel => ({
      name,
      modifiedAt,
      family,
      sizeBytes: 1,
      digest: null,
      format: 'gguf',
      families: [],
      parentModel: null,
      parameterSize: null,
      quantization: null,
    });
    const rows = [
      row('gemma4:26b', '2026-10-09'),
      row('gemma4:26b', '2026-10-10'),
      row(`llamacpp:${'a'.repeat(64)}`, '2026'),
    ];
    expect(foldModels([...rows, row('qwen:1b', '2026', 'qwen3')])).toEqual([row('gemma4:26b', '2026-10-10')]);
  });
});
