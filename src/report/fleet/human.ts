import type { Fleet, FleetModel, FleetRow } from '../../advice/fleet.ts';
import { verdictSign } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { contextOfOne } from '../pull-line.ts';
import { displayWidth, shorten, wrap } from '../text.ts';
import { textTable } from '../text-table.ts';
import { formatContext, formatInteger, formatSpeed } from '../units.ts';
import { fleetSentence, roundingSentence, shortfalls, whereItRuns } from './sentences.ts';

/** For a person: what runs everywhere, how far each requirement is met, then a row a machine. */
export function renderFleetHuman(fleet: Fleet, options: RenderOptions): string {
  const lines = options.quiet ? [fleetSentence(fleet)] : full(fleet, options);
  return `${lines.join('\n')}\n`;
}

function full(fleet: Fleet, options: RenderOptions): string[] {
  return [
    ...wrap(fleetSentence(fleet), options.columns).map(options.paint.bold),
    ...requirementLines(fleet),
    '',
    ...machineTable(fleet, options),
    '',
    options.paint.bold('Machines per model (fully on GPU / at all)'),
    ...textTable({
      columns: [{ align: 'right', cells: 7 }, { align: 'right', cells: 7 }, {}],
      rows: bestOfEach(fleet).map(({ onDevice, atAll, tag }) => [formatInteger(onDevice), formatInteger(atAll), tag]),
      indent: 2,
    }),
    '',
    ...wrap(roundingSentence(fleet), options.columns).map(options.paint.dim),
  ];
}

function requirementLines({ requirements }: Fleet): string[] {
  return requirements.map(
    ({ text, met, failed, unknown }) =>
      `  ${text}: passed on ${formatInteger(met)}, failed on ${formatInteger(failed)}${unknown > 0 ? `, unknown on ${formatInteger(unknown)}` : ''}`,
  );
}

/** The most widely usable build of each model. */
function bestOfEach({ models }: Fleet): FleetModel[] {
  return models.filter(({ variant }, index) => models.findIndex((other) => other.variant === variant) === index);
}

interface Cell {
  head: string;
  text: (row: FleetRow) => string;
}

function machineTable(fleet: Fleet, options: RenderOptions): string[] {
  const cells = columnsOf(fleet, options);
  const heads = cells.map(({ head }) => head);
  const rows = fleet.rows.map((row) => cells.map(({ text }) => text(row)));
  const widths = widthsOf(heads, rows, options.columns);
  const [head = '', ...body] = textTable({
    columns: widths.map((width) => ({ cells: width })),
    rows: [heads, ...rows].map((texts) => texts.map((text, index) => shorten(text, widths[index] ?? 0))),
  });
  return [options.paint.bold(head), ...body];
}

/** What is not met comes before the speed and the context where there is no room for all. */
function columnsOf(fleet: Fleet, { columns, unicode }: RenderOptions): Cell[] {
  const required = fleet.requirements.length > 0;
  const ofOne = (tokens: number) => formatContext(contextOfOne(tokens, fleet.request.sequences));
  const roomy = columns >= 110 || !required;
  return [
    { head: 'Machine', text: ({ name }) => name },
    { head: 'Hardware', text: ({ hardware, error }) => error ?? hardware },
    { head: 'Model', text: ({ recommended }) => recommended?.replace(/^gemma4:/, '') ?? '-' },
    { head: 'Runs on', text: (row) => `${verdictSign(row.verdict, unicode)} ${whereItRuns(row)}` },
    ...(roomy ? [{ head: 'Max', text: ({ ceilingTokens }: FleetRow) => known(ceilingTokens, ofOne) }] : []),
    ...(roomy ? [{ head: 'Tok/s', text: ({ speed }: FleetRow) => known(speed, formatSpeed) }] : []),
    ...(required ? [{ head: 'Failed', text: (row: FleetRow) => shortfalls(row, fleet) }] : []),
  ];
}

function known<T>(value: T | null, format: (value: T) => string): string {
  return value === null ? '-' : format(value);
}

/** Widths of their longest cells; the hardware, then the name, then what is not met give way where the line would be too long. */
function widthsOf(heads: readonly string[], rows: readonly string[][], columns: number): number[] {
  const widths = heads.map((head, index) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[index] ?? '')), displayWidth(head)),
  );
  const last = heads.length - 1;
  for (const [index, least] of [
    [1, 16],
    [last, 12],
    [0, 10],
    [1, 8],
    [2, 8],
  ] as const) {
    const over = widths.reduce((sum, width) => sum + width, 2 * last) - columns;
    const width = widths[index] ?? 0;
    if (over > 0) widths[index] = Math.max(width - over, Math.min(width, least));
  }
  return widths;
}
