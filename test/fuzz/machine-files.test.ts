import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { doctorReport } from '../../src/commands/doctor.ts';
import { FitError } from '../../src/errors.ts';
import { parseMachineFile } from '../../src/machine/file.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import { safeJson } from '../../src/report/json.ts';
import { clean } from '../../src/text.ts';
import { replay } from '../machine/replay.ts';
import { cpuMsOf, dirt, mutation, tokens } from './hostile.ts';

const secrets = { hostName: 'alices-box', userName: 'alice', homeDir: '/home/alice' };
const files = await Promise.all(
  ['linux-rtx-4090', 'linux-h100-mig', 'github-runner', 'raspberry-pi-5'].map(
    async (name) => doctorReport(await probeMachine(replay(name), { budgetMs: 15_000 }), secrets).json,
  ),
);

/** Values that no machine has, of every type. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 0.5, 2 ** 53, -(2 ** 53), 1e308, [], {}, '', 'x'.repeat(100_000)),
  fc.constantFrom<unknown>(Array(70).fill({}), Array(6000).fill(0), { code: 'no-such-code' }, [[[[[[]]]]]]),
  fc.constantFrom<unknown>(...tokens),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Changes of the document by its structure: a value somewhere in it becomes another, goes, or comes many times. */
const change = fc.record({
  steps: fc.array(fc.nat(200), { minLength: 1, maxLength: 5 }),
  how: fc.constantFrom('set', 'remove', 'repeat'),
  value: odd,
  times: fc.constantFrom(2, 30, 300),
});

function changed(
  document: unknown,
  { steps, how, value, times }: { steps: number[]; how: string; value: unknown; times: number },
) {
  let at = document as Record<string, unknown>;
  let key = '';
  for (const [i, step] of steps.entries()) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    key = keys[step % keys.length] ?? '';
    const next = at[key];
    if (i === steps.length - 1 || typeof next !== 'object' || next === null) break;
    at = next as Record<string, unknown>;
  }
  if (how === 'remove') delete at[key];
  else if (how === 'set') at[key] = value;
  else if (Array.isArray(at)) (at as unknown[]).push(...Array(times).fill(at[key as never]));
  else at[key] = Array(times).fill(at[key]);
}

/** Refused in one sentence, or answered: both in bounded time. */
async function expectJudged(text: string): Promise<'refused' | 'answered'> {
  const work = () => {
    try {
      const machine = parseMachineFile(text);
      return checkMachine(machine, openRequest, { version: '0.0.0', dataAgeDays: 1 });
    } catch (error) {
      if (error instanceof FitError) return error;
      throw error;
    }
  };
  const { result, cpuMs } = await cpuMsOf(work);
  expect(cpuMs).toBeLessThan(2500);
  if (result instanceof FitError) {
    expect(result.code).toBe('bad-file');
    expect(clean(result.message)).not.toMatch(dirt);
    return 'refused';
  }
  expect(safeJson(result)).not.toMatch(dirt);
  return 'answered';
}

describe('a machine file', () => {
  it('a machine file that is changed anywhere in its structure is refused, or answered for', async () => {
    const outcomes = { refused: 0, answered: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        async (file, changes) => {
          const document = JSON.parse(file);
          for (const one of changes) changed(document, one);
          outcomes[await expectJudged(JSON.stringify(document))] += 1;
        },
      ),
      { numRuns: 200 },
    );
    // Both are met, or the changes are too wild or too tame.
    expect(Math.min(outcomes.refused, outcomes.answered)).toBeGreaterThan(10);
  }, 120_000);

  it('a machine file that is changed anywhere in its text, too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        mutation,
        async (file, change) => void (await expectJudged(change(file))),
      ),
      { numRuns: 150 },
    );
  }, 120_000);
});
