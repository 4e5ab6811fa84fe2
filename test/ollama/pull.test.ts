import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/ollama/client.ts';
import type { PullEvent } from '../../src/ollama/events.ts';
import { parseOllamaHost } from '../../src/ollama/host.ts';
import { pullModel } from '../../src/ollama/pull.ts';
import { type FakeOllama, type FakeOptions, type PullFault, startFakeOllama } from '../fake-ollama/index.ts';
import { remote12b } from './models.ts';

let fake: FakeOllama;
afterEach(() => fake.close());

const totalBytes = remote12b.layers.reduce((sum, l) => sum + l.sizeBytes, 0);
const start = async (options: FakeOptions = {}) => {
  fake = await startFakeOllama({ registry: { 'gemma4:12b': remote12b }, ...options });
};

/** One pull of gemma4:12b without pauses; gives its events, or its error. */
async function pull(options: Partial<Parameters<typeof pullModel>[0]> = {}) {
  const events: PullEvent[] = [];
  const client = createClient(parseOllamaHost(fake.host));
  const onEvent = (event: PullEvent) => events.push(event);
  const run = pullModel({ client, tag: 'gemma4:12b', onEvent, attempts: 1, sleep: async () => {}, ...options });
  const error = await run.then(
    () => null,
    (e: unknown) => e,
  );
  return { events, error };
}

const phases = (events: PullEvent[]) => events.flatMap((e) => (e.type === 'phase' ? [e.phase] : []));
const progress = (events: PullEvent[]) => events.flatMap((e) => (e.type === 'progress' ? [e] : []));

