import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderers } from '../../src/report/index.ts';
import { anyResult } from './arbitrary.ts';
import { createOptions, createResult, createSplit, createUnknownResult } from './result.ts';
import { type Element, junitFaults, parseXml } from './xml.ts';

const suiteOf = (text: string): Element => parseXml(text).children[0]!;
const casesOf = (text: string): Element[] => suiteOf(text).children.filter(({ name }) => name === 'testcase');
const render = renderers.junit;

describe('junit', () => {
  it('junit is well-formed and within the schema of the Jenkins and GitLab readers, whatever the names', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(junitFaults(parseXml(render(result, createOptions())))).toEqual([]);
      }),
    );
  });

  it('junit counts what it holds and gives every case its own name', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const text = render(result, createOptions());
        const cases = casesOf(text);
        const { attributes } = suiteOf(text);
        const holding = (child: string): number => cases.filter(({ children }) => children[0]?.name === child).length;
        expect(Number(attributes.tests)).toBe(cases.length);
        expect(cases.length).toBeGreaterThan(0);
        expect(Number(attributes.failures)).toBe(holding('failure'));
        expect(Number(attributes.skipped)).toBe(holding('skipped'));
        expect(new Set(cases.map((item) => item.attributes.name)).size).toBe(cases.length);
      }),
    );
  });

  it('junit has a case for each candidate when nothing was required: what does not fit fails', () => {
    const text = render(createResult({ candidates: [createSplit({ verdict: 'no' }), createSplit()] }), createOptions());
    const [tooBig, split] = casesOf(text);
    expect(tooBig?.children[0]?.name).toBe('failure');
    expect(tooBig?.children[0]?.text).toBe(tooBig?.children[0]?.attributes.message);
    expect(split?.children[0]?.name).toBe('system-out');
  });

  it('junit has a case for each requirement when there are some', () => {
    const requirement = {
      text: '31b@32k',
      variant: '31b',
      build: null,
      useCase: null,
      onDevice: false,
      contextTokensPerSequence: 32768,
      minimumTokensPerSecond: null,
    } as const;
    const result = createResult({
      requirements: [
        { requirement, outcome: 'failed', tag: null, contextTokensPerSequence: null, refusal: null, reasons: [] },
      ],
    });
    const cases = casesOf(render(result, createOptions()));
    expect(cases.map((item) => item.attributes.name)).toEqual(['31b@32k']);
    expect(cases[0]?.children[0]?.name).toBe('failure');
  });

  it('junit skips one case when nothing can be told, so that no reader calls the file empty', () => {
    const [only] = casesOf(render(createUnknownResult(), createOptions()));
    expect(only?.children[0]?.name).toBe('skipped');
  });
});
