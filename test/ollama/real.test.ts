/**
 * Pull, derive and verify against a real Ollama. Runs when GEMMA_FIT_REAL_OLLAMA names a server that may be used for
 * it (`127.0.0.1:11435`); it pulls tiny random models from a registry that this test starts on loopback, so the server
 * must be on this machine. GEMMA_FIT_REAL_LOG may name the server's log.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, type OllamaClient } from '../../src/ollama/api/client.ts';
import { shapeOfShown } from '../../src/ollama/api/shown-shape.ts';
import type { PullEvent } from '../../src/ollama/events.ts';
import { parseOllamaHost } from '../../src/ollama/http/host.ts';
import { createDerived, type DerivedTag } from '../../src/ollama/pull/derived-tag.ts';
import { pullModel } from '../../src/ollama/pull/pull.ts';
import { fetchManifest } from '../../src/ollama/pull/registry.ts';
import { verifyModel } from '../../src/ollama/verify/verify.ts';
import { type Registry, startRegistry } from '../tools/registry.ts';
import { tinyGemma4 } from '../tools/tiny-gemma4.ts';

const address = process.env.GEMMA_FIT_REAL_OLLAMA;
const logFile = process.env.GEMMA_FIT_REAL_LOG;

const config = { model_format: 'gguf', model_family: 'gemma4', model_families: ['gemma4'], model_type: '5.1B' };
const whole = {
  ...config,
  file_type: 'Q4_K_M',
  renderer: 'gemma4',
  parser: 'gemma4',
  architecture: 'amd64',
  os: 'linux',
};

/** The three parts of a library model, the weights made from a seed. */
const layers = (seed: number) => [
  { kind: 'model' as const, bytes: tinyGemma4('shared', seed) },
  { kind: 'license' as const, bytes: Buffer.from(`licence ${seed}`) },
  { kind: 'params' as const, bytes: Buffer.from('{"temperature":1,"top_k":64,"top_p":0.95}') },
];

describe.runIf(address)('a real Ollama', () => {
  let registry: Registry;
  let client: OllamaClient;
  let base: string;
  const ours = 'gemma4-fit-test:e2b';

  beforeAll(async () => {
    registry = await startRegistry();
    client = createClient(parseOllamaHost(address ?? ''));
    base = `${registry.address}/library/gemma4:e2b-tiny`;
  });

  afterAll(async () => {
    for (const name of [ours, base]) await client.remove(name).catch(() => {});
    await registry.close();
  });

  /** Pulls the base; gives its events, or throws as pullModel does. */
  async function pull(signal?: AbortSignal): Promise<PullEvent[]> {
    const events: PullEvent[] = [];
    const onEvent = (event: PullEvent) => void events.push(event);
    await pullModel({ client, tag: base, insecure: true, onEvent, signal, silenceMs: 200 });
    return events;
  }

  const derive = (change: Partial<DerivedTag> = {}) => {
    const plan = { base, name: ours, contextTokensPerSequence: 2048, microBatch: 128, sampling: null, ...change };
    return createDerived({ client, plan, isOurs: () => true });
  };

  it('a real Ollama tells its version', async () => {
    expect(await client.version()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('a real Ollama says of an unknown tag that the registry does not know it', async () => {
    await expect(pull()).rejects.toMatchObject({ code: 'pull-failed', message: /does not know this model/ });
  });

  it('pulls a tag whose digest is that of the registry’s manifest', async () => {
    const digest = registry.publish('library/gemma4:e2b-tiny', layers(1), whole);
    expect((await pull()).at(-1)).toMatchObject({ type: 'pulled', tag: base });
    const installed = (await client.tags()).find((tag) => tag.name === base);
    const place = { host: parseOllamaHost(registry.address), path: '/v2/library/gemma4/manifests/e2b-tiny' };
    const manifest = await fetchManifest(base, { place });
    expect(installed).toMatchObject({ digest, sizeBytes: manifest?.totalBytes, family: 'gemma4' });
    expect(manifest?.digest).toBe(digest);
  });

  it('a real Ollama removes a corrupt download, and the next try brings it', async () => {
    registry.publish('library/gemma4:e2b-tiny', layers(2), whole);
    registry.fault = 'corrupt';
    const events: PullEvent[] = [];
    const onEvent = (event: PullEvent) => void events.push(event);
    const sleep = async () => {
      registry.fault = 'none';
    };
    await pullModel({ client, tag: base, insecure: true, onEvent, sleep });
    expect(events.filter((e) => e.type === 'retry')).toMatchObject([{ restart: true, reason: /checksum/ }]);
    expect(events.at(-1)).toMatchObject({ type: 'pulled' });
  });

  it('a real Ollama resumes after a cut connection and a cancelled pull', async () => {
    registry.publish('library/gemma4:e2b-tiny', layers(3), whole);
    registry.fault = 'cut';
    await expect(pull(AbortSignal.timeout(1500))).rejects.toMatchObject({ name: 'TimeoutError' });
    registry.fault = 'none';
    expect((await pull()).at(-1)).toMatchObject({ type: 'pulled' });
  }, 60_000);

  it('a real Ollama gives the exact shape of an installed model', async () => {
    const shape = shapeOfShown(await client.show(base, { verbose: true }));
    expect(shape?.architecture).toMatchObject({ layers: 10, sharedKvLayers: 5, windowTokens: 512 });
    expect(shape?.multimodal).toBe(false);
  });

  it('a real Ollama makes, keeps and changes a tag of ours', async () => {
    expect(await derive()).toBe('created');
    expect(await derive()).toBe('unchanged');
    expect(await derive({ contextTokensPerSequence: 3072 })).toBe('updated');
    const shown = await client.show(ours);
    expect(shown.parameters).toMatchObject({ num_ctx: ['3072'], num_batch: ['128'], top_k: ['64'] });
  });

  it('a real Ollama loads the tag with the context and the micro-batch that were baked in', async () => {
    const proof = await verifyModel({
      client,
      tag: ours,
      prediction: null,
      around: {
        readFreeBytes: async () => null,
        readLog: async () => (logFile ? readFile(logFile, 'utf8') : null),
        unique: () => `${process.pid}-${process.hrtime.bigint()}`,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      machine: { key: 'test', accelerators: [], cpu: null },
      toolVersion: '0.1.0',
      now: () => '2026-01-01T00:00:00Z',
      onEvent: () => {},
    });
    expect(proof).toMatchObject({ tag: ours, base });
    expect(proof.measurement).toMatchObject({ loaded: true, loadError: null, contextTokens: 3072, movedBase: null });
    expect(proof.measurement.timing?.evalTokens).toBeGreaterThan(8);
    if (logFile) expect(proof.measurement.log?.command).toMatchObject({ contextTokens: 3072, microBatch: 128 });
    await client.generate({ model: ours, keep_alive: 0 });
    expect((await client.running()).some((m) => m.name === ours)).toBe(false);
  }, 60_000);

  it('a real Ollama tells when the base moved on after our tag was made', async () => {
    registry.publish('library/gemma4:e2b-tiny', layers(4), whole);
    await pull();
    const file = async (tag: string) => /sha256-[0-9a-f]{64}/.exec((await client.show(tag)).modelfile)?.[0];
    expect(await file(ours)).not.toBe(await file(base));
    expect(await derive({ contextTokensPerSequence: 3072 })).toBe('updated');
    expect(await file(ours)).toBe(await file(base));
  });

  it('a real Ollama forgets removed tags', async () => {
    await client.remove(ours);
    await expect(client.show(ours)).rejects.toMatchObject({ status: 404 });
  });
});
