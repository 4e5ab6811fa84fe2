import type { Needs, NeedsRow } from '../advice/needs.ts';
import type { OtherNeeds } from '../advice/needs-other.ts';
import type { Speed } from '../advice/types.ts';
import type { Runtime } from '../data/ids.ts';
import { deviceSpecs } from '../data/tables.ts';
import { clean } from '../text.ts';
import { shortName } from './human/machine-line.ts';
import { buildName, serverNames } from './labels.ts';
import { allNeeds } from './needs-all.ts';
import type { PlainScreen } from './options.ts';
import { formatContexts } from './pull-line.ts';
import { sentence } from './sentences/index.ts';
import { shorten, wrap } from './text.ts';
import { textTable } from './text-table.ts';
import { formatMemory, formatSize, formatSpeed } from './units.ts';

export type NeedsScreen = PlainScreen & {
  quiet?: boolean;
  /** Every build and every device. */
  all?: boolean;
  other?: OtherNeeds;
  /** Whose answer it is; default: Ollama's. */
  runtime?: Runtime;
  /** A speed was asked for too, by itself or for a use. */
  asksForSpeed?: boolean;
};

/** Sizes of each kind that the short answer lists. */
const sizesMost = { cards: 3, macs: 2 };
const namesMost = 4;
const labelCells = 9;
const rateCells = 16;

/** Cards for mining and of single markets: not bought for this. */
const rare = /^(CMP|P10\d)|\bD( v2)?$/;

