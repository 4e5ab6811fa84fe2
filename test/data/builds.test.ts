import { describe, expect, it } from 'vitest';
import { recogniseBuild } from '../../src/data/builds.ts';
import { buildById, buildByTag, buildBytes, builds, buildsOf, stockWeights } from '../../src/data/tables.ts';
import { variantIds } from '../../src/model/types.ts';

const mac = { appleSilicon: true, ollamaVersion: '0.40.2' };
const bytesOf = (id: string) => buildBytes(buildById(id)!);

/** Tags of the library's pages between May and October 2026. */
const libraryTags = [
  'latest e2b e4b 12b 26b 31b cloud 31b-cloud 31b-coding-mtp-bf16 26b-a4b-it-mtp-q4_K_M 12b-mlx 12b-nvfp4',
  ...['e2b', 'e4b', '12b', '26b-a4b', '31b'].map(
    (size) => `${size}-it-q4_K_M ${size}-it-q8_0 ${size}-it-bf16 ${size}-it-qat`,
  ),
  ...variantIds.map((size) => `${size}-mlx ${size}-nvfp4 ${size}-mxfp8 ${size}-mlx-bf16`),
].flatMap((line) => line.split(' '));

it.each(libraryTags)('data/builds.json knows gemma4:%s', (tag) => {
  expect(buildByTag(`gemma4:${tag}`, mac)).not.toBeNull();
});

it('data/builds.json is sorted: the library before files of others, small models before large ones', () => {
  const keys = builds.map(({ origin, variant }) => (origin === 'library' ? 0 : 10) + variantIds.indexOf(variant));
  expect([...keys].sort((a, b) => a - b)).toEqual(keys);
});

it('data/builds.json has unique ids, and one build a name and platform', () => {
  expect(new Set(builds.map((build) => build.id)).size).toBe(builds.length);
  const names = builds.flatMap((build) => [build.tag, ...build.aliases].map((name) => `${name} ${build.format}`));
  expect(new Set(names).size).toBe(names.length);
});

it('data/builds.json has unique digests of twelve hex digits', () => {
  const digests = builds.flatMap((build) => [...build.digests.manifests, ...build.digests.layers]);
  expect(new Set(digests).size).toBe(digests.length);
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{12}$/);
});

it('data/builds.json offers MLX to Apple Silicon only, and every model in GGUF to everyone', () => {
  for (const build of builds)
    expect(build.format === 'safetensors').toBe(build.platforms?.includes('darwin-arm64') ?? false);
  for (const id of variantIds)
    expect(buildsOf(id).some((build) => build.recommendable && build.platforms === null)).toBe(true);
});

describe('one name, one build', () => {
  it.each([
    ['gemma4', 'e4b'],
    ['26b', '26b'],
    ['gemma4:26B', '26b'],
    ['registry.ollama.ai/library/gemma4:12b', '12b'],
    ['12b-it-q4_k_m', '12b-it-q4_K_M'],
    ['https://huggingface.co/ggml-org/gemma-4-12B-it-GGUF:Q4_K_M', '12b-gguf-Q4_K_M'],
    ['hf.co/unsloth/gemma-4-26B-A4B-it-GGUF:UD-Q4_K_XL', '26b-unsloth-UD-Q4_K_XL'],
  ])('%s is %s', (name, id) => {
    expect(buildByTag(name)?.id).toBe(id);
  });

  it('a name stands for another build on a Mac from Ollama 0.40 on', () => {
    expect(buildByTag('gemma4:26b', mac)?.id).toBe('26b+mlx');
    expect(buildByTag('gemma4:26b', { ...mac, ollamaVersion: '0.34.1' })?.id).toBe('26b');
    expect(buildByTag('gemma4:26b-a4b-it-q4_K_M', mac)?.id).toBe('26b-a4b-it-q4_K_M');
  });

  it('a name of another model stands for no build', () => {
    for (const name of ['gemma3:12b', 'llama3', '', 'gemma4:27b', 'hf.co/x/y:Q4_K_M'])
      expect(buildByTag(name)).toBeNull();
  });
});

