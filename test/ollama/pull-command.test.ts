import { afterEach, describe, expect, it } from 'vitest';
import { type PullCommandOptions, type PullDeps, runPull } from '../../src/commands/pull.ts';
import { CreatedTags } from '../../src/ollama/pull/created-tags.ts';
import type { PullPlan } from '../../src/ollama/pull/plan.ts';
import { stateFolder } from '../../src/system/state-folder.ts';
import { type FakeOllama, type FakeOptions, type PullFault, startFakeOllama } from '../fake-ollama/index.ts';
import { commandIo } from './command-io.ts';
import { model12b, remote12b } from './models.ts';

let fake: FakeOllama;
afterEach(() => fake?.close());

const choice: PullPlan = {
  build: {
    tag: 'gemma4:12b',
    minimumOllama: '0.30.5',
    platforms: null,
    downloadBytes: 7_556_508_396,
    oldFormat: false,
    mlx: false,
  },
  fit: { verdict: 'gpu', needBytes: 9e9, freeBytes: 15e9, gpuLayers: 49, totalLayers: 49 },
  contextTokensPerSequence: 32_768,
  microBatch: 512,
  sampling: { temperature: 1, topP: 0.95, topK: 64, repeatPenalty: 1 },
  prediction: null,
  settings: [],
};

interface Setup {
  server?: FakeOptions;
  options?: Partial<PullCommandOptions>;
  deps?: Partial<PullDeps>;
  io?: Parameters<typeof commandIo>[1];
  choice?: Partial<PullPlan>;
  /** Called with the interrupt function at the first bytes of the download. */
  during?: (interrupt: () => void) => void;
}

/** As the command line has them where nothing is typed. */
const noOptions: PullCommandOptions = {
  json: false,
  quiet: false,
  color: null,
  debug: false,
  named: true,
  tagName: null,
  yes: false,
  force: false,
  dryRun: false,
  verify: false,
};

async function pull({ server, options, deps, io: surroundings, choice: change, during }: Setup = {}) {
  fake = await startFakeOllama({ registry: { 'gemma4:12b': remote12b }, ...server });
  const scene = await commandIo(fake.host, surroundings);
  if (during) scene.io.stderr.once('data', () => during(scene.interrupt));
  const all: PullCommandOptions = { ...noOptions, ...options };
  const world = {
    choose: async () => ({ ...choice, ...change }),
    machine: { key: 'k', accelerators: [], cpu: null },
    readFreeBytes: async () => null,
    fetchManifest: async () => null,
    sleep: async () => {},
    attempts: 1,
    ...deps,
  };
  const result = await runPull(all, scene.io, async () => world, scene.interrupts).then(
    (exit) => ({ exit, error: null }),
    (error: unknown) => ({ exit: null, error }),
  );
  return { ...result, ...scene };
}

const paths = () => fake.state.requests.map((r) => `${r.method} ${r.path}`);
const events = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });

