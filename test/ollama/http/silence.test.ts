import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'vitest';
import { createClient } from '../../../src/ollama/api/client.ts';
import { parseOllamaHost } from '../../../src/ollama/http/host.ts';

it.concurrent.for([
  ['empty lines', '\n', true],
  ['spaces', '   ', true],
  ['words', '{"status":"pulling"}\n', false],
] as const)('a stream of %s is silence: %s %s', async ([_what, piece, silent], { expect, onTestFinished }) => {
  const server = createServer((_, response) => {
    const sending = setInterval(() => response.write(piece), 2);
    response.on('close', () => clearInterval(sending));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createClient(parseOllamaHost(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  const stop = new AbortController();
  const told: number[] = [];
  const onSilence = (silentMs: number) => void told.push(silentMs);
  setTimeout(() => stop.abort(new Error('enough')), 800);
  const reading = (async () => {
    for await (const _ of client.pull({ model: 'x' }, { signal: stop.signal, onSilence, silenceMs: 200 }));
  })();
  await expect(reading).rejects.toThrow('enough');
  expect(told.length > 0).toBe(silent);
});
