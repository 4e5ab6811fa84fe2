import { describe, expect, it } from 'vitest';
import { exitOfError } from '../../../src/errors.ts';
import type { TagModel } from '../../../src/ollama/api/types.ts';
import { checkBeforePull, type PreflightFacts } from '../../../src/ollama/pull/checks.ts';

const GB = 1e9;
const GiB = 1024 ** 3;

type Change = Partial<Omit<PreflightFacts, 'build' | 'server'>> & {
  build?: Partial<PreflightFacts['build']>;
  server?: Partial<PreflightFacts['server']>;
};

function facts(change: Change = {}): PreflightFacts {
  const { build, server, ...rest } = change;
  return {
    fit: { verdict: 'gpu', needBytes: 9 * GiB, freeBytes: 15 * GiB, gpuLayers: 49, totalLayers: 49 },
    platform: 'linux-x64',
    manifest: null,
    missingBytes: null,
    disk: { folder: '/models', freeBytes: 100 * GB },
    ...rest,
    build: {
      tag: 'gemma4:12b',
      minimumOllama: '0.30.5',
      platforms: null,
      downloadBytes: 8 * GB,
      oldFormat: false,
      mlx: false,
      ...build,
    },
    server: { version: '0.40.2', host: 'http://127.0.0.1:11434', remote: false, tags: [], ...server },
  };
}

const codes = (f: PreflightFacts) => checkBeforePull(f).findings.map((x) => x.code);

const installed: TagModel = {
  name: 'gemma4:12b',
  sizeBytes: 7.5 * GB,
  digest: 'a'.repeat(64),
  modifiedAt: null,
  format: 'gguf',
  family: 'gemma4',
  families: [],
  parentModel: null,
  parameterSize: null,
  quantization: null,
};
const manifest = { digest: 'b'.repeat(64), totalBytes: 8 * GB, layers: [] };

describe('an installed model of which the registry says nothing', () => {
  const unasked = facts({ server: { tags: [installed] }, disk: { folder: '/models', freeBytes: 1 * GB } });

  it('an installed model of which the registry says nothing has nothing to download as far as is known: a full disk forbids nothing', () => {
    expect(checkBeforePull(unasked)).toMatchObject({
      stop: null,
      totalBytes: null,
      missingBytes: 0,
      nothingToDo: false,
    });
    expect(codes(unasked)).toEqual(['installed-unchecked']);
  });

  it('an installed model of which the registry says nothing is another matter where it is not installed', () => {
    const absent = facts({ disk: { folder: '/models', freeBytes: 1 * GB } });
    expect(checkBeforePull(absent).stop).toMatchObject({ code: 'disk-full' });
  });

  it('an installed model of which the registry says nothing needs room all the same where Ollama would convert it', () => {
    expect(
      codes(facts({ ...unasked, build: { oldFormat: true }, disk: { folder: '/models', freeBytes: 1 * GB } })),
    ).toContain('conversion-room');
  });
});

