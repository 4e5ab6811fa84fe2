import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceNeedBytes } from '../../src/report/figures.ts';
import { renderers } from '../../src/report/index.ts';
import { anyResult } from './arbitrary.ts';
import { parsePrometheus } from './prometheus-parser.ts';
import { createCandidate, createOptions, createResult, createUnknownResult } from './result.ts';

const render = renderers.prometheus;

describe('prometheus', () => {
  it('prometheus is read by a strict parser, whatever the names', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(parsePrometheus(render(result, createOptions())).length).toBeGreaterThan(0);
      }),
    );
  });

  it('prometheus gives bytes, verdict, ceiling and speed of each candidate', () => {
    const samples = parsePrometheus(render(createResult(), createOptions()));
    const of = (name: string, extra: Record<string, string> = {}): number | undefined => {
      const labels = { variant: '26b', tag: 'gemma4:26b-a4b-it-qat', context: '32768', ...extra };
      return samples.find((sample) => sample.name === name && same(sample.labels, labels))?.value;
    };
    expect(of('gemma_fit_memory_required_bytes', { place: 'device' })).toBe(deviceNeedBytes(createCandidate()));
    expect(of('gemma_fit_fits')).toBe(1);
    expect(of('gemma_fit_context_ceiling_tokens')).toBe(180224);
    expect(of('gemma_fit_speed_tokens_per_second', { bound: 'low' })).toBe(88);
    expect(of('gemma_fit_recommended')).toBe(1);
  });

  it('prometheus leaves out what is not known instead of saying 0', () => {
    const text = render(createUnknownResult(), createOptions());
    expect(text).not.toContain('gemma_fit_fits');
    expect(text).not.toContain('pool="device"');
  });

  it('prometheus carries the time of the run only when there is one', () => {
    expect(render(createResult(), createOptions({ nowSeconds: 1795478400 }))).toContain('_seconds 1795478400\n');
    expect(render(createResult(), createOptions({ nowSeconds: null }))).not.toContain('last_run');
  });
});

function same(a: Record<string, string>, b: Record<string, string>): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
