import { type Code, chapters, explanationOf } from './explanations/index.ts';
import { terms } from './explanations/terms.ts';
import type { Explanation } from './explanations/types.ts';
import { docsUrl } from './json.ts';
import type { PlainScreen } from './options.ts';
import { wrap } from './text.ts';
import { labelledLines } from './text-table.ts';

const parts: readonly [keyof Explanation, string][] = [
  ['means', 'Meaning'],
  ['matters', 'Why it matters'],
  ['remedy', 'What to do'],
  ['source', 'Source'],
];

/** `gemma-fit explain CODE` for a person. */
export function renderExplanation(code: Code, explanation: Explanation, { columns, paint }: PlainScreen): string {
  const rows = parts.map(([key, label]) => [label, explanation[key]] as const);
  const lines = definitions(rows, { columns, paint });
  return `${[paint.bold(code), ...lines, '', paint.dim(`${docsUrl}#${code}`)].join('\n')}\n`;
}

/** Terms beside their meanings; below one another on a narrow screen. */
function definitions(rows: readonly (readonly [string, string])[], { columns, paint }: PlainScreen): string[] {
  const bold = rows.map(([term, means]) => [paint.bold(term), means] as const);
  if (columns >= 60) return labelledLines(bold, { width: columns });
  return bold.flatMap(([term, means]) => [term, ...wrap(`  ${means}`, columns, '  ')]);
}

/** `gemma-fit explain` without a code: all there are, by chapter. */
export function renderCodes({ columns, paint }: PlainScreen): string {
  const blocks = Object.entries(chapters).map(([title, entries]) => [
    paint.bold(title),
    ...wrap(`  ${Object.keys(entries).join(', ')}`, columns, '  '),
  ]);
  const use = wrap('gemma-fit explain CODE shows one of them.', columns);
  return `${[...blocks.flatMap((lines) => [...lines, '']), ...use].join('\n')}\n`;
}

/** `gemma-fit help terms`. */
export function renderTerms({ columns, paint }: PlainScreen): string {
  const rows = terms.map(({ term, means }) => [term, means] as const);
  return `${definitions(rows, { columns, paint }).join('\n')}\n`;
}

/** docs/codes.md: the same texts as a page. */
export function codesPage(): string {
  const entry = (code: string): string[] => {
    const found = explanationOf(code);
    if (found === null) return [];
    const { means, matters, remedy, source } = found.explanation;
    return [
      `### ${code}`,
      '',
      means,
      '',
      `- Why it matters: ${matters}`,
      `- What to do: ${remedy}`,
      `- Source: ${source}`,
      '',
    ];
  };
  return [
    '# Codes and terms',
    '',
    'Every code that gemma-fit puts into its JSON, as `gemma-fit explain CODE` prints it. Made by `npm run docs` from',
    '`src/report/explanations`; do not edit it by hand.',
    '',
    '## Terms',
    '',
    ...terms.map(({ term, means }) => `- **${term}**: ${means}`),
    '',
    ...Object.entries(chapters).flatMap(([title, entries]) => [
      `## ${title}`,
      '',
      ...Object.keys(entries).flatMap(entry),
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
