import type { CheckResult } from '../../advice/types.ts';
import { answerSentence, outcomeOf, outcomeTones } from '../answer.ts';
import { machineText } from '../human/machine-line.ts';
import { nextSteps } from '../human/next.ts';
import { sortedReasons } from '../human/reasons.ts';
import { safeJson } from '../json.ts';
import type { Renderer, RenderOptions } from '../options.ts';
import { machineLabel } from '../rows.ts';
import { sentencesFor } from '../sentences/index.ts';
import { shortlist } from '../shortlist.ts';
import { escapeXml } from '../text.ts';
import { isoTime } from '../time.ts';
import {
  candidatesTable,
  contextSection,
  evidenceSection,
  htmlSection,
  listSection,
  memorySection,
  requirementsSection,
  scroll,
} from './parts.ts';
import { style } from './style.ts';
import { needChart } from './svg.ts';

/** Some mail gateways and wikis cut what is larger. */
const largestBytes = 60_000;

/**
 * One page that needs nothing else: no script runs, nothing is fetched, the JSON of the result lies inside. Where the whole
 * of it would make the page too large, it has the candidates of the short list alone, and is a result by the schema still.
 */
export const renderHtml: Renderer = (result, options) => {
  const page = (inside: CheckResult): string => pageWith(result, inside, options);
  const whole = page(result);
  return sizeOf(whole) <= largestBytes ? whole : page({ ...result, candidates: shortlist(result) });
};

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function pageWith(result: CheckResult, inside: CheckResult, options: RenderOptions): string {
  const title = `gemma-fit: ${machineLabel(result)}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}</style></head>`,
    `<body><main>${reportBody(result, options)}</main>`,
    footer(result, options),
    `<script type="application/json" id="result">${scriptSafe(safeJson(inside))}</script>`,
    '</body></html>\n',
  ].join('\n');
}

/** What the report says, without its frame: sections of HTML that the planner page shows too. */
export function reportBody(result: CheckResult, options: RenderOptions): string {
  const { why, levers, goodToKnow } = sortedReasons(result);
  const chart = needChart(result, options.curves ?? []);
  return [
    `<h1 class="${outcomeTones[outcomeOf(result)]}">${escapeXml(answerSentence(result))}</h1>`,
    `<p class="soft">Machine: ${escapeXml(machineText(result))}${osText(result)}</p>`,
    requirementsSection(result),
    candidatesTable(result, options.curves ?? []),
    memorySection(result),
    contextSection(result, options.curves ?? []),
    chart === '' ? '' : htmlSection('How memory grows with context', scroll('Chart', chart)),
    listSection('Why', why),
    listSection('Ways to fit more', levers),
    listSection('Notes', [...result.warnings.map(sentencesFor(result.request)), ...goodToKnow]),
    nextSection(result, options),
    evidenceSection(result),
  ].join('\n');
}

function osText({ machine: { os } }: CheckResult): string {
  const name = [os.name ?? os.platform, os.version].filter(Boolean).join(' ');
  return name === '' ? '' : `; ${escapeXml(name)}`;
}

function nextSection(result: CheckResult, { modelFile = null }: RenderOptions): string {
  const steps = nextSteps(result, { modelFile }).map(
    ({ label, command }) => `<p>${escapeXml(label)}</p><pre tabindex="0">${escapeXml(command)}</pre>`,
  );
  return htmlSection('Next steps', steps.join(''));
}

function footer({ tool, data }: CheckResult, { nowSeconds }: RenderOptions): string {
  const when = nowSeconds == null ? '' : ` on ${isoTime(nowSeconds)}`;
  return `<footer class="soft"><p>gemma-fit ${escapeXml(tool.version)}, data of ${escapeXml(data.version)}${when}.</p></footer>`;
}

/** JSON that cannot end its script element. */
function scriptSafe(json: string): string {
  return json.replace(/</g, '\\u003c').replace(/>/g, '\\u003e').replace(/&/g, '\\u0026');
}
