import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './sources.ts';

const run = promisify(execFile);
const page = join(root, 'docs/library.md');
let place: string;

/** A project that has the package installed, as it was built. */
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'gemma-fit-library-'));
  await mkdir(join(place, 'node_modules'));
  await symlink(root, join(place, 'node_modules/gemma-fit'), 'junction');
  await writeFile(join(place, 'package.json'), '{"type":"module"}');
});
afterAll(() => rm(place, { recursive: true, force: true }));

describe('the library', () => {
  it('the library prints what docs/library.md shows (after a wanted change: npm run build && npx vitest run test/house -u)', async () => {
    const text = await readFile(page, 'utf8');
    const parts = text.split(/(```ts\n[\s\S]*?```\n\n```text\n[\s\S]*?```)/);
    const examples = parts.map((part) => /^```ts\n([\s\S]*?)```/.exec(part)?.[1] ?? null);
    expect(examples.filter((example) => example !== null).length).toBeGreaterThan(5);
    const shown = await Promise.all(
      parts.map(async (part, index) => {
        const code = examples[index];
        if (code === null || code === undefined) return part;
        const file = join(place, `example-${index}.js`);
        await writeFile(file, code);
        const { stdout } = await run(process.execPath, [file], { cwd: place });
        return `\`\`\`ts\n${code}\`\`\`\n\n\`\`\`text\n${stdout}\`\`\``;
      }),
    );
    await expect(shown.join('')).toMatchFileSnapshot(page);
  });

  it('the library declares what docs/api.d.ts says: a change of it is a change for its users', async () => {
    await cp(join(root, 'dist/index.d.ts'), join(place, 'api.d.ts'));
    await expect(await readFile(join(place, 'api.d.ts'), 'utf8')).toMatchFileSnapshot(join(root, 'docs/api.d.ts'));
  });
});
