import type { CheckResult } from '../advice/types.ts';
import { variantIds } from '../model/types.ts';
import { outcomeOf } from './answer.ts';
import { bestOnGpu } from './fits.ts';
import type { Renderer } from './options.ts';
import { contextOfOne } from './pull-line.ts';
import { isoTime } from './time.ts';

export const labelPrefix = 'gemma-fit.dev';
const validSeconds = 25 * 3600;

/**
 * Labels for Kubernetes Node Feature Discovery's local source (`features.d`). They lapse after 25 hours, so that a daily
 * run keeps them and a node that is no longer looked at loses them.
 */
export const renderNfd: Renderer = (result, { nowSeconds }) => {
  const expiry = nowSeconds == null ? [] : [`# +expiry-time=${isoTime(nowSeconds + validSeconds)}`];
  const labels = Object.entries(nodeLabels(result)).map(([name, value]) => `${labelPrefix}/${name}=${value}`);
  return `${[...expiry, ...labels].join('\n')}\n`;
};

/**
 * Names without prefix, and values, within Kubernetes' rules for labels. `context`: the recommended one; `max-context`: the longest that
 * stays fully on the GPU, absent where none does; `fits.gemma4.26b`: what the requirement `26b:gpu` means.
 */
export function nodeLabels(result: CheckResult): Record<string, string> {
  const { recommendation, requirements } = result;
  const labels: Record<string, string> = { 'checked-with': labelValue(result.tool.version) };
  const fitting = bestOnGpu(result).map(({ variant }) => variant);
  const tried = new Set(result.candidates.map(({ variant }) => variant));
  for (const variant of variantIds.filter((id) => tried.has(id)))
    labels[fitsLabel(variant)] = String(fitting.includes(variant));
  if (recommendation !== null) {
    const { ceilingTokens, workload } = recommendation;
    labels.recommended = labelValue(recommendation.tag);
    labels.context = String(workload.contextTokensPerSequence);
    if (ceilingTokens !== null) labels['max-context'] = String(contextOfOne(ceilingTokens, workload.sequences));
  }
  if (requirements.length > 0)
    labels.requirements = { yes: 'met', no: 'not-met', unknown: 'unknown' }[outcomeOf(result)];
  return labels;
}

/** Name of the label that says whether a variant runs fully on the GPU, at a usable speed. */
export function fitsLabel(variant: string): string {
  return `fits.gemma4.${variant}`;
}

/** At most 63 of [A-Za-z0-9._-], beginning and ending with a letter or digit: `gemma4:26b` becomes `gemma4.26b`. */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '.')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}
