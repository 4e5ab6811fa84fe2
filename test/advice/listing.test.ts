import { describe, expect, it } from 'vitest';
import { listBuilds } from '../../src/advice/listing.ts';
import { builds } from '../../src/data/tables.ts';
import { variantIds } from '../../src/model/types.ts';

describe('the list of builds', () => {
  it('the list of builds of one model has its library builds alone, in the order of the table', () => {
    const library = builds.filter(({ variant, origin }) => variant === '26b' && origin === 'library');
    expect(listBuilds('26b').map(({ build }) => build)).toEqual(library.map(({ id }) => id));
  });

  it('the list of builds of all models has each of them, smallest model first', () => {
    expect([...new Set(listBuilds(null).map(({ variant }) => variant))]).toEqual([...variantIds]);
  });

  it('the list of builds has the files of others when they are asked for', () => {
    expect(listBuilds('26b', true).map(({ build }) => build)).toContain('26b-gguf-Q2_K');
    expect(listBuilds(null, true)).toHaveLength(builds.length);
  });

  it('the list of builds tells what the model takes at two contexts, and nothing where nothing runs here', () => {
    const bytes = (id: string) => listBuilds(null).find(({ build }) => build === id)?.deviceBytes;
    const { at4096, atTrained } = bytes('12b-it-q4_K_M') ?? { at4096: null, atTrained: null };
    // 258,048 tokens more on 8 full layers of width 512: K and V in f16, and a mask of 2 bytes for 512 tokens
    expect((atTrained ?? 0) - (at4096 ?? 0)).toBe((262_144 - 4096) * (8 * 512 * 2 * 2 + 512 * 2));
    expect(bytes('12b-mxfp8')?.at4096).toBeGreaterThan(13_233_177_768 + 1.9e9);
    expect(bytes('31b-cloud')).toEqual({ at4096: null, atTrained: null });
  });
});
