import type { CheckResult, RequirementResult } from '../advice/types.ts';
import { cleanDeep } from '../clean-deep.ts';
import { answerSentence, type Outcome, outcomeOf } from './answer.ts';
import { decidedWith } from './decided-with.ts';
import { bestOnGpu } from './fits.ts';
import { outcomeWords } from './labels.ts';
import { renderMarkdown } from './markdown.ts';
import { plainOptions, type Renderer } from './options.ts';
import { contextOfOne } from './pull-line.ts';
import { sentencesFor } from './sentences/index.ts';

type Level = 'notice' | 'warning' | 'error';
const levelOfOutcome: Record<Outcome, Level> = { yes: 'notice', unknown: 'warning', no: 'error' };
const levelOfRequirement: Record<RequirementResult['outcome'], Level> = {
  met: 'notice',
  unknown: 'warning',
  failed: 'error',
};

/**
 * Workflow commands for the log of a GitHub Actions step: one annotation a requirement (GitHub shows ten of a level a
 * step), or one for the answer when nothing was required. Summary and outputs go to files: see below.
 */
export const renderGithub: Renderer = (result) => {
  const annotations = result.requirements.map((one) =>
    command(
      levelOfRequirement[one.outcome],
      `gemma-fit ${one.requirement.text}`,
      [`${outcomeWords[one.outcome]}.`, ...decidedWith(one), ...one.reasons.map(sentencesFor(result.request))].join(
        ' ',
      ),
    ),
  );
  const answer = answerSentence(result);
  const lines =
    annotations.length > 0
      ? [...annotations, answer]
      : [command(levelOfOutcome[outcomeOf(result)], 'gemma-fit', answer)];
  return `${lines.join('\n')}\n`;
};

/** Markdown for $GITHUB_STEP_SUMMARY. */
export function githubSummary(result: CheckResult): string {
  return renderMarkdown(cleanDeep(result), plainOptions);
}

/**
 * Lines for $GITHUB_OUTPUT: `recommended`, `variant`, `fits`, `context` (the recommended one), `max-context` (the longest that stays
 * fully on the GPU) and `models` (what fits the GPU, a JSON list for a matrix).
 */
export function githubOutputs(result: CheckResult): string {
  const cleaned = cleanDeep(result);
  const { recommendation } = cleaned;
  const ceilingTokens = recommendation?.ceilingTokens ?? null;
  const sequences = recommendation?.workload.sequences ?? 1;
  const values: Record<string, string> = {
    recommended: recommendation?.tag ?? '',
    variant: recommendation?.variant ?? '',
    fits: { yes: 'true', no: 'false', unknown: 'unknown' }[outcomeOf(result)],
    context: String(recommendation?.workload.contextTokensPerSequence ?? ''),
    'max-context': ceilingTokens === null ? '' : String(contextOfOne(ceilingTokens, sequences)),
    models: JSON.stringify(bestOnGpu(cleaned).map(({ tag }) => tag)),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function command(level: Level, title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** As @actions/core escapes the text of a command. */
function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