describe('what lies on the disk', () => {
  it('what lies on the disk is told by its digest', () => {
    expect(recogniseBuild({ digest: 'sha256:4EB23EF187E2aaaa', sizeBytes: 1 })?.generation).toBe('A');
    expect(recogniseBuild({ digest: '6114515d63c1', sizeBytes: null })?.generation).toBe('B');
  });

  it('what lies on the disk is told by its exact size where the digest is not known', () => {
    expect(recogniseBuild({ digest: 'feedfeedfeed', sizeBytes: 18_604_148_513 })?.id).toBe('26b-a4b-it-mtp-q4_K_M');
    expect(recogniseBuild({ digest: null, sizeBytes: 123 })).toBeNull();
    expect(recogniseBuild({ digest: null, sizeBytes: null })).toBeNull();
  });
});

describe('bytes', () => {
  it('bytes of monolithic builds are text with a BF16 per-layer table, projector and header', () => {
    for (const id of ['e2b-it-q4_K_M', 'e4b-it-q4_K_M', '31b-it-q4_K_M', '12b-it-q8_0', '26b-a4b-it-q8_0']) {
      const build = { ...buildById(id)!, published: { bytes: null, gigabytes: null } };
      const file = build.text.kind === 'stock' ? { ...build.text, fileBytes: null } : build.text;
      const published = buildById(id)!.published.bytes!;
      const computed = buildBytes({ ...build, text: file }).downloadBytes!;
      expect(Math.abs(computed / published - 1), id).toBeLessThan(0.002);
    }
  });

  it('bytes of QAT builds are Google’s files plus their projectors', () => {
    for (const id of ['e2b-it-qat', '12b-it-qat', '26b-a4b-it-qat']) {
      const { textBytes, projectorBytes, downloadBytes } = bytesOf(id);
      expect(Math.abs(textBytes! + projectorBytes - downloadBytes!), id).toBeLessThan(12_000);
    }
  });

  it('bytes of QAT text files are the stock Q4_0 tensors plus a header', () => {
    for (const id of ['e2b-it-qat', 'e4b-it-qat', '26b-a4b-it-qat', '31b-it-qat']) {
      const build = buildById(id)!;
      expect(bytesOf(id).textBytes! - stockWeights(build)!.tensorBytes, id).toBeGreaterThan(15.8e6);
      expect(bytesOf(id).textBytes! - stockWeights(build)!.tensorBytes, id).toBeLessThan(15.9e6);
    }
  });

  it('bytes of re-published builds are layers that add up to the manifest', () => {
    const { textBytes, projectorBytes, drafterBytes, downloadBytes } = bytesOf('26b');
    expect(Math.abs((textBytes! + projectorBytes + drafterBytes) / downloadBytes! - 1)).toBeLessThan(0.001);
  });

  it('bytes agree with the rounded size on the site wherever both are known', () => {
    for (const build of builds.filter(({ published, text }) => published.gigabytes !== null && text.kind === 'stock')) {
      expect(
        Math.abs(buildBytes(build).downloadBytes! / (build.published.gigabytes! * 1e9) - 1),
        build.id,
      ).toBeLessThan(0.045);
    }
  });

  it('bytes of MLX builds hold the tokenizer, and agree with the site to its last digit', () => {
    expect(bytesOf('12b-mlx').downloadBytes! / 1e9).toBeCloseTo(7.7, 1);
    expect(bytesOf('31b-mlx').downloadBytes! / 1e9).toBeCloseTo(18.2, 1);
  });

  it('bytes are unknown for a model that runs elsewhere', () => {
    expect(bytesOf('31b-cloud')).toEqual({ textBytes: null, projectorBytes: 0, drafterBytes: 0, downloadBytes: null });
  });

  it('bytes are not committed where they follow from other rows', () => {
    for (const build of builds.filter(({ origin }) => origin === 'huggingface'))
      expect(build.published.bytes).toBeNull();
  });
});
