import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CreatedTags } from '../../../src/ollama/pull/created-tags.ts';

describe('tags of ours', () => {
  it('tags of ours are remembered per server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gemma-fit-'));
    await (await new CreatedTags(folder, 'http://a:1').load()).add('mine:12b');
    expect((await new CreatedTags(folder, 'http://a:1').load()).has('Mine:12b')).toBe(true);
    expect((await new CreatedTags(folder, 'http://b:1').load()).has('mine:12b')).toBe(false);
    await rm(folder, { recursive: true });
  });

  it('tags of ours of two runs at once are all remembered', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gemma-fit-'));
    const first = await new CreatedTags(folder, 'http://a:1').load();
    const second = await new CreatedTags(folder, 'http://a:1').load();
    await first.add('one:12b');
    await second.add('two:12b');
    const tags = await new CreatedTags(folder, 'http://a:1').load();
    expect([tags.has('one:12b'), tags.has('two:12b')]).toEqual([true, true]);
    await rm(folder, { recursive: true });
  });

  it('tags of ours under gemma4-fit are ours without being written down', async () => {
    const tags = await new CreatedTags(null, 'http://a:1').load();
    expect([tags.has('gemma4-fit:26b'), tags.has('gemma4:26b')]).toEqual([true, false]);
  });
});
