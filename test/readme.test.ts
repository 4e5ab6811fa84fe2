import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { check, estimateMemory, placeModel, probe } from '../src/index.ts';
import { formats } from '../src/report/options.ts';

describe('README', () => {
  it('README shows what the commands print today (after a wanted change: npm run build && node scripts/readme.mjs)', () => {
    const script = fileURLToPath(new URL('../scripts/readme.mjs', import.meta.url));
    expect(spawnSync(process.execPath, [script, '--check']).status).toBe(0);
  });

  it('README names every format', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme).toContain(`--format ${formats.join('|')}`);
  });

  it('its library example gives what it says', async () => {
    const { device } = estimateMemory({ variant: '26b', quantization: 'Q4_K_M', contextTokens: 131_072 });
    expect((device.weightsBytes + device.kvCacheBytes + device.computeBytes) / 1e9).toBeCloseTo(20.0, 1);

    const placed = placeModel({
      variant: '31b',
      quantization: 'Q4_K_M',
      contextTokens: 32_768,
      devices: [{ freeBytes: 24 * 2 ** 30, marginBytes: 2 ** 30 }],
    });
    expect(placed).toMatchObject({ mode: 'full', gpuLayers: 61 });

    const result = check(await probe({ env: { OLLAMA_HOST: '127.0.0.1:1' } }), {
      contextTokens: 32_768,
      useCase: 'code',
    });
    expect(result.candidates.length).toBeGreaterThan(10);
  });
});