describe('gemma-fit pull', () => {
  it('downloads, sets up the tag, proves it and says how to use it', async () => {
    const { exit, out, err } = await pull({ options: { verify: true } });
    expect(exit).toBe('ok');
    expect(fake.state.models.get('gemma4-fit:12b')?.parameters).toMatchObject({ num_ctx: 32_768, num_batch: 512 });
    expect(out()).toContain('ollama run gemma4-fit:12b');
    expect(out()).toContain(`http://${fake.host}/v1`);
    expect(err()).toContain('Downloading.');
    expect(err()).toContain('60.0 tok/s');
  });

  it('gemma-fit pull speaks NDJSON on stdout and nothing on stderr with --json', async () => {
    const { out, err } = await pull({ options: { json: true, verify: true } });
    const types = events(out()).map((e) => e.type);
    expect(types[0]).toBe('plan');
    for (const type of ['phase', 'progress', 'pulled', 'tag', 'verified']) expect(types).toContain(type);
    expect(types.at(-1)).toBe('done');
    expect(err()).toBe('');
  });

  it('gemma-fit pull sets up a tag of the weights alone for --text-only, and says what that takes', async () => {
    const textOnly = { textOnly: true, build: { ...choice.build, copyBytes: 7_381_382_048 } };
    const { exit, out, err } = await pull({ choice: textOnly });
    expect(exit).toBe('ok');
    expect(out()).toContain('ollama run gemma4-fit:12b-text');
    expect(err()).toContain('7.4 GB more on the disk');
    expect(fake.state.models.get('gemma4-fit:12b-text')?.capabilities).toEqual(['completion', 'thinking']);
    expect(fake.state.models.has('gemma4-fit:12b')).toBe(false);
  });

  it('gemma-fit pull shows with --dry-run the file that a text-only tag is made of', async () => {
    const textOnly = { textOnly: true, build: { ...choice.build, copyBytes: 7_381_382_048 } };
    const there = await pull({ choice: textOnly, server: { models: [model12b] }, options: { dryRun: true } });
    expect(there.out()).toContain(`"files":{"model.gguf":"sha256:${model12b.digest}"}`);
    const absent = await pull({ choice: textOnly, options: { dryRun: true } });
    expect(absent.out()).toContain('"files":{"model.gguf":"the weights of gemma4:12b"}');
    expect(paths()).not.toContain('POST /api/create');
  });

  it('gemma-fit pull starts the chat with --run, after everything else', async () => {
    const chats: string[] = [];
    const chat = async (tag: string) => {
      chats.push(tag);
      return 'ok' as const;
    };
    expect((await pull({ options: { run: true }, deps: { chat } })).exit).toBe('ok');
    expect(chats).toEqual(['gemma4-fit:12b']);
    await pull({ deps: { chat } });
    expect(chats).toHaveLength(1);
  });

  it('gemma-fit pull shows its requests with --dry-run, and sends none', async () => {
    const { exit, out } = await pull({ options: { dryRun: true } });
    expect(exit).toBe('ok');
    expect(out()).toContain('POST /api/pull {"model":"gemma4:12b","stream":true}');
    expect(out()).toContain(
      'POST /api/create {"model":"gemma4-fit:12b","from":"gemma4:12b","parameters":{"num_ctx":32768',
    );
    expect(paths().filter((p) => p.startsWith('POST'))).toEqual([]);
  });

  it('downloads nothing when the same bytes are installed', async () => {
    const fetchManifest = async () => ({ digest: model12b.digest, layers: [], totalBytes: 1 });
    const { exit, err } = await pull({ server: { models: [model12b] }, deps: { fetchManifest } });
    expect(exit).toBe('ok');
    expect(paths()).not.toContain('POST /api/pull');
    expect(err()).toContain('gemma4:12b is already installed.');
  });

  it('gemma-fit pull uses an installed model as it is when the registry is out of reach', async () => {
    const text =
      'pull model manifest: Get "https://registry.ollama.ai/v2/": dial tcp: lookup registry.ollama.ai: no such host';
    const registry = { 'gemma4:12b': { ...remote12b, refusal: text } };
    const { exit, err } = await pull({ server: { registry, models: [model12b] } });
    expect(exit).toBe('ok');
    expect(err()).toContain('using the installed gemma4:12b.');
    expect(fake.state.models.has('gemma4-fit:12b')).toBe(true);
  });

  it.each([
    '429 Too Many Requests: pull model manifest: 429',
    'pull model manifest: 500: internal server error',
    'pull model manifest: 403: forbidden',
    'Bad Gateway',
    'EOF',
    "invalid character '<' looking for beginning of value",
    'context deadline exceeded',
  ])('gemma-fit pull uses an installed model when the registry cannot be asked: %s', async (refusal) => {
    const registry = { 'gemma4:12b': { ...remote12b, refusal } };
    const { exit, err } = await pull({ server: { registry, models: [model12b] }, deps: { attempts: 6 } });
    expect(exit).toBe('ok');
    expect(err()).toContain('using the installed gemma4:12b.');
    expect(paths().filter((path) => path === 'POST /api/pull')).toHaveLength(1);
  });

  it('gemma-fit pull asks a registry out of reach once for an installed model, and one that broke off again', async () => {
    const pulls = () => paths().filter((p) => p === 'POST /api/pull').length;
    const refusal = 'pull model manifest: dial tcp: lookup registry.ollama.ai: no such host';
    const registry = { 'gemma4:12b': { ...remote12b, refusal } };
    await pull({ server: { registry, models: [model12b] }, deps: { attempts: 6 } });
    expect(pulls()).toBe(1);
    await fake.close();
    const server: FakeOptions = { models: [model12b], pullFaults: [{ kind: 'cut', afterBytes: 600 }] };
    expect((await pull({ server, deps: { attempts: 6 } })).exit).toBe('ok');
    expect(pulls()).toBe(2);
  });

  it('gemma-fit pull knows a tag as its own although the server said nothing after making it', async () => {
    const { io } = await pull({ server: { cutCreate: true }, options: { tagName: 'my-12b' } });
    const own = await new CreatedTags(stateFolder(io.system), `http://${fake.host}`).load();
    expect([fake.state.models.has('my-12b:latest'), own.has('my-12b')]).toEqual([true, true]);
  });

  it('gemma-fit pull fails when stdout is full, before anything is downloaded', async () => {
    const { error } = await pull({ options: { json: true }, io: { full: true } });
    expect(error).toMatchObject({ code: 'ENOSPC' });
    expect(paths()).not.toContain('POST /api/pull');
  });

  it('gemma-fit pull prints the lines for what only the server can set', async () => {
    const settings = [
      { variable: 'OLLAMA_KV_CACHE_TYPE', value: 'q8_0', reason: 'kv-type' as const, gainBytes: 2 ** 29 },
    ];
    const { out } = await pull({ choice: { settings } });
    expect(out()).toContain('Environment="OLLAMA_KV_CACHE_TYPE=q8_0"');
    expect(out()).toContain('(frees 512 MiB)');
  });
});

