import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderers } from '../../src/report/index.ts';
import { anyResult } from './arbitrary.ts';
import { createOptions, createResult, createSplit } from './result.ts';

const render = renderers.nfd;
/** Kubernetes: a qualified name is a DNS prefix and at most 63 of these; a value may also be empty. */
const prefix = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const word = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

describe('nfd', () => {
  it("nfd keeps Kubernetes' rules for labels, whatever the names", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const lines = render(result, createOptions()).trimEnd().split('\n');
        const labels = lines.filter((line) => !line.startsWith('#'));
        for (const line of labels) {
          const [key = '', value = '', ...more] = line.split('=');
          const [domain = '', name = '', ...rest] = key.split('/');
          expect([more, rest]).toEqual([[], []]);
          expect(domain).toMatch(prefix);
          expect(name).toMatch(word);
          if (value !== '') expect(value).toMatch(word);
        }
        expect(new Set(labels.map((line) => line.split('=')[0])).size).toBe(labels.length);
        expect(Buffer.byteLength(lines.join('\n'))).toBeLessThan(64 * 1024);
      }),
    );
  });

  it('nfd says which variants run wholly on the GPU, the recommendation, its context and the longest one', () => {
    const text = render(createResult({ candidates: [createResult().candidates[0]!, createSplit()] }), createOptions());
    expect(text).toBe(
      [
        '# +expiry-time=2026-11-25T01:00:00Z',
        'gemma-fit.dev/checked-with=0.1.0',
        'gemma-fit.dev/fits.gemma4.26b=true',
        'gemma-fit.dev/fits.gemma4.31b=false',
        'gemma-fit.dev/recommended=gemma4.26b-a4b-it-qat',
        'gemma-fit.dev/context=32768',
        'gemma-fit.dev/max-context=180224',
        '',
      ].join('\n'),
    );
  });
});
