import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidingBytes, deviceNeedBytes } from '../../src/report/figures.ts';
import { renderers } from '../../src/report/index.ts';
import { formats } from '../../src/report/options.ts';
import { displayWidth } from '../../src/report/text.ts';
import { formatInteger, formatMemory } from '../../src/report/units.ts';
import { anyOptions, anyResult } from './arbitrary.ts';
import { hostileNames } from './hostile.ts';
import { createAccelerator, createCandidate, createMachine, createOptions, createResult, recommend } from './result.ts';

/** Everything that moves a cursor or turns the direction of reading, newline aside. */
const controls = /[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

describe.each(formats)('%s', (format) => {
  const render = renderers[format];

  it('the renderer takes every result and ends with one newline', () => {
    fc.assert(
      fc.property(anyResult, anyOptions, (result, options) => {
        const text = render(result, options);
        expect(text).toMatch(/[^\n]\n$/);
      }),
      { numRuns: 60 },
    );
  });

  it('the renderer leaves the result as it was and says the same twice', () => {
    fc.assert(
      fc.property(anyResult, anyOptions, (result, options) => {
        const before = structuredClone(result);
        const first = render(result, options);
        expect(result).toEqual(before);
        expect(render(result, options)).toBe(first);
      }),
      { numRuns: 20 },
    );
  });

  it('the renderer prints no control character, no reading-direction mark and no broken surrogate, whatever the names', () => {
    fc.assert(
      fc.property(anyResult, anyOptions, (result, options) => {
        const text = render(result, options);
        expect(controls.exec(text)).toBeNull();
        expect(text).not.toMatch(/\p{Surrogate}/u);
        expect(text.match(/.{0,60}(undefined|NaN|\[object).{0,20}/)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it.each(hostileNames)('no CI log takes %j for a command', (name) => {
    const lines = render(hostileResult(name), createOptions({ columns: 60 })).split('\n');
    const commands = lines.filter((line) => /^\s*::/.test(line) || line.includes('##['));
    const own =
      format === 'github' ? commands.filter((line) => /^::(notice|error|warning) title=gemma-fit/.test(line)) : [];
    expect(commands).toEqual(own);
    expect(own.length).toBeLessThanOrEqual(1);
  });
});

function hostileResult(name: string) {
  const best = createCandidate({ tag: name, build: name, quantization: name });
  return createResult({
    machine: createMachine({ accelerators: [createAccelerator({ name, source: name })] }),
    candidates: [best],
    recommendation: recommend(best),
    warnings: [{ code: 'probe-failed', probe: name, detail: name }],
  });
}

describe('the same bytes as in the JSON', () => {
  const cases = fc.property(anyResult, (result) => {
    for (const candidate of result.candidates) {
      const bytes = decidingBytes(candidate);
      expect(renderers.markdown(result, createOptions())).toContain(
        `${formatMemory(bytes)} (${formatInteger(bytes)} B)`,
      );
      expect(renderers.html(result, createOptions())).toContain(`title="${formatInteger(bytes)} bytes"`);
      expect(renderers.human({ ...result }, createOptions({ columns: 120, all: true }))).toContain(formatMemory(bytes));
      // Of two with the same labels only the first is written.
      const first = result.candidates.find(
        ({ variant, tag, workload }) =>
          variant === candidate.variant &&
          tag === candidate.tag &&
          workload.contextTokensTotal === candidate.workload.contextTokensTotal,
      );
      expect(renderers.prometheus(result, createOptions())).toContain(` ${deviceNeedBytes(first ?? candidate)}\n`);
      if (result.requirements.length === 0) {
        expect(renderers.junit(result, createOptions())).toContain(`${formatInteger(bytes)} bytes needed`);
      }
    }
  });

  it('the same bytes as in the JSON in markdown, html, human, prometheus and junit', () => {
    fc.assert(cases, { numRuns: 25 });
  });

  it('the same bytes as in the JSON in the explanation of a model: every part to the byte', () => {
    const text = renderers.human(createResult(), createOptions({ explain: '26b' }));
    for (const bytes of Object.values(createCandidate().need.device)) {
      if (bytes > 0) expect(text).toContain(`${formatInteger(bytes)} B`);
    }
  });
});

describe('human', () => {
  it.each([60, 80, 120])('human keeps within %i columns whatever the names, apart from commands to copy', (columns) => {
    fc.assert(
      fc.property(anyResult, fc.boolean(), (result, unicode) => {
        const lines = renderers.human(result, createOptions({ columns, unicode })).split('\n');
        const tooWide = lines.filter((line) => displayWidth(line) > columns && !line.startsWith('    '));
        expect(tooWide).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