describe('consent', () => {
  const unnamed = { named: false };

  it('consent is asked of a person', async () => {
    const { exit, err } = await pull({ options: unnamed, io: { tty: true, typed: 'y\n' } });
    expect(exit).toBe('ok');
    expect(err()).toContain('Install gemma4:12b? [Y/n]');
  });

  it('refused, nothing is pulled', async () => {
    const { error } = await pull({ options: unnamed, io: { tty: true, typed: 'n\n' } });
    expect(error).toMatchObject({ code: 'interrupted' });
    expect(paths()).not.toContain('POST /api/pull');
  });

  it('consent cannot be asked in a pipe or a CI: that is an error of usage, unless --yes', async () => {
    expect((await pull({ options: unnamed })).error).toMatchObject({ code: 'needs-confirmation' });
    await fake.close();
    const ci = { tty: true, env: { CI: '1' } };
    expect((await pull({ options: unnamed, io: ci })).error).toMatchObject({ code: 'needs-confirmation' });
    await fake.close();
    expect((await pull({ options: { ...unnamed, yes: true } })).exit).toBe('ok');
  });
});

describe('refused before the first byte', () => {
  it.each([
    ['an old server', { server: { version: '0.30.4' } }, 'ollama-too-old'],
    ['another platform', { choice: { build: { ...choice.build, platforms: ['darwin-arm64'] } } }, 'platform'],
    ['a model that does not fit', { choice: { fit: { ...choice.fit, verdict: 'no' } as PullPlan['fit'] } }, 'no-fit'],
    [
      'a name that another has',
      { server: { models: [{ ...model12b, name: 'mine:12b' }] }, options: { tagName: 'mine:12b' } },
      'tag-taken',
    ],
    ['a name that Ollama does not take', { options: { tagName: 'my model 12b' } }, 'usage'],
    ['an empty name', { options: { tagName: '' } }, 'usage'],
  ] as [string, Setup, string][])('%s', async (_, setup, code) => {
    expect((await pull(setup)).error).toMatchObject({ code });
    expect(paths()).not.toContain('POST /api/pull');
  });

  it('pull --force goes on where the model does not fit', async () => {
    const fit = { ...choice.fit, verdict: 'no' } as PullPlan['fit'];
    expect((await pull({ choice: { fit }, options: { force: true } })).exit).toBe('ok');
  });

  it('no server: how to install Ollama here', async () => {
    fake = await startFakeOllama();
    await fake.close();
    const scene = await commandIo(fake.host);
    const deps = {
      choose: async () => choice,
      machine: { key: '', accelerators: [], cpu: null },
      readFreeBytes: async () => null,
    };
    const run = runPull(noOptions, scene.io, async () => deps, scene.interrupts);
    await expect(run).rejects.toMatchObject({
      code: 'ollama-unreachable',
      hint: expect.stringContaining('install.sh'),
    });
  });
});

describe('a download that goes wrong', () => {
  it.each<[string, PullFault, string]>([
    [
      'disk full',
      { kind: 'error-line', afterLayers: 1, text: 'write x-partial: no space left on device' },
      'disk-full',
    ],
    ['stream cut', { kind: 'truncate', afterBytes: 500 }, 'pull-failed'],
    ['server dies', { kind: 'die', afterBytes: 500 }, 'ollama-unreachable'],
  ])('%s: one error, no tag', async (_, fault, code) => {
    expect((await pull({ server: { pullFaults: [fault] } })).error).toMatchObject({ code });
    expect(fake.state.models.has('gemma4-fit:12b')).toBe(false);
  });

  it('a download that goes wrong tells it as an event with --json', async () => {
    const { exit, out } = await pull({ server: { pullFaults: [{ kind: 'no-success' }] }, options: { json: true } });
    expect(exit).toBe('pull-failed');
    expect(events(out()).at(-1)).toMatchObject({ type: 'error', code: 'pull-failed' });
  });

  it('a download that goes wrong tells a refusal of the server in the same way', async () => {
    const impostor = { status: 500, contentType: 'application/json', body: '{"error":"open manifests: denied"}' };
    const { exit, out } = await pull({ server: { impostor }, options: { json: true } });
    expect(exit).toBe('ollama-unavailable');
    expect(events(out())).toMatchObject([
      { type: 'error', code: 'ollama-error', message: expect.stringContaining('open manifests: denied') },
    ]);
  });
});

describe('Ctrl-C', () => {
  const until = new Promise<void>(() => {});

  it('Ctrl-C stops the download, says that it resumes and until when', async () => {
    const { error, left } = await pull({
      server: { pullFaults: [{ kind: 'silent-verify', until }] },
      during: (interrupt) => interrupt(),
    });
    expect(error).toMatchObject({
      code: 'interrupted',
      hint: expect.stringMatching(/run the same command again.*one hour/),
    });
    expect(left()).toBe(false);
  });

  it('twice leaves at once', async () => {
    const { left } = await pull({
      server: { pullFaults: [{ kind: 'silent-verify', until }] },
      during: (interrupt) => {
        interrupt();
        interrupt();
      },
    });
    expect(left()).toBe(true);
  });
});
