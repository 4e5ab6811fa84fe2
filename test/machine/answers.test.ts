import { describe, expect, it } from 'vitest';
import { check, openRequest } from '../../src/advice/check.ts';
import type { Candidate, CheckResult } from '../../src/advice/types.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import { machineNames, machinesFolder, replay } from './replay.ts';

/** What a person takes from an answer: the choice with its bytes, and what becomes of every build. */
function summary({ recommendation, candidates, warnings }: CheckResult) {
  const line = ({ tag, verdict, ceilingTokens, placement }: Candidate) =>
    `${tag}: ${verdict}, ${placement.gpuLayers}/${placement.totalLayers} layers, ceiling ${ceilingTokens ?? 'none'}`;
  return {
    recommendation: recommendation && {
      tag: recommendation.tag,
      contextTokens: recommendation.workload.contextTokens,
      verdict: recommendation.verdict,
      need: recommendation.need,
      speed: recommendation.speed,
      because: recommendation.because.map(({ code }) => code),
    },
    candidates: candidates.map(line),
    warnings: warnings.map(({ code }) => code),
  };
}

describe('what check answers on each machine of test/machines (check.json beside its machine.json)', () => {
  it.each(machineNames())('%s', async (name) => {
    const machine = await probeMachine(replay(name));
    const result = check(machine, { ...openRequest, ollamaVersion: '0.33.0' }, { version: '0', dataAgeDays: 0 });
    const text = `${JSON.stringify(summary(result), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`${machinesFolder}/${name}/check.json`);
  });
});
