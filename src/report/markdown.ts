import type { CheckResult } from '../advice/types.ts';
import { answerSentence, outcomeOf } from './answer.ts';
import { nextSteps } from './human/next.ts';
import type { Renderer } from './options.ts';
import { machineLabel, type Row, rowHeads, rowOf } from './rows.ts';
import { sentence } from './sentences/index.ts';
import { escapeMarkdown } from './text.ts';
import { formatInteger } from './units.ts';

const signs = { yes: '✅', no: '❌', unknown: '❔' };
const outcomeWords = { met: '✅ met', failed: '❌ not met', unknown: '❔ cannot tell' };

/** For a pull request, an issue or a job summary. */
export const renderMarkdown: Renderer = (result) => {
  const parts = [
    `### ${signs[outcomeOf(result)]} ${escapeMarkdown(answerSentence(result))}`,
    `Machine: ${escapeMarkdown(machineLabel(result))}`,
    requirements(result),
    candidates(result),
    list('Why', (result.recommendation?.because ?? result.candidates[0]?.reasons ?? []).map(sentence)),
    list('Notes', result.warnings.map(sentence)),
    next(result),
    `<sub>gemma-fit ${escapeMarkdown(result.tool.version)}, data of ${escapeMarkdown(result.data.version)}</sub>`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
};

function requirements({ requirements: all }: CheckResult): string {
  if (all.length === 0) return '';
  const rows = all.map(({ requirement, outcome, reasons }) => [
    code(requirement.text),
    outcomeWords[outcome],
    reasons.map((finding) => escapeMarkdown(sentence(finding))).join('<br>'),
  ]);
  return table(['Requirement', 'Outcome', 'Why'], rows);
}

function candidates(result: CheckResult): string {
  if (result.candidates.length === 0) return '';
  return table(
    rowHeads,
    result.candidates.map((candidate) => cells(rowOf(candidate, result))),
  );
}

function cells(row: Row): string[] {
  const name = row.recommended ? `**${code(row.tag)}** ⬅` : code(row.tag);
  const memory = `${row.memory} (${formatInteger(row.memoryBytes)} B)`;
  return [name, escapeMarkdown(row.precision), row.download, memory, row.runsOn, row.ceiling, row.speed];
}

function table(heads: readonly string[], rows: readonly string[][]): string {
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

function next(result: CheckResult): string {
  const steps = nextSteps(result).map(
    ({ why, command }) => `- ${escapeMarkdown(why)}${command === null ? '' : ` ${code(command)}`}`,
  );
  return `**Next**\n\n${steps.join('\n')}`;
}
