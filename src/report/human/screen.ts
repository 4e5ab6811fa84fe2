import type { CheckResult } from '../../advice/types.ts';
import { answerOf, outcomeOf, outcomeTones } from '../answer.ts';
import type { RenderOptions } from '../options.ts';
import { sentencesFor } from '../sentences/index.ts';
import { wrap } from '../text.ts';
import { barLines } from './bar-lines.ts';
import { candidateTable } from './candidate-table.ts';
import { commandLines, offeredLeast } from './commands.ts';
import { machineLine } from './machine-line.ts';
import { noteLines } from './note.ts';
import { requirementLines } from './requirements.ts';

/** A usual terminal: what is longer scrolls the answer away. */
export const screenRows = 24;

interface Block {
  lines: string[];
  /** Left out when the screen is full: the highest first; 0 stays. */
  expendable: number;
  /** What stands there instead when that was not enough. */
  shorter?: string[];
}

/**
 * `check` on one screen of 24 rows: the answer, the machine, a row a model, the memory, one note, what to type next, and where the
 * rest is. `--all` may be longer.
 */
export function screen(result: CheckResult, options: RenderOptions): string[] {
  const head = [...answerLines(result, options), ...machineLine(result, options), ...usersLine(result, options)];
  const blocks: Block[] = [
    { lines: head, expendable: 0 },
    { lines: requirementLines(result, options), expendable: 0 },
    { lines: candidateTable(result, options), expendable: 0 },
    { lines: barLines(result, options), expendable: result.requirements.length > 0 ? 2 : 1 },
    { lines: noteLines(result, options), expendable: result.requirements.length > 0 ? 1 : 0 },
    {
      lines: commandLines(result, options),
      expendable: 0,
      shorter: commandLines(result, options, offeredLeast),
    },
    { lines: footer(options), expendable: 0 },
  ];
  return joined(options.all ? blocks : fitting(blocks));
}

function answerLines(result: CheckResult, { columns, paint }: RenderOptions): string[] {
  const { head, facts } = answerOf(result);
  const tone = paint[outcomeTones[outcomeOf(result)]];
  const text = facts === '' ? head : `${head}   ${facts}`;
  if (text.length <= columns) return [paint.bold(tone(head)) + text.slice(head.length)];
  return [...wrap(head, columns).map((line) => paint.bold(tone(line))), ...wrap(facts, columns, '')].filter(Boolean);
}

/** Where several conversations were asked about: how many stay on the GPU, and what each gets. */
function usersLine({ request, recommendation }: CheckResult, { columns }: RenderOptions): string[] {
  if (request.sequences < 2 && request.mostSequences !== true) return [];
  const found = recommendation?.because.find(({ code }) => code === 'users');
  return found === undefined ? [] : wrap(sentencesFor(request)(found), columns);
}

function footer({ columns, paint }: RenderOptions): string[] {
  const parts = ['Why, limits, ways to fit more: --why', 'Other uses: --for code|agent|vision|long'];
  const one = parts.join('    ');
  return (one.length <= columns ? [one] : parts).map(paint.dim);
}

/** Without the blocks that there is no room for. */
function fitting(blocks: readonly Block[]): Block[] {
  let shown = blocks.filter(({ lines }) => lines.length > 0);
  while (joined(shown).length > screenRows) {
    const most = Math.max(...shown.map(({ expendable }) => expendable));
    if (most === 0) return shown.map(({ lines, shorter = lines, expendable }) => ({ lines: shorter, expendable }));
    shown = shown.filter(({ expendable }) => expendable !== most);
  }
  return shown;
}

function joined(blocks: readonly Block[]): string[] {
  return blocks
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ lines }, index) => (index === 0 ? lines : ['', ...lines]));
}
