import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { PullEvent } from '../../src/ollama/events.ts';
import type { FakeOllama, FakeOptions, PullFault } from '../fake-ollama/index.ts';
import { pullFrom, shownBytes, startServer } from './pull-scene.ts';

let fake: FakeOllama;
afterEach(() => fake.close());
const start = async (options: FakeOptions = {}) => {
  fake = await startServer(options);
};
const pull = (options: Parameters<typeof pullFrom>[1] = {}) => pullFrom(fake, options);

describe('a pull that breaks', () => {
  it.each<PullFault>([{ kind: 'no-success' }, { kind: 'truncate', afterBytes: 400 }, { kind: 'cut', afterBytes: 400 }])(
    'a pull that breaks by $kind is no success',
    async (fault) => {
      await start({ pullFaults: [fault] });
      expect((await pull()).error).toMatchObject({ code: expect.stringMatching(/pull-failed|ollama-unreachable/) });
    },
  );

  it('a pull that breaks waits out a cancelled pull of the same bytes that the server still ends', async () => {
    await start({ pullFaults: [{ kind: 'error-line', afterLayers: 0, text: 'context canceled' }] });
    const { events, error } = await pull({ attempts: 2 });
    expect(error).toBeNull();
    expect(events.filter((e) => e.type === 'retry')).toHaveLength(1);
  });

  it('a pull that breaks goes on where it stopped, with growing pauses', async () => {
    const cut: PullFault = { kind: 'cut', afterBytes: 30 };
    await start({ pullFaults: [cut, cut, { kind: 'cut', afterBytes: 500 }, cut] });
    const { events, error } = await pull({ attempts: 4 });
    expect(error).toBeNull();
    expect(events.flatMap((e) => (e.type === 'retry' ? [e.delayMs] : []))).toEqual([1000, 2000, 1000, 2000]);
    expect(events.at(-1)).toMatchObject({ type: 'pulled', downloadedBytes: shownBytes });
  });

  it('a pull that breaks fetches a blob with a wrong checksum again', async () => {
    await start({ pullFaults: [{ kind: 'digest-mismatch' }] });
    const { events, error } = await pull({ attempts: 2 });
    expect(error).toBeNull();
    expect(events.find((e) => e.type === 'retry')).toMatchObject({ restart: true });
  });

  it.each([
    'read tcp 10.0.0.2:5->104.21.75.227:443: wsarecv: An existing connection was forcibly closed by the remote host.',
    'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR',
    'stream error: stream ID 3; INTERNAL_ERROR; received from peer',
  ])('a pull that breaks is tried again after an error that passes: %s', async (text) => {
    await start({ pullFaults: [{ kind: 'error-line', afterLayers: 0, text }] });
    const { events, error } = await pull({ attempts: 2 });
    expect(error).toBeNull();
    expect(events.find((e) => e.type === 'retry')).toMatchObject({
      reason: expect.stringContaining('does not answer as it should'),
    });
  });

  it('a pull that breaks blames a broken part file where Ollama ends the download at once, twice, and names the folder', async () => {
    const bare: PullFault = { kind: 'error-line', afterLayers: 0, text: 'EOF' };
    await start({ pullFaults: Array.from({ length: 6 }, () => bare) });
    const { error, events } = await pull({ attempts: 6, modelsFolder: '/data/models' });
    expect(error).toMatchObject({
      code: 'pull-failed',
      hint: expect.stringContaining('*-partial* in /data/models/blobs'),
    });
    expect(events.filter((e) => e.type === 'retry')).toHaveLength(1);
  });

  it('a pull that breaks blames the network for one bare end, and for ends after bytes have come', async () => {
    const bare: PullFault = { kind: 'error-line', afterLayers: 0, text: 'EOF' };
    await start({ pullFaults: [bare, { kind: 'cut', afterBytes: 500 }, bare] });
    expect((await pull({ attempts: 6 })).error).toBeNull();
  });

  it('a pull that breaks speaks of a download that broke off only where one had begun', async () => {
    const text = 'pull model manifest: 500: internal server error';
    await start({ pullFaults: [{ kind: 'error-line', afterLayers: 0, text }] });
    const { error } = await pull();
    expect(error).toMatchObject({
      message: expect.stringContaining('does not answer as it should'),
      hint: expect.not.stringContaining('kept'),
    });
    await fake.close();
    await start({ pullFaults: [{ kind: 'error-line', afterLayers: 1, text: 'max retries exceeded' }] });
    expect((await pull()).error).toMatchObject({
      message: expect.stringContaining('broke off'),
      hint: expect.stringContaining('kept'),
    });
  });

  it('a pull that breaks says that a web page answered where a captive portal did', async () => {
    const text = "pull model manifest: invalid character '<' looking for beginning of value";
    await start({ pullFaults: [{ kind: 'error-line', afterLayers: 0, text }] });
    expect((await pull({ attempts: 6 })).error).toMatchObject({ message: expect.stringContaining('web page') });
  });

  it('a pull that breaks for a proxy that nobody knows is a registry out of reach, not an unknown tag', async () => {
    const text = 'pull model manifest: proxyconnect tcp: dial tcp: lookup proxy: host not found';
    await start({ pullFaults: [{ kind: 'error-line', afterLayers: 0, text }] });
    expect((await pull()).error).toMatchObject({ message: expect.stringContaining('cannot reach the registry') });
  });

  it('a pull that breaks is not tried again when that cannot help', async () => {
    await start({ registry: {} });
    await pull({ attempts: 5 });
    expect(fake.state.requests.filter((r) => r.path === '/api/pull')).toHaveLength(1);
  });

  it('a pull that breaks ends at the signal, and the parts stay', async () => {
    await start();
    const controller = new AbortController();
    const onEvent = (e: PullEvent) =>
      e.type === 'progress' && e.completedBytes > 0 && controller.abort(new Error('stopped'));
    const { error } = await pull({ signal: controller.signal, onEvent });
    expect(error).toMatchObject({ message: 'stopped' });
    expect(fake.state.partials.size + fake.state.blobs.size).toBeGreaterThan(0);
  });
});

describe('the server dies at a random byte of a pull', () => {
  it('200 times: no crash, no false success, and the next run finishes', async () => {
    await start();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2400 }),
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

  it('the server dies at a random byte of a pull and partial downloads older than an hour are gone after its restart', async () => {
    await start({ pullFaults: [{ kind: 'die', afterBytes: 500 }] });
    await pull();
    expect(fake.state.partials.size).toBe(1);
    await fake.restart(2);
    expect((await pull()).events.at(-1)).toMatchObject({ downloadedBytes: shownBytes });
  });
});
