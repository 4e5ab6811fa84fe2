// `node scripts/registry.mjs [--write]`: asks Ollama's registry what each library tag of data/builds.json holds now, and the library's page
// which tags there are. Prints what differs from the table as Markdown; with --write the new digests and sizes go into data/builds.json.
// What a new digest means (another quantization, a projector of its own) is for a person to read: the workflow opens a pull request.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './bundle.mjs';

const table = join(root, 'data', 'builds.json');
const single = 'application/vnd.docker.distribution.manifest.v2+json';
const list = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** Real addresses; a test passes its own. */
export const places = { registry: 'https://registry.ollama.ai', page: 'https://ollama.com/library/gemma4/tags' };

/** Compares rows of data/builds.json with the registry: the changes, and the updated rows. Throws when an address does not answer. */
export async function compareWithRegistry(rows, { registry, page }, today) {
  const notes = [];
  const changed = new Map();
  const library = rows.filter(({ origin }) => origin === 'library');
  for (const tag of new Set(library.map((row) => row.tag))) {
    const found = await readTag(registry, tag);
    const rowsOfTag = library.filter((row) => row.tag === tag);
    if (found === null) notes.push(`\`${tag}\` is gone from the registry.`);
    else for (const row of rowsOfTag) compareRow(row, found, { notes, changed, today });
  }
  const known = new Set(library.flatMap(({ tag, aliases }) => [tag, ...aliases]));
  for (const tag of await tagsOfPage(page)) {
    if (!known.has(tag)) notes.push(`\`${tag}\` is new in the library: add a row.`);
  }
  return { notes, rows: rows.map((row) => changed.get(row.id) ?? row) };
}

function compareRow(row, found, { notes, changed, today }) {
  const image = found.find(({ mlx }) => mlx === null || mlx === (row.runner === 'mlx'));
  if (image === undefined) return;
  const digest = image.digest.slice(0, 12);
  if (row.digests.manifests.includes(digest)) return;
  const before = row.digests.manifests.length === 0 ? 'no digest so far' : `was ${row.digests.manifests.join(', ')}`;
  const bytes = image.bytes ?? row.published.bytes;
  const was = row.published.bytes === null ? '' : ` (was ${row.published.bytes})`;
  notes.push(
    `\`${row.id}\`: manifest ${digest} (${before}), ${bytes === null ? 'size not read' : `${bytes} bytes${was}`}.`,
  );
  changed.set(row.id, {
    ...row,
    published: { ...row.published, bytes },
    digests: { ...row.digests, manifests: [digest, ...row.digests.manifests] },
    date: today,
  });
}

/** The images under a tag: one, or the children of a list (one for each runner, since Ollama 0.40). null: there is no such tag. */
async function readTag(registry, tag) {
  const [name, label] = tag.split(':');
  const response = await ask(`${registry}/v2/library/${name}/manifests/${label}`, { accept: `${list}, ${single}` });
  if (response.status === 404) return null;
  const bytes = Buffer.from(await response.arrayBuffer());
  const manifest = JSON.parse(bytes.toString('utf8'));
  if (!Array.isArray(manifest.manifests)) {
    return [{ digest: createHash('sha256').update(bytes).digest('hex'), bytes: sizeOf(manifest), mlx: null }];
  }
  return manifest.manifests.map((child) => ({
    digest: String(child.digest).replace(/^sha256:/, ''),
    bytes: null,
    mlx: child.runner === 'mlx',
  }));
}

function sizeOf({ layers, config }) {
  return [...layers, config].reduce((sum, layer) => sum + (layer?.size ?? 0), 0);
}

async function tagsOfPage(page) {
  if (page === null) return [];
  const text = await (await ask(page, {})).text();
  return [...new Set([...text.matchAll(/\/library\/(gemma4:[\w.-]+)/g)].map(([, tag]) => tag))];
}

async function ask(url, headers) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  if (!response.ok && response.status !== 404) throw new Error(`${url} answered ${response.status}`);
  return response;
}

/** data/builds.json in its format: one row per line. */
export function printTable(rows) {
  return `[\n${rows.map((row) => `  ${printValue(row)}`).join(',\n')}\n]\n`;
}

function printValue(value) {
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${printValue(field)}`);
  return `{${fields.join(', ')}}`;
}

async function main() {
  const rows = JSON.parse(readFileSync(table, 'utf8'));
  const compared = await compareWithRegistry(rows, places, new Date().toISOString().slice(0, 10));
  if (process.argv.includes('--write')) writeFileSync(table, printTable(compared.rows));
  console.log(compared.notes.map((note) => `- ${note}`).join('\n') || 'The table is what the registry holds.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
