import type { Candidate, CheckResult } from '../advice/types.ts';
import { answerSentence, outcomeOf } from './answer.ts';
import { decidedWith } from './decided-with.ts';
import { machineText } from './human/machine-line.ts';
import { nextSteps } from './human/next.ts';
import { sortedReasons } from './human/reasons.ts';
import { outcomeWords } from './labels.ts';
import type { Renderer, RenderOptions } from './options.ts';
import { type Row, requirementHeads, rowHeads, toTableRow } from './rows.ts';
import { sentencesFor } from './sentences/index.ts';
import { shortlist } from './shortlist.ts';
import { escapeMarkdown } from './text.ts';
import { count, formatInteger } from './units.ts';

const signs = { yes: '✅', no: '❌', unknown: '❔' };
const outcomeSigns = { met: '✅', failed: '❌', unknown: '❔' };

/** For a pull request, an issue or a job summary. */
export const renderMarkdown: Renderer = (result, options) => {
  const { why, levers, goodToKnow } = sortedReasons(result);
  const parts = [
    `### ${signs[outcomeOf(result)]} ${escapeMarkdown(answerSentence(result))}`,
    `Machine: ${escapeMarkdown(machineText(result))}`,
    requirements(result),
    ...candidates(result, options),
    list('Why', why),
    list('Ways to fit more', levers),
    list('Notes', [...result.warnings.map(sentencesFor(result.request)), ...goodToKnow]),
    next(result, options),
    `<sub>gemma-fit ${escapeMarkdown(result.tool.version)}, data of ${escapeMarkdown(result.data.version)}</sub>`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
};

function requirements({ requirements: all, request }: CheckResult): string {
  const sentence = sentencesFor(request);
  if (all.length === 0) return '';
  const rows = all.map((one) => [
    code(one.requirement.text),
    `${outcomeSigns[one.outcome]} ${outcomeWords[one.outcome].toLowerCase()}`,
    [...decidedWith(one), ...one.reasons.map(sentence)].map(escapeMarkdown).join('<br>'),
  ]);
  return markdownTable(requirementHeads, rows);
}

/** The table of the best builds, and the others folded away. */
function candidates(result: CheckResult, { curves = [] }: RenderOptions): string[] {
  if (result.candidates.length === 0) return [];
  const short = shortlist(result);
  const others = result.candidates.filter((candidate) => !short.includes(candidate));
  const rows = (some: readonly Candidate[]): string[][] =>
    some.map((candidate) => cells(toTableRow(candidate, result, curves)));
  const folded = `<details><summary>${count(others.length, 'more build')}</summary>\n\n${markdownTable(rowHeads, rows(others))}\n\n</details>`;
  return [markdownTable(rowHeads, rows(short)), ...(others.length > 0 ? [folded] : [])];
}

function cells(row: Row): string[] {
  const name = row.recommended ? `**${code(row.tag)}** ⬅` : code(row.tag);
  const memory = `${row.memory} (${formatInteger(row.memoryBytes)} B)`;
  return [name, escapeMarkdown(row.precision), row.download, memory, row.runsOn, row.ceiling, row.speed];
}

/** A table in GitHub's Markdown; cells come escaped. */
export function markdownTable(heads: readonly string[], rows: readonly string[][]): string {
  const line = (items: readonly string[]): string => `| ${items.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Code in HTML tags: back-ticks inside a foreign name cannot end it. */
function code(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `**${title}**\n\n${items.map((item) => `- ${escapeMarkdown(item)}`).join('\n')}`;
}

function next(result: CheckResult, { modelFile = null }: RenderOptions): string {
  const steps = nextSteps(result, { modelFile }).map(
    ({ label, command }) => `- ${escapeMarkdown(label)}: ${code(command)}`,
  );
  return `**Next steps**\n\n${steps.join('\n')}`;
}
