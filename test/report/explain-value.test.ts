import { describe, expect, it } from 'vitest';
import type { Candidate, CheckRequest } from '../../src/advice/types.ts';
import { useCases } from '../../src/advice/types.ts';
import { kvTypes } from '../../src/data/ids.ts';
import { valueLines } from '../../src/report/human/explain-value.ts';
import { ask, rtx4090 } from '../advice/case.ts';
import { gib, gpu, machine } from '../advice/machines.ts';
import { createOptions } from './result.ts';

const small = machine([gpu({ freeBytes: 8 * gib })]);

function linesOf(candidate: Candidate, request: CheckRequest, columns = 400): string[] {
  return valueLines(candidate, request, createOptions({ columns }));
}

/** The points that each line names. */
function terms(lines: readonly string[]): Record<string, number> {
  const found = lines.flatMap((line) => {
    const [, label, points] = /^ {2}(\S+(?: \S+)?) +(-?\d+\.\d\d)(?: |$)/.exec(line) ?? [];
    return label === undefined ? [] : [[label, Number(points)] as const];
  });
  return Object.fromEntries(found);
}

describe('the value of a candidate, explained', () => {
  it.each(useCases.flatMap((useCase) => kvTypes.map((kvType) => [useCase, kvType] as const)))(
    'the value of a candidate, explained has a line for each term, which add up to the value: %s with a %s cache',
    (useCase, kvType) => {
      for (const on of [rtx4090(), small]) {
        const { candidates, request } = ask(on, { useCase, kvType });
        const valued = candidates.filter(({ value }) => value !== null);
        expect(valued.length).toBeGreaterThan(0);
        for (const candidate of valued) {
          const { sum, ...parts } = terms(linesOf(candidate, request));
          expect(Object.keys(parts)).toEqual(['quality', 'weights', 'KV cache', 'speed', 'context', 'fragility']);
          expect(sum).toBeCloseTo(candidate.value?.points ?? Number.NaN, 2);
          expect(Object.values(parts).reduce((total, points) => total + points, 0)).toBeCloseTo(sum ?? Number.NaN, 2);
        }
      }
    },
  );

  it('the value of a candidate, explained gives every term one sentence', () => {
    const { candidates, request } = ask(small, { useCase: 'agent', kvType: 'q8_0' });
    for (const candidate of candidates.filter(({ value }) => value !== null)) {
      const [, ...lines] = linesOf(candidate, request);
      for (const line of lines.filter((one) => !one.startsWith('  sum'))) expect(line).toMatch(/ {2}\S.*\.$/);
    }
  });

  it('the value of a candidate, explained names the figures that the speed and the context are measured against', () => {
    const { candidates, request } = ask(small, { useCase: 'chat' });
    const slow = candidates.find(({ value }) => value !== null && value.tokensPerSecond < 10);
    if (slow === undefined) throw new Error('nothing is slow on this machine');
    const text = linesOf(slow, request).join('\n');
    expect(text).toMatch(
      /tok\/s with half of the context in use, 25 wanted: each halving below costs 6, below 10 another 13\./,
    );
    expect(text).toMatch(/32K wanted/);
  });

  it('the value of a candidate, explained keeps to the width of the terminal', () => {
    const { candidates, request } = ask(small);
    const [best] = candidates;
    if (best === undefined) throw new Error('no candidate');
    for (const line of linesOf(best, request, 60)) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('the value of a candidate, explained is not there where nothing runs, and says why', () => {
    const { candidates, request } = ask(machine([], { memory: { ...small.memory, availableBytes: 8 * gib } }));
    const tooBig = candidates.find(({ verdict }) => verdict === 'no');
    if (tooBig === undefined) throw new Error('everything runs');
    expect(linesOf(tooBig, request)).toEqual(['Not ranked by value: it does not run here.']);
  });
});
