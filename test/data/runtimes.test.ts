import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { weightLossPoints } from '../../src/data/advice.ts';
import {
  builds,
  compareVersions,
  gateOf,
  isKnownVersion,
  problemsFor,
  quality,
  runtimeDefaults,
  runtimes,
  since,
} from '../../src/data/tables.ts';
import { gateFeatures } from '../../src/data/vocabulary.ts';

const ids = (...args: Parameters<typeof problemsFor>) => problemsFor(...args).map((problem) => problem.id);

describe('versions', () => {
  it.each([
    ['0.30.5', '0.30.11', -1],
    ['0.40.0', '0.40.0-rc2', 1],
    ['0.40.0-rc2', '0.40.0-rc10', -1],
    ['v0.20.4', '0.20.4', 0],
    ['0.40', '0.40.0+build5', 0],
    ['1.0.0', '0.99.99', 1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
    expect(Math.sign(compareVersions(b, a))).toBe(sign === 0 ? 0 : -sign);
  });

  it('what is not a version has no order', () => {
    expect(['0.0.0', '0.0.0-dev', 'main', '', null].filter(isKnownVersion)).toEqual([]);
    expect(['0.30.5', 'v0.40.1-rc0', '1.2'].filter(isKnownVersion)).toHaveLength(3);
  });

  it('gates are listed in the order of their versions', () => {
    const order = runtimes.gates.map((gate) => gate.ollama);
    expect([...order].sort(compareVersions)).toEqual(order);
  });
});

describe('gates', () => {
  it('there is one for each feature that the code asks for', () => {
    expect(runtimes.gates.map(({ feature }) => feature).sort()).toEqual([...gateFeatures].sort());
  });

  it.each(runtimes.gates)('$feature: from $ollama on', ({ feature, ollama }) => {
    expect(since(feature, ollama)).toBe(true);
    expect(since(feature, '99.0.0')).toBe(true);
    expect(since(feature, `${ollama}-rc0`)).toBe(false);
    expect(since(feature, '0.1.0')).toBe(false);
  });

  it('gates say the same as the rows that speak of the same change', () => {
    const problem = (id: string) => runtimes.problems.find((row) => row.id === id)?.when.ollama;
    expect(problem('split-inputs-assert')?.before).toBe(gateOf('small-models-split').ollama);
    expect(problem('local-conversion')?.from).toBe(gateOf('gguf-conversion').ollama);
    expect(problem('plain-tag-is-mlx')?.from).toBe(gateOf('manifest-lists').ollama);
    expect(problem('old-engine')?.before).toBe(gateOf('llama-server').ollama);
    for (const build of builds.filter(({ id }) => id.endsWith('+mlx'))) {
      expect(build.minimumOllama, build.id).toBe(gateOf('manifest-lists').ollama);
    }
  });
});

describe('known problems', () => {
  it('known problems have unique ids, worst first', () => {
    const severities = ['blocker', 'wrong', 'slow', 'note'];
    const keys = runtimes.problems.map(({ severity, id }) => `${severities.indexOf(severity)} ${id}`);
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(runtimes.problems.map(({ id }) => id)).size).toBe(keys.length);
  });

  it('known problems never name an empty range', () => {
    for (const { id, when } of runtimes.problems) {
      const { from = null, before = null } = when.ollama ?? {};
      if (from !== null && before !== null) expect(compareVersions(from, before), id).toBeLessThan(0);
    }
  });

  it('12b crashes on 0.30.3 and 0.30.4 only', () => {
    for (const version of ['0.30.3', '0.30.4']) expect(ids(version, { variant: '12b' })).toContain('12b-crash');
    expect(ids('0.30.2', { variant: '12b' })).not.toContain('12b-crash');
    expect(ids('0.30.5', { variant: '12b' })).not.toContain('12b-crash');
    expect(ids('0.30.4', { variant: '26b' })).not.toContain('12b-crash');
    expect(ids(null, { variant: '12b' })).not.toContain('12b-crash');
  });

  it('a split E4B aborts before 0.32.6, a whole one does not', () => {
    expect(ids('0.32.5', { variant: 'e4b', mode: 'split', format: 'gguf' })).toContain('split-inputs-assert');
    expect(ids('0.32.6', { variant: 'e4b', mode: 'split', format: 'gguf' })).not.toContain('split-inputs-assert');
    expect(ids('0.32.5', { variant: 'e4b', mode: 'full', format: 'gguf' })).not.toContain('split-inputs-assert');
  });

  it('a quantized KV cache hurts, 26b most', () => {
    expect(ids(null, { variant: '26b', kvType: 'q8_0' })).toEqual(['kv-q8-26b']);
    expect(ids(null, { variant: '31b', kvType: 'q8_0' })).toEqual(['kv-q8']);
    expect(ids(null, { variant: 'e2b', kvType: 'f16' })).toEqual([]);
  });

  it('a default context of 4096 truncates on small cards, and only there', () => {
    expect(ids(null, { defaultContext: true, deviceBytes: 16 * 2 ** 30 })).toContain('silent-truncation');
    expect(ids(null, { defaultContext: true, deviceBytes: 24 * 2 ** 30 })).not.toContain('silent-truncation');
    expect(ids(null, { defaultContext: false, deviceBytes: 16 * 2 ** 30 })).not.toContain('silent-truncation');
  });

  it('a build pulled before the tag moved may be pulled again', () => {
    expect(ids(null, { format: 'gguf', generation: 'B', installedOn: '2026-09-29T10:00:00Z' })).toEqual(['tag-moved']);
    expect(ids(null, { format: 'gguf', generation: 'A', installedOn: '2026-09-29T10:00:00Z' })).toEqual([]);
    expect(ids(null, { format: 'gguf', generation: 'B', installedOn: '2026-10-02T10:00:00Z' })).toEqual([]);
  });

  it('a fact that nobody knows matches nothing', () => {
    for (const problem of problemsFor('0.40.2', {})) expect(Object.keys(problem.when)).toEqual(['ollama']);
    expect(problemsFor(null, {})).toEqual([]);
  });
});

