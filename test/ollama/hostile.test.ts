import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FitError } from '../../src/errors.ts';
import { createClient, type OllamaClient, ServerError } from '../../src/ollama/api/client.ts';
import { inspectServer } from '../../src/ollama/api/inspect.ts';
import { shapeOfShown } from '../../src/ollama/api/shown-shape.ts';
import { parseOllamaHost } from '../../src/ollama/http/host.ts';
import { parseLoadLog } from '../../src/ollama/verify/log.ts';

let body = '';
let status = 200;
const server = createServer((_, response) => response.writeHead(status).end(body));
let client: OllamaClient;
let host: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createClient(parseOllamaHost(host));
});
afterAll(() => void server.close());

/** JSON with Ollama's names and any values. */
const names = [
  'models',
  'name',
  'size',
  'digest',
  'details',
  'family',
  'version',
  'error',
  'status',
  'total',
  'tensors',
  'shape',
  'model_info',
];
const like = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, -1, 1e300, '', 'x\u001b[2J', '__proto__'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
  ),
})).value;

const known = (error: unknown) => error instanceof FitError || error instanceof ServerError;

async function drain(lines: AsyncIterable<unknown>) {
  for await (const line of lines) expect(JSON.stringify(line)).not.toContain('\\u001b');
}

describe('a hostile server', () => {
  it('a hostile server gets an error that is known, or an answer without control characters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          like.map((v) => JSON.stringify(v)),
          fc.string(),
        ),
        fc.constantFrom(200, 400, 500),
        async (text, code) => {
          body = text;
          status = code;
          const calls = [
            client.version(),
            client.tags(),
            client.running(),
            client.show('x').then(shapeOfShown),
            drain(client.pull({ model: 'x' })),
          ];
          for (const outcome of await Promise.allSettled(calls)) {
            if (outcome.status === 'rejected') expect(known(outcome.reason), String(outcome.reason)).toBe(true);
            if (outcome.status === 'rejected') expect(outcome.reason.message).not.toMatch(/\p{Cc}/u);
            if (outcome.status === 'fulfilled') expect(JSON.stringify(outcome.value) ?? '').not.toContain('\\u001b');
          }
          await inspectServer({ env: { OLLAMA_HOST: host } });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a hostile server has a log that is read or passed over', () => {
    const piece = fc.constantFrom(
      'starting llama-server cmd="',
      '"',
      '-c ',
      '9'.repeat(40),
      ' buffer size = ',
      'CUDA0',
      'MiB',
      '\n',
      'map[',
      'model',
      'server config',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((p) => p.join('')),
        (text) => void parseLoadLog(text),
      ),
    );
  });
});
