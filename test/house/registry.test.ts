import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compareWithRegistry, printTable } from '../../scripts/registry.mjs';
import type { Build } from '../../src/data/schema.ts';
import { buildById } from '../../src/data/tables.ts';
import { type Registry, startRegistry } from '../tools/registry.ts';
import { root } from './sources.ts';

const day = '2030-01-02';
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function registry(): Promise<Registry> {
  const made = await startRegistry();
  opened.push(made);
  return made;
}

/** A server that answers every request with one body. */
async function answering(body: string, status = 200): Promise<string> {
  const server: Server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  opened.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const rowOf = (id: string, digests: string[]): Build => {
  const row = buildById(id);
  if (row === null) throw new Error(`no build ${id}`);
  return { ...row, digests: { ...row.digests, manifests: digests } };
};
const layers = [{ kind: 'model' as const, bytes: Buffer.from('weights') }];

describe('the table beside the registry', () => {
  it('the table beside the registry has nothing to say while the digest is a known one', async () => {
    const fake = await registry();
    const digest = fake.publish('library/gemma4:12b-it-qat', layers, {}).slice(0, 12);
    const rows = [rowOf('12b-it-qat', ['000000000000', digest])];
    const compared = await compareWithRegistry(rows, { registry: `http://${fake.address}`, page: null }, day);
    expect(compared).toEqual({ notes: [], rows });
  });

  it('the table beside the registry takes over a new digest with its size and day, keeps the older ones and says so', async () => {
    const fake = await registry();
    const digest = fake.publish('library/gemma4:12b-it-qat', layers, {}).slice(0, 12);
    const rows = [rowOf('12b-it-qat', ['38044be4f923'])];
    const compared = await compareWithRegistry(rows, { registry: `http://${fake.address}`, page: null }, day);
    expect(compared.rows[0]?.digests.manifests).toEqual([digest, '38044be4f923']);
    expect(compared.rows[0]?.date).toBe(day);
    expect(compared.rows[0]?.published.bytes).toBeGreaterThan('weights'.length);
    expect(compared.notes).toEqual([expect.stringContaining(`manifest ${digest} (was 38044be4f923)`)]);
  });

  it('the table beside the registry tells the children of a list apart by their runner', async () => {
    const children = [
      { digest: `sha256:${'a'.repeat(64)}`, runner: 'llamacpp' },
      { digest: `sha256:${'b'.repeat(64)}`, runner: 'mlx' },
    ];
    const address = await answering(JSON.stringify({ manifests: children }));
    const rows = [rowOf('12b', []), rowOf('12b+mlx', [])];
    const compared = await compareWithRegistry(rows, { registry: address, page: null }, day);
    expect(compared.rows.map(({ digests }) => digests.manifests)).toEqual([['a'.repeat(12)], ['b'.repeat(12)]]);
  });

  it('the table beside the registry names tags that are gone, and tags of the page that it has no row for', async () => {
    const fake = await registry();
    const page = await answering('<a href="/library/gemma4:12b-it-qat"> <a href="/library/gemma4:9b">');
    const rows = [rowOf('12b-it-qat', [])];
    const compared = await compareWithRegistry(rows, { registry: `http://${fake.address}`, page }, day);
    expect(compared.rows).toEqual(rows);
    expect(compared.notes).toEqual([
      '`gemma4:12b-it-qat` is gone from the registry.',
      '`gemma4:9b` is new in the library: add a row.',
    ]);
  });

  it('the table beside the registry fails where the registry does not answer as one: an outage is not a change', async () => {
    const address = await answering('busy', 503);
    const asked = compareWithRegistry([rowOf('12b-it-qat', [])], { registry: address, page: null }, day);
    await expect(asked).rejects.toThrow('answered 503');
  });

  it('the table beside the registry is written as it is kept: a change of one row is a change of one line', () => {
    const text = readFileSync(join(root, 'data', 'builds.json'), 'utf8');
    expect(printTable(JSON.parse(text))).toBe(text);
  });
});