describe('a pull', () => {
  it('goes through its phases and ends at success', async () => {
    await start();
    const { events, error } = await pull();
    expect(error).toBeNull();
    expect(phases(events)).toEqual(['manifest', 'download', 'verify', 'write']);
    expect(progress(events).at(-1)).toMatchObject({ completedBytes: totalBytes, totalBytes, layers: 5 });
    expect(events.at(-1)).toEqual({ type: 'pulled', tag: 'gemma4:12b', downloadedBytes: totalBytes });
  });

  it('takes `completed` left out as 0', async () => {
    await start();
    expect(progress((await pull()).events)[0]).toMatchObject({ completedBytes: 0 });
  });

  it('knows the end of the bar before all layers are seen when it was told the size', async () => {
    await start();
    expect(progress((await pull({ expectedBytes: totalBytes })).events)[0]).toMatchObject({ totalBytes });
  });

  it('counts cached layers as done and not as downloaded', async () => {
    await start({ blobs: remote12b.layers.slice(0, 1) });
    const { events } = await pull();
    expect(progress(events)[0]).toMatchObject({ completedBytes: remote12b.layers[0]?.sizeBytes });
    expect(events.at(-1)).toMatchObject({ downloadedBytes: totalBytes - (remote12b.layers[0]?.sizeBytes ?? 0) });
  });

  it('reports a step back as it is', async () => {
    await start({ pullFaults: [{ kind: 'decrease' }] });
    const { events, error } = await pull();
    const done = progress(events).map((e) => e.completedBytes);
    expect(done.some((bytes, i) => bytes < (done[i - 1] ?? 0))).toBe(true);
    expect(error).toBeNull();
  });

  it('waits for a silent verification, and says so', async () => {
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

  it('takes one aggregate and no verifying line for an MLX model', async () => {
    await start({ registry: { 'gemma4:12b': { ...remote12b, tensorModel: true } } });
    const { events, error } = await pull();
    expect(error).toBeNull();
    expect(phases(events)).toEqual(['manifest', 'download', 'write']);
    expect(progress(events).at(-1)).toMatchObject({ completedBytes: totalBytes, layers: 1 });
  });

  it('tells that old layers are removed when a tag moved', async () => {
    await start({ models: [remote12b.model] });
    expect(phases((await pull()).events)).toContain('prune');
  });

  it('reads lines of 8 MB', async () => {
    await start({ pullFaults: [{ kind: 'wide-lines', bytes: 8 * 1024 * 1024 - 400 }] });
    expect((await pull()).error).toBeNull();
  });

  it.each([1, 7, 1000])('reads a stream in pieces of %i bytes', async (size) => {
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

describe('a pull that breaks', () => {
  it.each<PullFault>([{ kind: 'no-success' }, { kind: 'truncate', afterBytes: 400 }, { kind: 'cut', afterBytes: 400 }])(
    'by $kind is no success',
    async (fault) => {
      await start({ pullFaults: [fault] });
      expect((await pull()).error).toMatchObject({ code: expect.stringMatching(/pull-failed|ollama-unreachable/) });
    },
  );

  it('waits out a cancelled pull of the same bytes that the server still ends', async () => {
    await start({ pullFaults: [{ kind: 'error-line', afterLayers: 0, text: 'context canceled' }] });
    const { events, error } = await pull({ attempts: 2 });
    expect(error).toBeNull();
    expect(events.filter((e) => e.type === 'retry')).toHaveLength(1);
  });

  it('goes on where it stopped, with growing pauses', async () => {
    const cut: PullFault = { kind: 'cut', afterBytes: 30 };
    await start({ pullFaults: [cut, cut, { kind: 'cut', afterBytes: 700 }, cut] });
    const { events, error } = await pull({ attempts: 4 });
    expect(error).toBeNull();
    expect(events.flatMap((e) => (e.type === 'retry' ? [e.delayMs] : []))).toEqual([1000, 2000, 1000, 2000]);
    expect(events.at(-1)).toMatchObject({ type: 'pulled', downloadedBytes: totalBytes });
  });

  it('fetches a blob with a wrong checksum again', async () => {
    await start({ pullFaults: [{ kind: 'digest-mismatch' }] });
    const { events, error } = await pull({ attempts: 2 });
    expect(error).toBeNull();
    expect(events.find((e) => e.type === 'retry')).toMatchObject({ restart: true });
  });

  it('is not tried again when that cannot help', async () => {
    await start({ registry: {} });
    await pull({ attempts: 5 });
    expect(fake.state.requests.filter((r) => r.path === '/api/pull')).toHaveLength(1);
  });

  it('ends at the signal, and the parts stay', async () => {
    await start();
    const controller = new AbortController();
    const onEvent = (e: PullEvent) =>
      e.type === 'progress' && e.completedBytes > 0 && controller.abort(new Error('stopped'));
    const { error } = await pull({ signal: controller.signal, onEvent });
    expect(error).toMatchObject({ message: 'stopped' });
    await start();
  });
});

describe('the server dies at a random byte of a pull', () => {
  it('200 times: no crash, no false success, and the next run finishes', async () => {
    await start();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4200 }),
        fc.constantFrom('die', 'cut', 'truncate'),
        async (afterBytes, kind) => {
          fake.state.blobs.clear();
          fake.state.partials.clear();
          fake.state.models.clear();
          fake.state.pullFaults.push({ kind, afterBytes } as PullFault);
          const first = await pull();
          const pulled = fake.state.models.has('gemma4:12b');
          if (first.error === null) expect(pulled).toBe(true);
          else expect(first.error).toMatchObject({ code: expect.stringMatching(/pull-failed|ollama-unreachable/) });
          fake.state.pullFaults.length = 0;
          if (kind === 'die') await fake.restart();
          const second = await pull();
          expect(second.error).toBeNull();
          expect(fake.state.models.has('gemma4:12b')).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('and partial downloads older than an hour are gone after its restart', async () => {
    await start({ pullFaults: [{ kind: 'die', afterBytes: 700 }] });
    await pull();
    expect(fake.state.partials.size).toBe(1);
    await fake.restart(2);
    expect((await pull()).events.at(-1)).toMatchObject({ downloadedBytes: totalBytes });
  });
});
