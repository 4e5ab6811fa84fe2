import { describe, expect, it } from 'vitest';
import type { CheckRequest } from '../../../src/advice/types.ts';
import { hypotheticalMachine } from '../../../src/machine/hypothetical/index.ts';
import { ask, codes, finding } from '../case.ts';

const on = (gpu: string, request: Partial<CheckRequest> = {}) => {
  const { recommendation } = ask(hypotheticalMachine({ gpu }), request);
  if (recommendation === null) throw new Error(`nothing for ${gpu}`);
  return recommendation;
};

describe('the MLX build that is faster but too short', () => {
  it('the MLX build that is faster but too short is named beside the GGUF build of the same model, with its speed and its longest prompt', () => {
    const { because, tag, speed } = on('M4 16GB');
    expect(tag).toBe('gemma4:12b-it-qat');
    const told = finding(because, 'mlx-faster');
    expect(told.tag).toBe('gemma4:12b');
    expect(told.longestTokens).toBeGreaterThan(26_000);
    expect(told.longestTokens).toBeLessThan(32_768);
    const middle = (told.lowTokensPerSecond + told.highTokensPerSecond) / 2;
    expect(middle).toBeGreaterThan(1.25 * (speed?.expectedTokensPerSecond ?? 0));
  });

  it('the MLX build that is faster but too short is also named where a context was asked for that ends its prompt in an abort', () => {
    const { because } = on('M4 16GB', { contextTokensTotal: 65_536 });
    expect(finding(because, 'mlx-faster').longestTokens).toBeLessThan(32_768);
  });

  it('the MLX build that is faster but too short is not named where its prompts are long enough', () => {
    expect(codes(on('M4 16GB', { contextTokensTotal: 16_384 }).because)).not.toContain('mlx-faster');
  });

  it.each([
    ['M2 Pro 32GB', 'it is no faster: a draft model gains nothing there'],
    ['M5 Max 128GB', 'the MLX build is the recommendation'],
    ['RTX 4090', 'MLX is for Macs'],
  ])('%s: %s', (gpu) => expect(codes(on(gpu).because)).not.toContain('mlx-faster'));

  it('the MLX build that is faster is not named where Ollama is older than those builds', () => {
    expect(codes(on('M4 16GB', { ollamaVersion: '0.30.0' }).because)).not.toContain('mlx-faster');
  });
});