/** Hardware that runs one model, for somebody who buys: common cards, Macs, two cards, RAM; in twelve lines. `all` has the rest. */
export function renderNeeds(needs: Needs, options: NeedsScreen): string {
  const lines = options.quiet ? [headline(needs, options.other)] : page(needs, options);
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function page(needs: Needs, options: NeedsScreen): string[] {
  const { columns, paint } = options;
  const head = wrap(headline(needs, options.other), columns).map(paint.bold);
  if (needs.because.length > 0) return head;
  const body = options.all ? allNeeds(needs, options) : shortNeeds(needs, options);
  return [
    ...head,
    ...wrap(memoryNeeded(needs), columns),
    '',
    ...body,
    ...wrap(leftOut(needs, options), columns).map(paint.dim),
  ];
}

function headline(needs: Needs, other?: OtherNeeds): string {
  const { variant, contextTokens, sequences, because } = needs;
  if (because.length > 0) return [`No known hardware runs ${variant} as asked.`, ...because.map(sentence)].join(' ');
  const [card] = commonCards(needs);
  const [mac] = macsOf(needs);
  const [pair] = other?.pairs ?? [];
  const ways = [
    ...(card === undefined ? [] : [`${sized(card)} GPU`]),
    ...(mac === undefined ? [] : [`${sized(mac)} Mac`]),
    ...(pair === undefined ? [] : [`two ${formatSize(pair.memoryBytes)} GPUs`]),
  ];
  const at = `${variant} at ${formatContexts(contextTokens, sequences)}`;
  const [smallest] = needs.rows;
  if (ways.length > 0) return `${at} needs ${list(ways)}.`;
  if (smallest === undefined) return `No known GPU runs ${at} entirely.`;
  return `${at} needs ${sized(smallest)} GPU (${nameOf(smallest)}).`;
}

/** `a 24 GB`, `an 8 GB`. */
function sized({ memoryBytes }: NeedsRow): string {
  const size = formatSize(memoryBytes);
  return `${/^(8|11|18|80)/.test(size) ? 'an' : 'a'} ${size}`;
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

/** Of the build that asks least: what has to be free. */
function memoryNeeded({ builds }: Needs): string {
  const [least] = [...builds].sort((a, b) => a.freeBytes - b.freeBytes);
  if (least === undefined) return '';
  const text = least.textFreeBytes < least.freeBytes ? ` (text only ${formatMemory(least.textFreeBytes)})` : '';
  return `Free GPU memory required: ${formatMemory(least.freeBytes)}${text}, ${buildName({ tag: clean(least.tag) })}.`;
}

function shortNeeds(needs: Needs, options: NeedsScreen): string[] {
  const { pairs = [], ram = null } = options.other ?? {};
  const rows = [
    ...groups(commonCards(needs))
      .slice(0, sizesMost.cards)
      .map((group) => groupRow(formatSize(sizeOf(group)), group)),
    ...groups(macsOf(needs))
      .slice(0, sizesMost.macs)
      .map((group) => groupRow(`${formatSize(sizeOf(group))} Mac`, group)),
    ...groups(pairs.filter((row) => !rare.test(nameOf(row))))
      .slice(0, 1)
      .map((group) => groupRow('2 GPUs', group, '2x ')),
    ...(ram === null ? [] : [shortRow('CPU', `${formatSize(ram.ramBytes)} of RAM`, ram.speed)]),
  ];
  if (rows.length === 0) return [];
  const cells = Math.min(options.columns - labelCells - 4 - rateCells, 49);
  const lines = textTable({
    columns: [{ align: 'right', cells: labelCells }, { cells }, { align: 'right', cells: rateCells }],
    rows: rows.map(([label, text, rate]) => [label, shorten(text, cells), rate]),
  });
  return [...lines, ''];
}

function leftOut({ rows, tooSmall, unusable }: Needs, { all, runtime = 'ollama', ...asked }: NeedsScreen): string {
  const rest = all === true ? '' : ' All: --all';
  const small = asked.asksForSpeed === true ? 'too small or too slow' : 'too small';
  return `${rows.length} known devices fit, ${tooSmall} are ${small}, ${unusable} unsupported by ${serverNames[runtime]}.${rest}`;
}

function commonCards({ rows }: Needs): NeedsRow[] {
  return rows.filter((row) => row.class === 'desktop' && row.kind === 'discrete' && !rare.test(nameOf(row)));
}

function macsOf({ rows }: Needs): NeedsRow[] {
  return rows.filter(({ vendor }) => vendor === 'apple');
}

/** Rows of one memory size, least first. */
function groups(rows: readonly NeedsRow[]): NeedsRow[][] {
  const bySize = new Map<number, NeedsRow[]>();
  for (const row of rows) bySize.set(row.memoryBytes, [...(bySize.get(row.memoryBytes) ?? []), row]);
  return [...bySize.entries()].sort(([a], [b]) => a - b).map(([, group]) => group);
}

const sizeOf = ([first]: readonly NeedsRow[]): number => first?.memoryBytes ?? 0;

type ShortRow = [label: string, text: string, rate: string];

/** ` 32 GB  RTX 5090, Radeon AI PRO R9700   41-60 tok/s`, the newest devices first. */
function groupRow(label: string, group: readonly NeedsRow[], prefix = ''): ShortRow {
  const newest = [...group].sort((a, b) => yearOf(b) - yearOf(a));
  const names = newest.map((row) => `${prefix}${nameOf(row).replace(/^Apple /, '')}`);
  return shortRow(label, names.slice(0, namesMost).join(', '), spanOf(group));
}

function shortRow(label: string, text: string, speed: Speed | SpeedSpan | null): ShortRow {
  return [label, text, speed === null ? '' : `${formatSpeed(speed)} tok/s`];
}

type SpeedSpan = Pick<Speed, 'lowTokensPerSecond' | 'highTokensPerSecond'>;

function spanOf(group: readonly NeedsRow[]): SpeedSpan | null {
  const speeds = group.flatMap(({ speed }) => (speed === null ? [] : [speed]));
  if (speeds.length === 0) return null;
  return {
    lowTokensPerSecond: Math.min(...speeds.map((speed) => speed.lowTokensPerSecond)),
    highTokensPerSecond: Math.max(...speeds.map((speed) => speed.highTokensPerSecond)),
  };
}

function nameOf({ name }: NeedsRow): string {
  return shortName(clean(name));
}

function yearOf({ id }: NeedsRow): number {
  return deviceSpecs.find((device) => device.id === id)?.year ?? 0;
}
