import { describe, expect, it } from 'vitest';
import { sensibleBuilds } from '../../src/advice/builds.ts';
import { sumParts } from '../../src/advice/parts.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { ask, candidate, codes, finding } from './case.ts';
import { gib, gpu, mac, machine } from './machines.ts';

const m4 = mac(36 * gib, 44 * gib);
const tags = (version: string | null, on = m4) =>
  sensibleBuilds(toSchedulerTarget(on, version), '31b').map(({ id }) => id);

describe('a Mac', () => {
  it('a Mac gets the MLX build under the plain tag since Ollama 0.40, and the GGUF build by its own tags', () => {
    expect(tags('0.40.2')[0]).toBe('31b+mlx');
    expect(tags('0.40.2')).toContain('31b-it-q4_K_M');
    expect(tags('0.34.1')[0]).toBe('31b');
    expect(tags('0.34.1')).toContain('31b-mlx');
  });

  it('a Mac counts an MLX build by its tensors and the peak of a prompt as long as the context, and has a speed for it', () => {
    const { need, reasons, speed, verdict } = candidate(m4, '31b+mlx', { contextTokensTotal: 32_768 });
    expect(need.device.weightsBytes + need.device.drafterBytes).toBe(19_359_258_624);
    expect(sumParts(need.device)).toBeGreaterThan(32e9);
    expect(verdict).toBe('gpu');
    expect(speed?.lowTokensPerSecond).toBeGreaterThan(15);
    expect(codes(reasons)).toEqual(expect.arrayContaining(['mlx-fits', 'mlx-build', 'mlx-context-open']));
  });

  it.each([
    ['31b', 32, 32_768, 15_000, 19_000],
    ['26b', 32, 65_536, 65_000, 70_000],
    ['12b', 16, 16_384, 28_000, 33_000],
  ] as const)(
    'a Mac does not recommend %s as MLX on %i GB at %i: a prompt of that length would end in an abort or nearly so',
    (variant, ramGib, context, low, high) => {
      const on = mac(ramGib * (ramGib <= 24 ? 0.74 : 0.78) * gib, ramGib * gib - 2 * gib);
      const { ceilingTokens } = candidate(on, `${variant}+mlx`, { contextTokensTotal: context });
      expect(ceilingTokens).toBeGreaterThan(low);
      expect(ceilingTokens).toBeLessThan(high);
    },
  );

  it('a Mac never names variables of llama.cpp for an MLX build', () => {
    const { reasons } = candidate(mac(26 * gib, 27 * gib), '26b+mlx', { contextTokensTotal: 8192 });
    expect(codes(reasons)).not.toContain('prompt-cache-tight');
  });

  it('a Mac gives no figure for builds that are known to run far below what their bytes say', () => {
    const big = mac(100 * gib, 120 * gib);
    expect(candidate(big, '31b-mlx-bf16').speed).toBeNull();
    expect(candidate(big, '26b-mlx-bf16').speed).toBeNull();
    expect(candidate(big, '12b-mlx-bf16').speed).not.toBeNull();
  });

  it('a Mac is warned of memory that is never freed, by the versions that do so', () => {
    const known = (ollamaVersion: string) =>
      candidate(m4, '31b-mlx', { contextTokensTotal: 4096, ollamaVersion }).reasons.flatMap((reason) =>
        reason.code === 'known-problem' ? [reason.id] : [],
      );
    expect(known('0.33.3')).toContain('mlx-snapshots-unbounded');
    expect(known('0.34.0')).not.toContain('mlx-snapshots-unbounded');
  });

  it('a Mac refuses an MLX build whole when it does not fit: there is no split', () => {
    const small = candidate(mac(12 * gib, 14 * gib), '31b+mlx', { contextTokensTotal: 8192 });
    expect(small.verdict).toBe('no');
    expect(finding(small.reasons, 'mlx-refused').needBytes).toBeGreaterThan(19e9);
  });

  it('a Mac is offered no build of another kind of computer, nor the other way round', () => {
    const linux = machine([gpu({ freeBytes: 40 * gib })]);
    expect(sensibleBuilds(toSchedulerTarget(linux), '31b').every(({ platforms }) => platforms === null)).toBe(true);
    const { verdict, reasons } = candidate(linux, '31b-mxfp8');
    expect(verdict).toBe('no');
    expect(reasons).toEqual([{ code: 'wrong-platform', tag: 'gemma4:31b-mxfp8' }]);
  });

  it('a Mac says no to a requirement of an MLX build elsewhere', () => {
    const requirements = [parseRequirement('26b:mxfp8@8k')];
    const [result] = ask(machine([gpu({ freeBytes: 40 * gib })]), { requirements }).requirements;
    expect(result).toMatchObject({ outcome: 'failed', reasons: [{ code: 'wrong-platform' }] });
  });

  it('a Mac reads text only with some MLX builds, so they are no answer for vision', () => {
    const { candidates, recommendation } = ask(m4, { useCase: 'vision', contextTokensTotal: 8192 });
    expect(recommendation?.workload.vision).toBe(true);
    expect(candidates.find(({ build }) => build === '31b-mxfp8')).toBeDefined();
    expect(recommendation?.build).not.toBe('31b-mxfp8');
  });
});
