import { describe, expect, it } from 'vitest';
import { missingBytes } from '../../../src/ollama/pull/missing-bytes.ts';

function system(files: Record<string, string>) {
  const paths = Object.keys(files);
  return {
    platform: 'linux' as NodeJS.Platform,
    list: async (path: string) => paths.filter((p) => p.startsWith(`${path}/`)).map((p) => p.slice(path.length + 1)),
    read: async (path: string) => files[path] ?? null,
  };
}

describe('the bytes that a pull still has to fetch', () => {
  it('the bytes that a pull still has to fetch do not hold whole blobs and finished pieces', async () => {
    const at = '/m/blobs/sha256-';
    const files = {
      [`${at}${'aa'.repeat(32)}`]: '',
      [`${at}${'bb'.repeat(32)}-partial`]: '',
      [`${at}${'bb'.repeat(32)}-partial-0`]: '{"N":0,"Offset":0,"Size":60,"Completed":60}',
      [`${at}${'bb'.repeat(32)}-partial-1`]: '{"N":1,"Offset":60,"Size":40,"Completed":5}',
    };
    const layer = (pair: string, sizeBytes: number) => ({ digest: `sha256:${pair.repeat(32)}`, sizeBytes });
    expect(await missingBytes(system(files), '/m', [layer('aa', 7), layer('bb', 100), layer('cc', 9)])).toBe(35 + 9);
  });
});
