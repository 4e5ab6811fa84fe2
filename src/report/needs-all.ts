import type { Needs, NeedsBuild, NeedsRow } from '../advice/needs.ts';
import { clean } from '../text.ts';
import { shortName } from './human/machine-line.ts';
import { buildName } from './labels.ts';
import type { PlainScreen } from './options.ts';
import { shortenMiddle, wrap } from './text.ts';
import { textTable } from './text-table.ts';
import { formatContext, formatMemory, formatSpeed } from './units.ts';

const [nameCells, memoryCells] = [24, 9];

/** `needs --all`: what every build asks, and every device that holds one of them. */
export function allNeeds({ builds, rows }: Needs, options: PlainScreen): string[] {
  return [
    options.paint.bold('Free GPU memory required'),
    ...buildLines(builds),
    '',
    ...(rows.length === 0
      ? []
      : [options.paint.bold('Hardware that fits it, smallest first'), ...groupLines(rows, options), '']),
  ];
}

function buildLines(builds: readonly NeedsBuild[]): string[] {
  return textTable({
    columns: [{ cells: nameCells }, { align: 'right', cells: memoryCells }, {}],
    rows: builds.map(({ build, tag, freeBytes, textFreeBytes, hostBytes }) => {
      const where = build.endsWith('+mlx') ? ' on a Mac (MLX)' : '';
      const text = textFreeBytes < freeBytes ? [`(text only ${formatMemory(textFreeBytes)})`] : [];
      const host = hostBytes > 0 ? [`and ${formatMemory(hostBytes)} of RAM`] : [];
      return [
        shortenMiddle(buildName({ tag: clean(tag) }) + where, nameCells),
        formatMemory(freeBytes),
        [...host, ...text].join(' '),
      ];
    }),
    gap: 1,
    indent: 2,
  });
}

/** Devices of one size, kind and build share a line. */
function groupLines(rows: readonly NeedsRow[], { columns }: PlainScreen): string[] {
  const groups = new Map<string, NeedsRow[]>();
  for (const row of rows) {
    const key = [row.memoryBytes, row.class, row.build].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => groupText(group, columns));
}

function groupText(group: readonly NeedsRow[], columns: number): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const least = Math.min(...group.map(({ ceilingTokens }) => ceilingTokens ?? 0));
  const text = `${shortenMiddle(buildName(first), nameCells)}, to ${formatContext(least)}${speedOf(group)}`;
  const head = textTable({
    columns: [{ align: 'right', cells: memoryCells }, { cells: 11 }, {}],
    rows: [[formatMemory(first.memoryBytes), first.class, wrap(text, columns - 24).join('\n')]],
    gap: 1,
    indent: 2,
  });
  const names = wrap(group.map(({ name }) => shortName(clean(name))).join(', '), columns - indent.length);
  return [...head, ...names.map((line) => `${indent}${line}`)];
}

const indent = ' '.repeat(12);

function speedOf(group: readonly NeedsRow[]): string {
  const speeds = group.flatMap(({ speed }) => (speed === null ? [] : [speed]));
  if (speeds.length === 0) return '';
  const lowTokensPerSecond = Math.min(...speeds.map((speed) => speed.lowTokensPerSecond));
  const highTokensPerSecond = Math.max(...speeds.map((speed) => speed.highTokensPerSecond));
  return `, ${formatSpeed({ lowTokensPerSecond, highTokensPerSecond })} tok/s`;
}
