import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { exitOf } from '../../src/advice/exit.ts';
import type { Candidate, CheckResult, Refusal, RequirementResult } from '../../src/advice/types.ts';
import { made, pace } from './made.ts';

type Outcome = RequirementResult['outcome'];

/** Requirements by outcome, and for a failed one why the deciding build does not run. */
function exit(outcomes: [Outcome, (Refusal | null)?][], candidates: Candidate[] = [], minimum: number | null = null) {
  const requirements = outcomes.map(([outcome, refusal = null]) => ({ outcome, refusal })) as RequirementResult[];
  const [best] = candidates.filter(({ verdict }) => verdict !== 'no' && verdict !== 'unknown');
  const recommendation = best === undefined ? null : { ...best, because: [] };
  const request = { ...openRequest, minimumTokensPerSecond: minimum };
  return exitOf({ request, requirements, recommendation, candidates } as CheckResult);
}
const refused = (refusal: Refusal) => made('26b', 'no', { refusal });

describe('the exit of check with requirements', () => {
  it.each<[string, [Outcome, (Refusal | null)?][]]>([
    ['ok', [['met'], ['met']]],
    ['no-fit', [['unknown'], ['failed']]],
    [
      'no-fit',
      [
        ['failed', 'memory'],
        ['failed', 'server'],
      ],
    ],
    ['no-fit', [['failed', 'platform']]],
    ['ollama-unavailable', [['failed', 'server'], ['met']]],
    ['ollama-unavailable', [['failed', 'problem']]],
    ['unknown', [['met'], ['unknown']]],
  ])('the exit of check with requirements is %s for %j', (name, outcomes) => expect(exit(outcomes)).toBe(name));

  it('the exit of check with requirements is ok when they are met, whatever else runs', () => {
    expect(exit([['met']], [made('31b', 'no')])).toBe('ok');
  });
});

describe('the exit of check without requirements', () => {
  it.each<[string, string, Candidate[]]>([
    ['ok', 'there is an answer', [made('12b')]],
    ['no-fit', 'nothing fits', [refused('memory'), refused('platform')]],
    ['unknown', 'memory was not read', [refused('memory'), made('12b', 'unknown')]],
    ['ollama-unavailable', 'a newer server would run something', [refused('memory'), refused('server')]],
    ['ollama-unavailable', 'a known problem of the server is in the way', [refused('problem')]],
  ])('the exit of check without requirements is %s when %s', (name, _when, candidates) =>
    expect(exit([], candidates)).toBe(name),
  );

  it('the exit of check without requirements is ok for a minimum speed that is reached for certain, and unknown for one that may be missed', () => {
    const fast = [made('12b', 'gpu', { speedAtFullContext: pace(35, 45) })];
    expect(exit([], fast, 35)).toBe('ok');
    expect(exit([], fast, 36)).toBe('unknown');
  });
});
