import { buildById } from '../../data/tables.ts';
import type { AdviceFinding, Finding } from '../findings.ts';
import type { Candidate } from '../types.ts';

/** Less is within what two runs of one machine differ by. */
const worthTelling = 1.25;
/** A shorter prompt is none that one would change builds for. */
const leastTokens = 4096;

/** The fastest MLX build of the chosen model that is quicker than it and whose longest prompt is shorter than its context. */
export function mlxFaster(chosen: Candidate, ranked: readonly Candidate[]): AdviceFinding[] {
  const own = chosen.speed?.expectedTokensPerSecond ?? null;
  if (own === null || isMlx(chosen)) return [];
  const context = chosen.workload.contextTokensPerSequence;
  const faster = ranked
    .filter((candidate) => candidate.variant === chosen.variant && isMlx(candidate) && isOffered(candidate))
    .flatMap((candidate) => shorterOf(candidate) ?? [])
    .filter(({ longestTokens, speed }) => longestTokens < context && speed.expectedTokensPerSecond > worthTelling * own)
    .sort((a, b) => b.speed.expectedTokensPerSecond - a.speed.expectedTokensPerSecond);
  return faster.slice(0, 1).map(({ tag, longestTokens, speed }) => {
    const { lowTokensPerSecond, highTokensPerSecond } = speed;
    return { code: 'mlx-faster', tag, lowTokensPerSecond, highTokensPerSecond, longestTokens };
  });
}

interface Shorter {
  tag: string;
  longestTokens: number;
  speed: NonNullable<Finding<'mlx-aborts'>['speed']>;
}

/** What it can do with prompts that do not end it, whether it was asked for more or took less by itself. */
function shorterOf({ tag, reasons, speed, ceilingTokens, workload }: Candidate): Shorter | null {
  const aborts = reasons.find((reason): reason is Finding<'mlx-aborts'> => reason.code === 'mlx-aborts');
  const longest = aborts ? aborts.ceilingTokens : ceilingTokens === null ? null : ceilingTokens / workload.sequences;
  const told = aborts ? aborts.speed : speed;
  return longest === null || longest < leastTokens || told === null
    ? null
    : { tag, longestTokens: longest, speed: told };
}

const isMlx = ({ build }: Candidate) => buildById(build)?.runner === 'mlx';

/** Neither another platform's nor refused by the server or for a known problem. */
const isOffered = ({ refusal }: Candidate) => refusal === null || refusal === 'memory';
