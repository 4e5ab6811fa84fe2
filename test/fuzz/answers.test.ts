import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FitError } from '../../src/errors.ts';
import { createClient, type OllamaClient } from '../../src/ollama/api/client.ts';
import { shapeOfShown } from '../../src/ollama/api/shown-shape.ts';
import { parseOllamaHost } from '../../src/ollama/http/host.ts';
import { readManifest } from '../../src/ollama/pull/registry.ts';
import { parseLoadLog } from '../../src/ollama/verify/log.ts';
import { isWithin } from '../../src/system/json.ts';
import { cpuMsOf, mutation, token, tokens } from './hostile.ts';

let body = '';
const server = createServer((_, response) => void response.end(body));
let client: OllamaClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createClient(parseOllamaHost(`127.0.0.1:${(server.address() as AddressInfo).port}`));
});
afterAll(() => void server.close());

/** Answers as Ollama gives them, to be changed. */
const usual = {
  version: '{"version":"0.33.0"}',
  tags: '{"models":[{"name":"gemma4:12b","size":7600000000,"digest":"abcdef0123456789","modified_at":"2026-11-20T10:00:00Z","details":{"format":"gguf","family":"gemma4","families":["gemma4"],"parent_model":"","parameter_size":"12B","quantization_level":"Q4_0"}}]}',
  running:
    '{"models":[{"name":"gemma4:12b","size":8000000000,"size_vram":8000000000,"digest":"abcdef0123456789","context_length":8192}]}',
  show: '{"parameters":"num_ctx 8192\\nstop \\"<turn>\\"","modelfile":"FROM /x/blobs/sha256-00","details":{"format":"gguf","family":"gemma4"},"model_info":{"general.architecture":"gemma4","gemma4.block_count":48},"tensors":[{"name":"token_embd.weight","type":"Q6_K","shape":[3840,262144]}],"capabilities":["completion","vision"]}',
  generate:
    '{"response":"Hello","done":true,"done_reason":"stop","eval_count":50,"eval_duration":1000000000,"prompt_eval_count":20,"prompt_eval_duration":100000000,"load_duration":5}',
  pull: '{"status":"pulling manifest"}\n{"status":"pulling aa","digest":"sha256:aa","total":100,"completed":50}\n{"status":"verifying sha256 digest"}\n{"status":"success"}\n',
};

async function drained(lines: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const questions: Record<keyof typeof usual, () => Promise<unknown>> = {
  version: () => client.version(),
  tags: () => client.tags(),
  running: () => client.running(),
  show: () => client.show('x', { verbose: true }).then(shapeOfShown),
  generate: () => client.generate({ model: 'x' }).then(({ response: _, thinking: __, ...rest }) => rest),
  pull: () => drained(client.pull({ model: 'x' })),
};

describe('an answer of the server', () => {
  it('an answer of the server that is changed anywhere is understood, or refused as one that is not Ollama’s, in bounded time', async () => {
    const which = fc.constantFrom(...(Object.keys(usual) as (keyof typeof usual)[]));
    await fc.assert(
      fc.asyncProperty(which, mutation, async (question, change) => {
        body = change(usual[question]);
        const asked = questions[question]().catch((error: unknown) => error);
        const { result, cpuMs } = await cpuMsOf(() => asked);
        expect(cpuMs).toBeLessThan(1500);
        if (result instanceof Error) {
          expect(result, String(result.stack)).toBeInstanceOf(FitError);
          expect(result.message).not.toMatch(/\p{Cc}/u);
        } else expect(JSON.stringify(result) ?? '').not.toMatch(/\\u00(0|1)|\u009b|\u202e/);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});

describe('what lies beside the server', () => {
  it('a manifest that is changed is none, or one of whole numbers', () => {
    const manifest = `{"schemaVersion":2,"config":{"digest":"sha256:${'ab'.repeat(32)}","size":5},"layers":[{"digest":"sha256:${'cd'.repeat(32)}","size":4096}]}`;
    fc.assert(
      fc.property(mutation, (change) => {
        let read: ReturnType<typeof readManifest> = null;
        try {
          read = readManifest(Buffer.from(change(manifest)));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
        if (read !== null) expect(Number.isSafeInteger(read.totalBytes)).toBe(true);
      }),
    );
  });

  it('a log of any lines is read in bounded time', async () => {
    const line = fc.array(
      fc.oneof(
        token,
        fc.constantFrom('llama-server cmd="', ' buffer size = ', 'offloaded 9/9 layers', ' -c 4096', 'map[', 'MiB'),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line.map((words) => words.join(' '))),
        fc.constantFrom(1, 500),
        async (lines, times) => {
          const { cpuMs } = await cpuMsOf(() =>
            parseLoadLog(
              lines
                .join('\n')
                .repeat(times)
                .slice(0, 512 * 1024),
            ),
          );
          expect(cpuMs).toBeLessThan(1500);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('JSON that is counted before it is parsed', () => {
  it('JSON that is counted before it is parsed has as many items and levels as the value has', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const bytes = Buffer.from(text);
        const { items, depth } = measured(JSON.parse(text));
        expect(isWithin(bytes, { items, depth })).toBe(true);
        if (items > 0) expect(isWithin(bytes, { items: items - 1, depth: depth - 1 })).toBe(false);
      }),
    );
  });

  it('JSON that is counted before it is parsed is counted in a time that grows with its length alone', async () => {
    for (const piece of ['[', '{"":', '"', '\\"', ',', ...tokens.filter((piece) => piece.length > 0)]) {
      const bytes = Buffer.from(piece.repeat(2_000_000 / piece.length));
      expect((await cpuMsOf(() => isWithin(bytes, { items: 1e9, depth: 1e9 }))).cpuMs).toBeLessThan(375);
    }
  }, 60_000);
});

/** Opening brackets and commas of a value, and how deep it goes. */
function measured(value: unknown): { items: number; depth: number } {
  if (typeof value !== 'object' || value === null) return { items: 0, depth: 0 };
  const inner = Object.values(value).map(measured);
  const sum = inner.reduce((total, { items }) => total + items, 0);
  return { items: 1 + Math.max(0, inner.length - 1) + sum, depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)) };
}
