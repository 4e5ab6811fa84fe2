import type { Needs, NeedsBuild, NeedsRow } from '../advice/needs.ts';
import type { RenderOptions } from './options.ts';
import { sentence } from './sentences/index.ts';
import { clean, shorten, wrap } from './text.ts';
import { formatContext, formatMemory, formatSpeed } from './units.ts';

type Screen = Pick<RenderOptions, 'columns' | 'paint'> & { quiet?: boolean };

/** Hardware that runs one model, for a person: what the builds ask, the smallest devices, then groups of one size and kind. */
export function renderNeeds(needs: Needs, options: Screen): string {
  const lines = options.quiet ? [headline(needs)] : full(needs, options);
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function full(needs: Needs, options: Screen): string[] {
  const { rows, because, tooSmall, unusable } = needs;
  const left = `${tooSmall} devices of the table are too small for it; Ollama would not use ${unusable}.`;
  return [
    ...wrap(options.paint.bold(headline(needs)), options.columns),
    '',
    options.paint.bold('What must be free on one device'),
    ...needs.builds.map(buildLine),
    '',
    ...(rows.length === 0
      ? []
      : [options.paint.bold('Runs wholly on, least memory first'), ...groupLines(rows, options), '']),
    ...(because.length > 0 ? [] : wrap(options.paint.dim(left), options.columns)),
  ];
}

function headline({ variant, contextTokens, rows, because }: Needs): string {
  const [smallest] = rows;
  const at = `${variant} at ${formatContext(contextTokens)}`;
  if (because.length > 0)
    return [`No device of the table runs ${variant} as asked.`, ...because.map(sentence)].join(' ');
  if (smallest === undefined) return `No device of the table runs ${at} wholly.`;
  const names = rows.filter(({ memoryBytes }) => memoryBytes === smallest.memoryBytes).map(nameOf);
  const some = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `${at} runs wholly on a device from ${formatMemory(smallest.memoryBytes)}: ${some}.`;
}

function buildLine({ build, tag, freeBytes, textFreeBytes, hostBytes }: NeedsBuild): string {
  const text = textFreeBytes < freeBytes ? ` (text only ${formatMemory(textFreeBytes)})` : '';
  const host = hostBytes > 0 ? `, and ${formatMemory(hostBytes)} of RAM` : '';
  const where = build.endsWith('+mlx') ? ' on a Mac (MLX)' : '';
  const name = shorten(clean(tag).replace(/^gemma4:/, '') + where, 24);
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
  const build = shorten(first.tag.replace(/^gemma4:/, ''), 24);
  const names = wrap(group.map(nameOf).join(', '), columns - indent.length).map((line) => `${indent}${line}`);
  return [`  ${size} ${build}, to ${formatContext(least)}${speedOf(group)}`, ...names];
}

const indent = ' '.repeat(12);

function speedOf(group: readonly NeedsRow[]): string {
  const speeds = group.flatMap(({ speed }) => (speed === null ? [] : [speed]));
  if (speeds.length === 0) return '';
  const lowTokensPerSecond = Math.min(...speeds.map((speed) => speed.lowTokensPerSecond));
  const highTokensPerSecond = Math.max(...speeds.map((speed) => speed.highTokensPerSecond));
  return `, ${formatSpeed({ lowTokensPerSecond, highTokensPerSecond })} tok/s`;
}

function nameOf({ name }: NeedsRow): string {
  return clean(name).replace(/^(NVIDIA |AMD |Intel )?(GeForce |Radeon )?/, '');
}
