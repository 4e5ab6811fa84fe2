import { describe, expect, it } from 'vitest';
import type { CheckResult, RequirementResult } from '../../src/advice/types.ts';
import { renderers } from '../../src/report/index.ts';
import { createPaint } from '../../src/terminal/style.ts';
import { exampleCurves } from './curves.ts';
import {
  createCandidate,
  createMachine,
  createOptions,
  createResult,
  createSplit,
  createUnknownResult,
  noRequirement,
  recommend,
} from './result.ts';

const human = (result = createResult(), options = {}): string =>
  renderers.human(result, createOptions({ columns: 200, ...options }));
const firstLine = (text: string): string => text.split('\n')[0] ?? '';

function requirement(text: string, outcome: RequirementResult['outcome']): RequirementResult {
  return {
    requirement: { text, ...noRequirement },
    outcome,
    tag: null,
    contextTokensPerSequence: null,
    refusal: null,
    reasons: [],
  };
}

describe('the first line is the answer', () => {
  it('the first line is the answer for a model that fits', () => {
    expect(firstLine(human())).toBe('Recommended: gemma4:26b-a4b-it-qat   fully on GPU, 32K context, ~88-131 tok/s');
  });

  it('the first line is the answer for a split, which does not claim the GPU alone', () => {
    const text = firstLine(human(createResult({ recommendation: recommend(createSplit()) })));
    expect(text).toContain('partly on CPU');
    expect(text).not.toContain('fully');
  });

  it('the first line says that a speed is unknown', () => {
    const best = recommend(createCandidate({ speed: null }));
    expect(firstLine(human(createResult({ recommendation: best })))).toContain('speed unknown');
  });

  it('the first line is the answer when nothing fits, and when nothing is known', () => {
    const one = createSplit({ verdict: 'no' });
    const no = createResult({ candidates: [one, one], recommendation: null });
    expect(firstLine(human(no))).toBe('No Gemma 4 model fits this machine with a 32K context.');
    const named = createResult({ candidates: [one], recommendation: null });
    expect(firstLine(human(named))).toBe(`${one.tag} does not fit this machine with a 32K context.`);
    expect(firstLine(human(createUnknownResult()))).toMatch(/^Could not determine/);
  });

  it.each([
    [[requirement('26b@32k', 'met')], 'Passed: 26b@32k.'],
    [[requirement('26b@32k', 'met'), requirement('31b@32k', 'failed')], 'Failed: 31b@32k (1 of 2).'],
    [[requirement('26b@32k', 'unknown')], 'Unknown: 26b@32k.'],
    [[requirement('a', 'unknown'), requirement('b', 'failed')], 'Failed: b (1 of 2).'],
  ])('the first line is the answer for requirements %#', (requirements, line) => {
    expect(firstLine(human(createResult({ requirements })))).toBe(line);
  });
});

describe('the rest', () => {
  it('the human report marks the recommended row, and says each verdict in a word', () => {
    const text = human();
    expect(text).toMatch(/^> 26b-a4b-it-qat .* GPU {2}/m);
    expect(text).toMatch(/^ {2}31b-it-q4_K_M .* GPU \+ CPU/m);
  });

  it('the human report shows RAM as well when the CPU helps', () => {
    const text = human(createResult({ recommendation: recommend(createSplit()) }), { why: true });
    expect(text).toMatch(/^RAM with/m);
  });

  it('the human report takes the cells of the context strip from the curves', () => {
    expect(
      human(
        createResult({
          candidates: [createCandidate({ variant: 'e2b', tag: 'gemma4:e2b-it-qat' })],
          recommendation: null,
        }),
        { curves: exampleCurves, why: true },
      ),
    ).toMatch(/^e2b-it-qat .* {5}–$/m);
  });

  it('the human report tells where to get Ollama when it does not answer', () => {
    expect(human(createResult({ machine: createMachine({ ollama: null }) }))).toContain('https://ollama.com/download');
  });

  it('the human report names what to try when there is no recommendation', () => {
    expect(human(createUnknownResult())).toContain('npx gemma-fit doctor');
  });

  it('the human report is ASCII when asked, a line at a time', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
    expect(human(createResult(), { unicode: false, columns: 80, curves: exampleCurves })).toMatch(/^[\x00-\x7f]*$/);
  });

  it('the human report colours nothing unless it is given colours, and the same text without them', () => {
    const painted = human(createResult(), { paint: createPaint(1) });
    expect(painted).toContain('\u001b[');
    expect(human()).not.toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(human());
  });
});

describe('what a warning says', () => {
  it('what a warning says is not said again as a reason of the candidate', () => {
    const clamped = { code: 'context-clamped' as const, askedTokens: 262_144, contextTokens: 131_072 };
    const { recommendation, ...result } = createResult();
    const reasons = [clamped];
    const doubly = { ...result, warnings: [clamped], recommendation: recommendation && { ...recommendation, reasons } };
    const text = human(doubly, { why: true });
    expect(text.split('You asked for 256K')).toHaveLength(2);
  });
});

describe('--quiet', () => {
  it('--quiet is one line, however narrow the terminal', () => {
    expect(human(createResult(), { quiet: true, columns: 40 }).split('\n')).toHaveLength(2);
  });
});

describe('--explain', () => {
  const explain = (wanted: string): string => human(createResult(), { explain: wanted });
  const best = ({ recommendation }: CheckResult) => recommendation?.tag ?? '';

  it.each(['26b', '26B', 'gemma4:26b', '26b-a4b-it-qat', 'gemma4:26b-a4b-it-qat'])(
    '--explain finds the model by %s',
    (name) => {
      expect(firstLine(explain(name))).toContain('gemma4:26b-a4b-it-qat');
    },
  );

  it('--explain takes a model for the build of it that is shown, also where the plain tag is called so', () => {
    const result = createResult();
    const plain = result.candidates.map((one) => (one.tag === best(result) ? { ...one, tag: 'gemma4:26b' } : one));
    const twice = { ...result, candidates: [...plain, ...result.candidates] };
    expect(firstLine(human(twice, { explain: '26b' }))).toContain(best(result));
    expect(firstLine(human(twice, { explain: 'gemma4:26b' }))).toContain('gemma4:26b ');
  });

  it('--explain finds a build whose name has capitals', () => {
    expect(firstLine(explain('31b-it-q4_k_m'))).toContain('gemma4:31b-it-q4_K_M');
    expect(firstLine(explain('31b-it-q4_K_M'))).toContain('gemma4:31b-it-q4_K_M');
  });

  it('--explain goes from what is free to what is left', () => {
    const text = explain('26b');
    expect(text).toMatch(/free +24,696,061,952 B/);
    expect(text).toMatch(/model +-15,474,212,800 B/);
    expect(text).toMatch(/reserve +-1,610,612,736 B/);
    expect(text).toMatch(/left +7,611,236,416 B/);
    expect(text).toContain('measured: nvidia-smi');
  });

  it('--explain says what there is when the model is not there', () => {
    expect(explain('7b')).toContain('No model called 7b in this answer. Available: gemma4:26b-a4b-it-qat');
  });
});
