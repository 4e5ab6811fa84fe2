import type { Needs, NeedsBuild, NeedsRow } from '../advice/needs.ts';
import { clean } from '../text.ts';
import { shortName } from './human/machine-line.ts';
import { buildName } from './labels.ts';
import type { RenderOptions } from './options.ts';
import { shortenMiddle, wrap } from './text.ts';
import { formatContext, formatMemory, formatSpeed } from './units.ts';

type Screen = Pick<RenderOptions, 'columns' | 'paint'>;

/** `needs --all`: what every build asks, and every device that holds one of them. */
export function allNeeds({ builds, rows }: Needs, options: Screen): string[] {
  return [
    options.paint.bold('Free GPU memory required'),
    ...builds.map(buildLine),
    '',
    ...(rows.length === 0
      ? []
      : [options.paint.bold('Hardware that fits it, smallest first'), ...groupLines(rows, options), '']),
  ];
}

function buildLine({ build, tag, freeBytes, textFreeBytes, hostBytes }: NeedsBuild): string {
  const text = textFreeBytes < freeBytes ? ` (text only ${formatMemory(textFreeBytes)})` : '';
  const host = hostBytes > 0 ? `, and ${formatMemory(hostBytes)} of RAM` : '';
  const where = build.endsWith('+mlx') ? ' on a Mac (MLX)' : '';
  const name = shortenMiddle(buildName({ tag: clean(tag) }) + where, 24);
  return `  ${name.padEnd(24)} ${formatMemory(freeBytes).padStart(9)}${text}${host}`;
}

/** Devices of one size, kind and build share a line. */
function groupLines(rows: readonly NeedsRow[], { columns }: Screen): string[] {
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
  const size = `${formatMemory(first.memoryBytes).padStart(9)} ${first.class.padEnd(11)}`;
  const build = shortenMiddle(buildName(first), 24);
  const names = wrap(group.map(({ name }) => shortName(clean(name))).join(', '), columns - indent.length);
  const head = wrap(`  ${size} ${build}, to ${formatContext(least)}${speedOf(group)}`, columns, indent);
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
