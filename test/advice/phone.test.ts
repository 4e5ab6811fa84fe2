import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { exitOf } from '../../src/advice/exit.ts';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { answerSentence } from '../../src/report/answer.ts';
import { nextSteps } from '../../src/report/human/next.ts';

const answered = (gpu: string) =>
  checkMachine(hypotheticalMachine({ gpu }), openRequest, { version: '0', dataAgeDays: 0 });

describe('a phone', () => {
  it.each([
    ['iPhone 17 Pro', 'e4b'],
    ['Pixel 10', 'e4b'],
    ['Galaxy S26 Ultra 16GB', 'e4b'],
    ['OnePlus 13 24GB', 'e4b'],
    ['iPhone 17', 'e2b'],
    ['Pixel 8', 'e2b'],
    ['Galaxy A55 8GB', 'e2b'],
    ['iPhone 15', null],
    ['iPhone 13', null],
  ])('%s runs %s, as Google says: 8 GB for E2B, 12 GB for E4B', (gpu, variant) => {
    expect(answered(gpu).recommendation?.variant ?? null).toBe(variant);
  });

  it('a phone is offered E2B and E4B only, however much RAM it has', () => {
    expect(new Set(answered('OnePlus 13 24GB').candidates.map(({ variant }) => variant))).toEqual(
      new Set(['e2b', 'e4b']),
    );
  });

  it('a phone is answered with apps and no command of Ollama, by the same exit codes', () => {
    const fits = answered('Pixel 10');
    expect(answerSentence(fits)).toMatch(/^Recommended: Gemma 4 E4B, in an app, not through Ollama/);
    expect(
      nextSteps(fits)
        .map(({ command }) => command)
        .join('\n'),
    ).not.toMatch(/gemma-fit|ollama/i);
    expect([answered('Pixel 10'), answered('iPhone 13')].map(exitOf)).toEqual(['ok', 'no-fit']);
  });
});
