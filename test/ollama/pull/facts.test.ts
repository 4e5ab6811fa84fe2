import { afterAll, describe, expect, it } from 'vitest';
import { readDisk } from '../../../src/machine/host/disk.ts';
import { createClient } from '../../../src/ollama/api/client.ts';
import { parseOllamaHost } from '../../../src/ollama/http/host.ts';
import { checkBeforePull } from '../../../src/ollama/pull/checks.ts';
import { gatherFacts } from '../../../src/ollama/pull/facts.ts';
import type { PullPlan } from '../../../src/ollama/pull/plan.ts';
import type { FakeOllama } from '../../fake-ollama/index.ts';
import { type FakeFacts, fakeSystem } from '../../machine/replay.ts';
import { startServer } from '../pull-scene.ts';

const layer = { digest: `sha256:${'c'.repeat(64)}`, sizeBytes: 7.5e9 };
const disk = (freeBytes: number) => ({ totalBytes: 2e12, freeBytes, typeId: 0 });
const plan: PullPlan = {
  build: {
    tag: 'gemma4:12b',
    minimumOllama: '0.30.5',
    platforms: null,
    downloadBytes: 8e9,
    oldFormat: false,
    mlx: false,
  },
  fit: null,
  contextTokensPerSequence: 4096,
  microBatch: null,
  sampling: null,
  prediction: null,
  settings: [],
};
const service = '/etc/systemd/system/ollama.service';

const servers: FakeOllama[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** Both answers to "how much is free where the server keeps its models": that of check and doctor, and that of pull. */
async function bothDisks(facts: Partial<FakeFacts>) {
  const fake = await startServer();
  servers.push(fake);
  const system = fakeSystem(facts);
  const client = createClient(parseOllamaHost(fake.host));
  const gathered = await gatherFacts({
    client,
    system,
    choice: plan,
    version: '0.33.0',
    tags: [],
    fetchManifest: async () => ({ digest: 'a'.repeat(64), layers: [layer], totalBytes: layer.sizeBytes }),
  });
  return { shown: await readDisk(system), pull: gathered.disk, stop: checkBeforePull(gathered).stop?.finding ?? null };
}

describe('the disk that a first pull looks at', () => {
  const files = {
    [service]: '[Service]\nUser=ollama\n',
    [`${service}.d/override.conf`]: '[Service]\nEnvironment="OLLAMA_MODELS=/data/models"\n',
  };

  it('the disk that a first pull looks at is the one that the service writes to, and a full one stops the pull', async () => {
    const found = await bothDisks({ files, space: { '/data': disk(1e9), '/': disk(900e9) } });
    expect(found.pull).toEqual({ folder: '/data/models', freeBytes: 1e9 });
    expect(found.stop).toMatchObject({ code: 'disk-short', folder: '/data/models', freeBytes: 1e9 });
  });

  it.each<[string, Partial<FakeFacts>]>([
    ['of a drop-in', { files }],
    ['of the variable', { env: { OLLAMA_MODELS: '/data/mine' } }],
    ['of launchd', { platform: 'darwin', programs: [{ head: 'launchctl getenv OLLAMA_MODELS', body: '/data/x\n' }] }],
    ['of the snap', { files: { '/var/snap/ollama/common/models/x': '' } }],
    ['at home', { files: { '/home/alice/.ollama/models/blobs/x': '' } }],
  ])('the disk that a first pull looks at is the one that check and doctor show: %s', async (_, facts) => {
    const { shown, pull } = await bothDisks({ ...facts, space: { '/data': disk(1e12), '/': disk(900e9) } });
    expect(pull?.freeBytes).toBe(shown?.freeBytes);
    expect(pull?.freeBytes).not.toBeUndefined();
  });

  it('the disk that a first pull looks at is not guessed where nothing says that this user’s home is the place', async () => {
    expect((await bothDisks({ space: { '/': disk(1) } })).pull).toBeNull();
  });
});
