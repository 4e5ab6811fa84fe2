import type { CheckResult } from '../advice/types.ts';
import { outcomeOf } from './answer.ts';
import { onePerVariant } from './context-matrix.ts';
import type { Renderer } from './options.ts';
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

/** Names without prefix, and values, within Kubernetes' rules for labels. */
export function nodeLabels(result: CheckResult): Record<string, string> {
  const { recommendation, requirements } = result;
  const labels: Record<string, string> = { 'checked-with': labelValue(result.tool.version) };
  for (const { variant, verdict } of onePerVariant(result)) labels[fitsLabel(variant)] = String(verdict === 'gpu');
  if (recommendation !== null) {
    const context = recommendation.ceilingTokens ?? recommendation.workload.contextTokensTotal;
    labels.recommended = labelValue(recommendation.tag);
    labels['max-context'] = labelValue(String(context));
  }
  if (requirements.length > 0)
    labels.requirements = { yes: 'met', no: 'not-met', unknown: 'unknown' }[outcomeOf(result)];
  return labels;
}

/** Name of the label that says whether a variant runs wholly on the GPU. */
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