describe('the numbers of the server’s own rules', () => {
  it('the numbers of the server’s own rules come largest first and end at the floor', () => {
    const tiers = runtimeDefaults.contextTiers.map((tier) => tier.deviceBytesAtLeast);
    expect([...tiers].sort((a, b) => b - a)).toEqual(tiers);
    expect(tiers.at(-1)).toBe(0);
    expect(runtimeDefaults.batchTiers.map((tier) => tier.microBatch)).toEqual([2048, 1024, 512]);
  });

  it('cards older than Turing need a newer driver', () => {
    expect(runtimes.stacks.find(({ id }) => id === 'cuda-v12')?.olderArchitectures).toEqual({
      below: '7.0',
      minimumDriver: '570',
    });
  });
});

/** Loss of the weights by KL divergence against BF16, as others measured it. Methods cannot be compared with each other. */
const weightLoss: { method: string; quantization: string | null; fileGigabytes: number; meanKld: number }[] =
  JSON.parse(readFileSync(new URL('./weight-loss.json', import.meta.url), 'utf8'));

it('a quantization loses more points the more it was measured to lose', () => {
  const measured = weightLoss.flatMap(({ method, quantization, meanKld }) => {
    const points = quantization === null ? null : weightLossPoints(quantization);
    return points === null ? [] : [{ method, meanKld, points }];
  });
  expect(measured.length).toBeGreaterThan(2);
  for (const one of measured)
    for (const other of measured.filter(({ method, meanKld }) => method === one.method && meanKld > one.meanKld))
      expect(other.points).toBeGreaterThanOrEqual(one.points);
});

it('the loss of quantized caches rises as their bits fall', () => {
  const kv = quality.kvLoss.filter((row) => row.variant === '26b').sort((a, b) => a.meanKld - b.meanKld);
  expect(kv.map((row) => row.kvType)).toEqual(['q8_0', 'q4_0']);
});

it('every build’s quantization is in exactly one quality group', async () => {
  const { builds } = await import('../../src/data/tables.ts');
  for (const build of builds.filter(({ format }) => format !== 'remote')) {
    expect(
      quality.order.groups.filter((group) => group.includes(build.quantization)),
      build.id,
    ).toHaveLength(1);
  }
});
