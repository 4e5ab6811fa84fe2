import type { CheckResult } from '../../advice/types.ts';
import type { RenderOptions } from '../options.ts';
import { displayWidth, wrap } from '../text.ts';
import { textTable } from '../text-table.ts';
import { nextSteps } from './next.ts';

/** Most commands that the screen offers, and how many where it is full. */
const offeredMost = 3;
export const offeredLeast = 2;

/** What to type next: label and command side by side, or under one another where they do not fit. A command is never broken. */
export function commandLines(result: CheckResult, options: RenderOptions, most = offeredMost): string[] {
  const { columns, paint } = options;
  const steps = nextSteps(result, options).slice(0, most);
  const labelCells = Math.max(...steps.map(({ label }) => displayWidth(label)), 0);
  const widest = Math.max(...steps.map(({ command }) => displayWidth(command)), 0);
  if (labelCells + 2 + widest <= columns) {
    return textTable({ columns: [{}, {}], rows: steps.map(({ label, command }) => [label, paint.accent(command)]) });
  }
  return steps.flatMap(({ label, command }) =>
    displayWidth(`${label}  ${command}`) <= columns
      ? [`${label}  ${paint.accent(command)}`]
      : [...wrap(`${label}:`, columns), `    ${paint.accent(command)}`],
  );
}
