import { type Code, chapters, explanationOf } from './explanations/index.ts';
import { terms } from './explanations/terms.ts';
import type { Explanation } from './explanations/types.ts';
import { docsUrl } from './json.ts';
import type { RenderOptions } from './options.ts';
import { padCells, wrap } from './text.ts';

type Screen = Pick<RenderOptions, 'columns' | 'paint'>;

const parts: readonly [keyof Explanation, string][] = [
  ['means', 'Meaning'],
  ['matters', 'Why it matters'],
  ['remedy', 'What to do'],
  ['source', 'Source'],
];

/** `gemma-fit explain CODE` for a person. */
export function renderExplanation(code: Code, explanation: Explanation, { columns, paint }: Screen): string {
  const indent = ' '.repeat(columns >= 60 ? 16 : 2);
  const lines = parts.flatMap(([key, label]) =>
    columns >= 60
      ? labelled(paint.bold(padCells(label, 16)), wrap(explanation[key], columns - 16), indent)
      : [paint.bold(label), ...wrap(`  ${explanation[key]}`, columns, indent)],
  );
  return `${[paint.bold(code), ...lines, '', paint.dim(`${docsUrl}#${code}`)].join('\n')}\n`;
}

function labelled(label: string, [first = '', ...rest]: readonly string[], indent: string): string[] {
  return [label + first, ...rest.map((line) => indent + line)];
}

/** `gemma-fit explain` without a code: all there are, by chapter. */
export function renderCodes({ columns, paint }: Screen): string {
  const blocks = Object.entries(chapters).map(([title, entries]) => [
    paint.bold(title),
    ...wrap(`  ${Object.keys(entries).join(', ')}`, columns, '  '),
  ]);
  const use = wrap('gemma-fit explain CODE shows one of them.', columns);
  return `${[...blocks.flatMap((lines) => [...lines, '']), ...use].join('\n')}\n`;
}

/** `gemma-fit help terms`. */
export function renderTerms({ columns, paint }: Screen): string {
  const wide = columns >= 60;
  const lines = terms.flatMap(({ term, means }) =>
    wide
      ? labelled(paint.bold(padCells(term, 20)), wrap(means, columns - 20), ' '.repeat(20))
      : [paint.bold(term), ...wrap(`  ${means}`, columns, '  ')],
  );
  return `${lines.join('\n')}\n`;
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