describe('before a pull', () => {
  it('nothing is said when all is well', () => {
    expect(checkBeforePull(facts())).toMatchObject({
      findings: [],
      stop: null,
      totalBytes: 8 * GB,
      nothingToDo: false,
    });
  });

  it('an old server stops it, whatever --force says', () => {
    const { stop } = checkBeforePull(facts({ server: { version: '0.30.4' } }));
    expect(stop).toMatchObject({
      code: 'ollama-too-old',
      forcible: false,
      finding: { version: '0.30.4', minimumVersion: '0.30.5' },
    });
  });

  it('a development build of the server is let through and named', () => {
    expect(codes(facts({ server: { version: '0.0.0' } }))).toEqual(['server-version-unknown']);
  });

  it('a macOS build elsewhere stops it', () => {
    const f = facts({ build: { platforms: ['darwin-arm64'] } });
    expect(checkBeforePull(f).stop).toMatchObject({ code: 'platform', forcible: false });
    expect(checkBeforePull({ ...f, platform: 'darwin-arm64' }).stop).toBeNull();
  });

  it('no fit stops it unless forced; a split or CPU run is told', () => {
    const fit = { verdict: 'no' as const, needBytes: 40 * GiB, freeBytes: 15 * GiB, gpuLayers: 0, totalLayers: 61 };
    expect(checkBeforePull(facts({ fit })).stop).toMatchObject({ code: 'no-fit', forcible: true });
    expect(codes(facts({ fit: { ...fit, verdict: 'split', gpuLayers: 30 } }))).toEqual(['runs-split']);
    expect(codes(facts({ fit: { ...fit, verdict: 'cpu' } }))).toEqual(['runs-on-cpu']);
  });

  it('a known problem stops it as what it is, and not for its memory', () => {
    const blocker = { text: '12b crashes while loading on this version.', remedy: 'Update Ollama.' };
    const fit = {
      verdict: 'no' as const,
      blocker,
      needBytes: 9 * GiB,
      freeBytes: 15 * GiB,
      gpuLayers: 0,
      totalLayers: 49,
    };
    const { findings, stop } = checkBeforePull(facts({ fit }));
    expect(findings).toEqual([{ code: 'known-blocker', tag: 'gemma4:12b', ...blocker }]);
    expect(stop).toMatchObject({ code: 'blocked', forcible: true });
    expect(exitOfError.blocked).toBe('ollama-unavailable');
    expect(codes(facts({ fit, server: { remote: true } }))).not.toContain('known-blocker');
  });

  it('a disk too small for what is missing stops it unless forced', () => {
    const disk = { folder: '/models', freeBytes: 5 * GB };
    expect(checkBeforePull(facts({ disk })).stop).toMatchObject({ code: 'disk-full', forcible: true });
    expect(checkBeforePull(facts({ disk, missingBytes: 4 * GB })).stop).toBeNull();
  });

  it('an unknown disk is called unknown', () => {
    expect(checkBeforePull(facts({ disk: null })).findings).toEqual([
      { code: 'disk-unknown', missingBytes: 8 * GB, why: 'folder' },
    ]);
  });

  it('a remote server: no verdict from this machine, no disk from this machine', () => {
    const fit = { verdict: 'no' as const, needBytes: 1, freeBytes: 0, gpuLayers: 0, totalLayers: 1 };
    expect(codes(facts({ fit, server: { remote: true } }))).toEqual(['remote-server', 'disk-unknown']);
  });

  it('the same digest means nothing to do', () => {
    const result = checkBeforePull(
      facts({ server: { tags: [installed] }, manifest: { ...manifest, digest: 'a'.repeat(64) } }),
    );
    expect(result).toMatchObject({ nothingToDo: true, findings: [{ code: 'already-installed' }] });
  });

  it('another digest means an older generation, with what a new pull brings', () => {
    const result = checkBeforePull(facts({ server: { tags: [installed] }, manifest, missingBytes: 1 * GB }));
    expect(result.findings).toEqual([
      { code: 'older-generation', tag: 'gemma4:12b', haveBytes: 7.5 * GB, newBytes: 8 * GB, missingBytes: 1 * GB },
    ]);
  });

  it('0.40.2 needs 1.25 x + 512 MiB more for a model in the old format', () => {
    const f = facts({ build: { oldFormat: true }, disk: { folder: '/m', freeBytes: 9 * GB } });
    expect(checkBeforePull(f).findings).toEqual([
      { code: 'conversion-room', needBytes: 10 * GB + 512 * 1024 ** 2, freeBytes: 9 * GB },
    ]);
    expect(codes({ ...f, server: { ...f.server, version: '0.40.1' } })).toEqual([]);
    expect(codes({ ...f, disk: { folder: '/m', freeBytes: 19 * GB } })).toEqual([]);
    const coming = { ...f, disk: { folder: '/m', freeBytes: 12 * GB } };
    expect(codes(coming)).toEqual(['conversion-room']);
    expect(codes({ ...coming, missingBytes: 0 })).toEqual([]);
  });
});

describe('a text-only tag, which has a copy of the weights', () => {
  const copied = (change: Change) => facts({ ...change, build: { copyBytes: 7 * GB } });
  const disk = (freeBytes: number) => ({ folder: '/models', freeBytes });
  const there = { server: { tags: [{ ...installed, digest: 'b'.repeat(64) }] }, manifest };

  it('a text-only tag, which has a copy of the weights says what the copy takes', () => {
    expect(checkBeforePull(copied({ manifest })).findings).toContainEqual({
      code: 'text-only-copy',
      copyBytes: 7 * GB,
    });
    expect(codes(facts({ manifest }))).not.toContain('text-only-copy');
  });

  it('a text-only tag, which has a copy of the weights needs room for the download and the copy', () => {
    expect(checkBeforePull(copied({ manifest, disk: disk(15 * GB) })).stop).toBeNull();
    expect(checkBeforePull(copied({ manifest, disk: disk(14.9 * GB) })).stop).toMatchObject({
      code: 'disk-full',
      finding: { code: 'disk-short', missingBytes: 8 * GB, copyBytes: 7 * GB, freeBytes: 14.9 * GB },
    });
  });

  it('a text-only tag, which has a copy of the weights needs room for the copy where the base is there', () => {
    expect(checkBeforePull(copied({ ...there, disk: disk(7 * GB) })).stop).toBeNull();
    expect(checkBeforePull(copied({ ...there, disk: disk(6.9 * GB) })).stop).toMatchObject({
      code: 'disk-full',
      finding: { code: 'disk-short', missingBytes: 0, copyBytes: 7 * GB },
    });
  });
});
