import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import type { Candidate, CheckResult, NeedParts, Recommendation } from '../../src/advice/types.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import { memoize } from '../../src/memoize.ts';
import { machineNames, machinesFolder, replay } from './replay.ts';

const gib = (parts: NeedParts) =>
  `${(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) / 1024 ** 3).toFixed(1)} GiB`;
const kib = (tokens: number) => `${Math.round(tokens / 1024)}K`;
const twoDigits = (value: number) => Number(value.toPrecision(2));
const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

const layersOf = ({ placement }: Candidate) => `${placement.gpuLayers}/${placement.totalLayers}`;

const candidateLine = (candidate: Candidate) => {
  const { tag, verdict, ceilingTokens } = candidate;
  const most = ceilingTokens === null ? 'no context fits' : `up to ${kib(ceilingTokens)}`;
  return `${tag}: ${verdict}, ${layersOf(candidate)} layers, ${most}`;
};

function speedLine(speed: Recommendation['speed']): string | null {
  if (speed === null) return null;
  const { lowTokensPerSecond, highTokensPerSecond, basis } = speed;
  return `${twoDigits(lowTokensPerSecond)}-${twoDigits(highTokensPerSecond)} tokens a second (${basis})`;
}

/** What a reviewer can judge, rounded; golden rows and speed points prove exact bytes and rates. */
function summary({ recommendation, candidates, warnings }: CheckResult) {
  return {
    recommendation: recommendation && {
      tag: recommendation.tag,
      context: kib(recommendation.workload.contextTokensTotal),
      verdict: recommendation.verdict,
      layers: layersOf(recommendation),
      need: `${gib(recommendation.need.device)} on the GPU, ${gib(recommendation.need.host)} of RAM`,
      speed: speedLine(recommendation.speed),
      because: codes(recommendation.because),
    },
    candidates: candidates.map(candidateLine),
    warnings: codes(warnings),
  };
}

const answerOn = memoize(async (name: string): Promise<CheckResult> => {
  const machine = await probeMachine(replay(name));
  return checkMachine(machine, { ...openRequest, ollamaVersion: '0.33.0' }, { version: '0', dataAgeDays: 0 });
});

describe('what check answers on each machine of test/machines (check.json beside its machine.json)', () => {
  it.each(machineNames())('%s', async (name) => {
    const text = `${JSON.stringify(summary(await answerOn(name)), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`${machinesFolder}/${name}/check.json`);
  });
});

describe('what would be better on each machine', () => {
  it.each(machineNames())(
    'what would be better is a better model, or the same one clearly faster: %s',
    async (name) => {
      const { unlock, recommendation, candidates } = await answerOn(name);
      if (unlock === null || recommendation === null) return;
      const same = candidates.find(({ tag }) => tag === unlock.tag)?.variant === recommendation.variant;
      const now = recommendation.speed?.highTokensPerSecond ?? 0;
      if (same) expect(unlock.highTokensPerSecond).toBeGreaterThan(now);
    },
  );
});
