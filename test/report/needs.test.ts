import { describe, expect, it } from 'vitest';
import { variantIds } from '../../src/data/ids.ts';
import { memoize } from '../../src/memoize.ts';
import { record } from '../cli/record.ts';

const said = memoize(async (command: string): Promise<string[]> => {
  const text = await record({ name: '', command, machine: null });
  return (/```text\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '').split('\n');
});

describe('needs, for somebody who buys', () => {
  it.each(variantIds.flatMap((model) => [4, 32, 128].map((k) => [model, k] as const)))(
    '%s at %iK: twelve lines',
    async (model, k) => {
      const lines = await said(`needs ${model} --context ${k}k`);
      expect(lines.length).toBeLessThanOrEqual(12);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    },
  );

  it('needs, for somebody who buys names what people have: cards, Macs, two cards, RAM', async () => {
    const text = (await said('needs 31b --context 64k')).join('\n');
    expect(text).toMatch(/^31b at 64K needs a \d+ GB GPU, a \d+ GB Mac or two \d+ GB GPUs\.$/m);
    expect(text).toMatch(/^ +32 GB {2}.*RTX 5090/m);
    expect(text).toMatch(/^ *\d+ GB Mac {2}M\d/m);
    expect(text).toMatch(/^ +2 GPUs {2}2x /m);
    expect(text).toMatch(/^ +CPU {2}\d+ GB of RAM/m);
    expect(text).not.toMatch(/PRO V710|A10M|Thor/);
  });

  it('needs, for somebody who buys asks as much RAM as check does without a GPU, at the same context', async () => {
    for (const asked of ['--context 4k', '--context 128k', '--for long', '--context max']) {
      const text = (await said(`needs 31b ${asked}`)).join('\n');
      const gigabytes = Number(/CPU {2}(\d+) GB of RAM/.exec(text)?.[1]);
      const [enough, less] = await Promise.all(
        [gigabytes, gigabytes / 2].map((gib) =>
          said(`check --model 31b --gpu none --os linux --ram ${gib}GiB ${asked.replace('max', '256k')}`),
        ),
      );
      expect(enough?.[0], asked).toMatch(/^Recommended: gemma4:31b/);
      expect(less?.[0], asked).not.toMatch(/^Recommended: gemma4:31b.* (128|256)K/);
    }
  });

  it('needs, for somebody who buys looks for the whole context of a model with --context max', async () => {
    expect((await said('needs 31b --context max'))[0]).toMatch(/^31b at 256K needs/);
    expect((await said('needs e2b --context max --parallel 4'))[0]).toMatch(/^e2b at 4 x 128K needs/);
  });

  it('needs, for somebody who buys leaves out what is too slow, RAM too, and says that it is', async () => {
    const slow = (await said('needs e2b --min-speed 3000')).join('\n');
    expect(slow).not.toMatch(/CPU {2}/);
    expect(slow).toContain('are too small or too slow');
    expect((await said('needs 31b --for agent')).join('\n')).toContain('are too small or too slow');
    expect((await said('needs 31b')).join('\n')).toMatch(/\d+ are too small, /);
  });

  it('two cards are of a kind that alone is too small', async () => {
    const text = (await said('needs 31b --context 64k')).join('\n');
    const single = Number(/a (\d+) GB GPU/.exec(text)?.[1]);
    const each = Number(/two (\d+) GB GPUs/.exec(text)?.[1]);
    expect(each).toBeLessThan(single);
    expect(2 * each).toBeGreaterThanOrEqual(20);
  });

  it('needs, for somebody who buys has everything with --all', async () => {
    const all = await said('needs 31b --context 64k --all');
    expect(all.length).toBeGreaterThan(30);
    expect(all.join('\n')).toContain('Hardware that fits it, smallest first');
    expect(all.filter((line) => line.length > 80)).toEqual([]);
  });
});
