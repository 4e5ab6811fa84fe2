/**
 * The fake server of the tests beside a real one: what the fake answers, the real one answers too, in the same shape. What only the real one
 * says besides is its own affair; what only the fake says would be an invention.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeOllama, startFakeOllama } from '../fake-ollama/index.ts';
import { model12b, remote12b } from '../ollama/models.ts';
import { type RealOllama, startOllama } from '../tools/real-ollama.ts';
import { type Registry, startRegistry } from '../tools/registry.ts';
import { tinyGemma4 } from '../tools/tiny-gemma4.ts';

const binary = process.env.GEMMA_FIT_OLLAMA_BINARY ?? '';

/** Every path of a JSON value with the kind of what lies there; the rows of a list are one. */
function shape(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => shape(item, `${path}[]`)))];
  if (value === null || typeof value !== 'object') return [`${path}: ${value === null ? 'null' : typeof value}`];
  return Object.entries(value).flatMap(([key, item]) => shape(item, `${path}.${key}`));
}

/** What differs from model to model, and is no shape: keys of the model itself, its own parameters. */
const own = /^\.(model_info|projector_info|tensors)/;
const lacking = (fake: unknown, real: unknown): string[] => {
  const there = new Set(shape(real));
  return shape(fake).filter((path) => !own.test(path) && !there.has(path) && !path.endsWith(': null'));
};

describe.runIf(binary !== '')('the fake server says nothing that a real Ollama does not', () => {
  let folder: string;
  let registry: Registry;
  let real: RealOllama;
  let fake: FakeOllama;
  let base: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gemma-fit-real-'));
    registry = await startRegistry();
    base = `${registry.address}/library/gemma4:12b`;
    registry.publish(
      'library/gemma4:12b',
      [
        { kind: 'model', bytes: tinyGemma4('shared', 7) },
        { kind: 'license', bytes: Buffer.from('a licence') },
        { kind: 'params', bytes: Buffer.from('{"temperature":1,"top_k":64,"top_p":0.95}') },
      ],
      {
        model_format: 'gguf',
        model_family: 'gemma4',
        model_families: ['gemma4'],
        model_type: '12B',
        file_type: 'Q4_K_M',
        renderer: 'gemma4',
        parser: 'gemma4',
        architecture: 'amd64',
        os: 'linux',
      },
    );
    real = await startOllama(binary, folder, {});
    fake = await startFakeOllama({ registry: { [model12b.name]: remote12b } });
  }, 60_000);

  afterAll(async () => {
    await real?.kill();
    await Promise.all([fake?.close(), registry?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (host: string, path: string, body?: unknown): Promise<unknown[]> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const text = await (await fetch(`http://${host}${path}`, init)).text();
    return text
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };
  const both = async (path: string, body: (model: string) => unknown) => ({
    fake: await ask(fake.host, path, body(model12b.name)),
    real: await ask(real.host, path, body(base)),
  });

  it('the fake server says nothing that a real Ollama does not of a pull: the lines, and the words of its phases', async () => {
    // Slowly, for Ollama tells of a layer every 60 ms.
    registry.fault = 'slow';
    const lines = await both('/api/pull', (model) => ({ model, stream: true, insecure: true }));
    expect(lacking(lines.fake, lines.real)).toEqual([]);
    const phases = (list: unknown[]) => [
      ...new Set(list.map((line) => String((line as { status: string }).status).replace(/[0-9a-f]{12}/, 'DIGEST'))),
    ];
    expect(phases(lines.fake).filter((phase) => !phases(lines.real).includes(phase))).toEqual([]);
    expect(phases(lines.real).at(-1)).toBe('success');
  }, 60_000);

  it.each([
    ['the version', '/api/version'],
    ['the list', '/api/tags'],
  ])('the fake server says nothing that a real Ollama does not of %s', async (_what, path) => {
    expect(lacking(await ask(fake.host, path), await ask(real.host, path))).toEqual([]);
  });

  it('the fake server says nothing that a real Ollama does not of one model', async () => {
    const shown = await both('/api/show', (model) => ({ model, verbose: true }));
    expect(lacking(shown.fake, shown.real)).toEqual([]);
  });

  it('the fake server says nothing that a real Ollama does not of a new tag', async () => {
    const lines = await both('/api/create', (from) => ({ model: 'mine:12b', from, parameters: { num_ctx: 2048 } }));
    expect(lacking(lines.fake, lines.real)).toEqual([]);
    expect(lines.real.at(-1)).toEqual({ status: 'success' });
  }, 60_000);

  it('the fake server says nothing that a real Ollama does not of a load, an answer and what is loaded then', async () => {
    const load = await both('/api/generate', () => ({ model: 'mine:12b', stream: false }));
    expect(lacking(load.fake, load.real)).toEqual([]);
    const request = { model: 'mine:12b', prompt: 'a boat', stream: false, options: { num_predict: 9 } };
    const answer = await both('/api/generate', () => request);
    expect(lacking(answer.fake, answer.real)).toEqual([]);
    expect(lacking(await ask(fake.host, '/api/ps'), await ask(real.host, '/api/ps'))).toEqual([]);
  }, 60_000);

  it('the fake server says nothing that a real Ollama does not of a model that is not there', async () => {
    const missing = await both('/api/show', () => ({ model: 'nothing:1b' }));
    expect(lacking(missing.fake, missing.real)).toEqual([]);
    expect(missing.fake).toEqual(missing.real);
  });
});
