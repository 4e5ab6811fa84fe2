import { describe, expect, it } from 'vitest';
import { exitOf } from '../../src/advice/exit.ts';
import type { CheckResult, RequirementResult, Verdict } from '../../src/advice/types.ts';

const result = (outcomes: RequirementResult['outcome'][], verdicts: Verdict[] = ['gpu'], recommended = true) =>
  ({
    requirements: outcomes.map((outcome) => ({ outcome })),
    candidates: verdicts.map((verdict) => ({ verdict })),
    recommendation: recommended ? {} : null,
  }) as CheckResult;

describe('the exit of check', () => {
  it('is ok when there is an answer', () => expect(exitOf(result([]))).toBe('ok'));
  it('is ok when every requirement is met', () => expect(exitOf(result(['met', 'met']))).toBe('ok'));
  it('is ok when requirements are met, whatever else runs', () =>
    expect(exitOf(result(['met'], ['no'], false))).toBe('ok'));
  it('is no-fit when one failed, even beside an unknown', () =>
    expect(exitOf(result(['unknown', 'failed']))).toBe('no-fit'));
  it('is unknown when one cannot be told', () => expect(exitOf(result(['met', 'unknown']))).toBe('unknown'));
  it('is no-fit when nothing runs', () => expect(exitOf(result([], ['no', 'no'], false))).toBe('no-fit'));
  it('is unknown when memory was not read', () => expect(exitOf(result([], ['no', 'unknown'], false))).toBe('unknown'));
});
