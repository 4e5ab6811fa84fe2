import { describe, expect, it } from 'vitest';
import { sensibleBuilds } from '../../src/advice/builds.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { ask, candidate, codes, finding } from './case.ts';
import { gib, gpu, mac, machine } from './machines.ts';

const m4 = mac(36 * gib, 44 * gib);
const tags = (version: string | null, on = m4) =>
  sensibleBuilds(toSchedulerTarget(on, version), '31b').map(({ id }) => id);

describe('a Mac', () => {
  it('gets the MLX build under the plain tag since Ollama 0.40, and the GGUF build by its own tags', () => {
    expect(tags('0.40.2')[0]).toBe('31b+mlx');
    expect(tags('0.40.2')).toContain('31b-it-q4_K_M');
    expect(tags('0.34.1')[0]).toBe('31b');
    expect(tags('0.34.1')).toContain('31b-mlx');
  });

  it('counts an MLX build from its own bytes and a bf16 cache, and says that this is assumed', () => {
    const { need, reasons, speed, verdict } = candidate(m4, '31b+mlx', { contextTokensTotal: 32_768 });
    expect(need.device.weightsBytes + need.device.drafterBytes).toBe(19e9);
    expect(need.device.kvCacheBytes).toBe(2 * 2 * (10 * 2048 * 32_768 + 50 * 4096 * 1024));
    expect(verdict).toBe('gpu');
    expect(speed).toBeNull();
    expect(codes(reasons)).toEqual(expect.arrayContaining(['mlx-build', 'mlx-assumed', 'mlx-context-open']));
  });

  it('refuses an MLX build whole when it does not fit: there is no split', () => {
    const small = candidate(mac(12 * gib, 14 * gib), '31b+mlx', { contextTokensTotal: 8192 });
    expect(small.verdict).toBe('no');
    expect(finding(small.reasons, 'mlx-refused').needBytes).toBeGreaterThan(19e9);
  });

  it('is offered no build of another kind of computer, nor the other way round', () => {
    const linux = machine([gpu({ freeBytes: 40 * gib })]);
    expect(sensibleBuilds(toSchedulerTarget(linux), '31b').every(({ platforms }) => platforms === null)).toBe(true);
    const { verdict, reasons } = candidate(linux, '31b-mxfp8');
    expect(verdict).toBe('no');
    expect(reasons).toEqual([{ code: 'wrong-platform', tag: 'gemma4:31b-mxfp8' }]);
  });

  it('says no to a requirement of an MLX build elsewhere', () => {
    const requirements = [parseRequirement('26b:mxfp8@8k')];
    const [result] = ask(machine([gpu({ freeBytes: 40 * gib })]), { requirements }).requirements;
    expect(result).toMatchObject({ outcome: 'failed', reasons: [{ code: 'wrong-platform' }] });
  });

  it('reads text only with some MLX builds, so they are no answer for vision', () => {
    const { candidates, recommendation } = ask(m4, { useCase: 'vision', contextTokensTotal: 8192 });
    expect(recommendation?.workload.vision).toBe(true);
    expect(candidates.find(({ build }) => build === '31b-mxfp8')).toBeDefined();
    expect(recommendation?.build).not.toBe('31b-mxfp8');
  });
});
