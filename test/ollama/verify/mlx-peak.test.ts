import { describe, expect, it } from 'vitest';
import { newPeaks } from '../../../src/ollama/verify/mlx-peak.ts';
import { proofText } from '../../../src/report/proof.ts';
import { codes, GiB, loaded12b, logged, verify } from '../verify-scene.ts';

const line = (size: string, second = 1) =>
  `time=2026-11-26T10:00:0${second}.000Z level=INFO source=pipeline.go:91 msg="peak memory" size="${size}"\n`;
const start =
  'time=2026-11-26T09:59:00.000Z level=INFO msg="starting mlx runner subprocess" model=gemma4:12b-mlx port=50123\n';
const mlx = [{ ...loaded12b, format: 'safetensors' as const }];
/** The log before the load, after it, and after the answer. */
const logs = (...texts: string[]) => {
  const left = [...texts];
  return { readLog: async () => (left.length > 1 ? left.shift() : left[0]) ?? null };
};

describe('the peaks that an MLX runner tells', () => {
  it.each([
    ['512 B', 512],
    ['1.50 KiB', 1536],
    ['800.25 MiB', 839_122_944],
    ['17.10 GiB', 18_360_985_190],
    ['1.00 TiB', 2 ** 40],
  ])('%s', (size, bytes) => expect(newPeaks('', line(size))).toEqual([bytes]));

  it('only those that were not there before; a line told twice counts twice', () => {
    const before = start + line('7.90 GiB');
    expect(newPeaks(before, before)).toEqual([]);
    expect(newPeaks(before, before + line('8.00 GiB', 2))).toEqual([8 * GiB]);
    expect(newPeaks(before, before + line('7.90 GiB'))).toHaveLength(1);
  });

  it('lines of other programs and broken ones are none', () => {
    expect(
      newPeaks('', 'msg="peak memory" size=\nmsg="peak memory use" size="3 GiB"\nmsg="peak" size="1 GiB"\n'),
    ).toEqual([]);
  });
});

describe('verify of an MLX build', () => {
  const expected = { speed: null, peakBytes: 8.6 * GiB };

  it('verify of an MLX build takes the peak from the line that its answer added, and says so', async () => {
    const proof = await verify({ models: mlx, expected, around: logs('', start, start + line('8.50 GiB')) });
    expect(proof.measurement.peak).toEqual({ bytes: 8.5 * GiB, source: 'server log' });
    expect(proof.findings).toEqual([{ code: 'mlx-runner', peakRead: true }]);
    const text = proofText(proof, { file: null, quiet: false });
    expect(text).toMatch(/peak +8\.5 GiB \(predicted 8\.6 GiB; Ollama's log\)/);
    expect(text).toContain("the total after the answer and the peak in Ollama's log are compared");
  });

  it('verify of an MLX build waits for the line, which comes just after the answer', async () => {
    const waited: number[] = [];
    const proof = await verify({
      models: mlx,
      expected,
      around: {
        ...logs('', start, start, start, start + line('8.50 GiB')),
        sleep: async (ms) => {
          waited.push(ms);
        },
      },
    });
    expect(proof.measurement.peak?.bytes).toBe(8.5 * GiB);
    expect(waited.filter((ms) => ms === 200).length).toBe(3);
  });

  it('a peak that is far over the prediction fails', async () => {
    const proof = await verify({ models: mlx, expected, around: logs('', start, start + line('12.00 GiB')) });
    expect(proof.findings).toContainEqual(
      expect.objectContaining({ code: 'part-differs', part: 'mlxPeak', measuredBytes: 12 * GiB }),
    );
    expect(proof.passed).toBe(false);
  });

  it.each([
    ['no log', logged('')],
    ['a log without the line', logs('', start, start)],
    ['two new lines, one of another request', logs('', start, start + line('8.50 GiB') + line('3.00 GiB', 2))],
  ])('%s: no peak, and the proof says that none was found', async (_, around) => {
    const proof = await verify({ models: mlx, expected, around });
    expect(proof.measurement.peak).toEqual({ bytes: null, source: null });
    expect(codes(proof)).toEqual(['mlx-runner']);
    const text = proofText(proof, { file: null, quiet: false });
    expect(text).toMatch(/peak +not in Ollama's log/);
    expect(text).toContain('only the total after the answer is compared');
  });

  it('a GGUF build has no such lines', async () => {
    const proof = await verify({ around: logs('', line('8.50 GiB')) });
    expect(proof.measurement.peak).toBeUndefined();
  });
});
