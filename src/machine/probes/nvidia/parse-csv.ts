import { boundedLines, isNotAvailable } from '../../../system/text.ts';
import { type QueryField, queryFields, type RawCard } from './types.ts';

/**
 * Rows of `--format=csv`, with or without header and units. A header wins over the order asked.
 * A row of another length, or one whose uuid or name column holds something else, is not guessed at: only a name is saved.
 */
export function parseCsv(text: string, asked: readonly QueryField[]): { cards: RawCard[]; unreadable: number } {
  const rows = boundedLines(text)
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.some((cell) => cell !== ''));
  const header = rows[0] && headerOf(rows[0]);
  const columns = header ?? asked;
  const cards: RawCard[] = [];
  let unreadable = 0;
  for (const row of header ? rows.slice(1) : rows) {
    const card = cardOf(row, columns) ?? salvage(row);
    if (card) cards.push(card);
    else unreadable++;
  }
  return { cards, unreadable };
}

/** `memory.total [MiB]` is the field with its unit. Fields that are not asked here keep their place. */
function headerOf(row: string[]): string[] | null {
  const names = row.map((cell) => cell.replace(/\s*\[.*\]$/, ''));
  const known = names.filter((name) => name in queryFields).length;
  return known >= 1 && names.every((name) => /^[a-z][a-z0-9_.]*$/.test(name)) ? names : null;
}

function cardOf(row: string[], columns: readonly string[]): RawCard | null {
  const cells = joinName(row, columns);
  if (cells === null) return null;
  const card: RawCard = {};
  columns.forEach((column, place) => {
    if (column in queryFields) card[queryFields[column as QueryField]] = cells[place] ?? '';
  });
  return believable(card) ? card : null;
}

/** Too many cells are a comma in the name, when the name is the last column. */
function joinName(row: string[], columns: readonly string[]): string[] | null {
  if (row.length === columns.length) return row;
  if (row.length < columns.length || columns.at(-1) !== 'name') return null;
  return [...row.slice(0, columns.length - 1), row.slice(columns.length - 1).join(', ')];
}

function believable({ uuid, name, index, driverVersion, total, used, free }: RawCard): boolean {
  if (![total, used, free].every(isFigure)) return false;
  if (uuid !== undefined && !isNotAvailable(uuid) && !isUuid(uuid)) return false;
  if (index !== undefined && !isNotAvailable(index) && !/^\d{1,3}$/.test(index)) return false;
  if (driverVersion !== undefined && !isNotAvailable(driverVersion) && !/^\d{2,4}(\.\d+)+$/.test(driverVersion))
    return false;
  return name === undefined || isNotAvailable(name) || looksLikeName(name);
}

/** A memory cell holds a figure, right or wrong, or says that it says nothing; words are another row's. */
const isFigure = (text: string | undefined) =>
  text === undefined || isNotAvailable(text) || (text.length < 40 && /\d|^\[|^-?(nan|inf)/i.test(text));

/** Jetson boards write theirs without the prefix. */
const isUuid = (text: string) =>
  /^(GPU|MIG)-[\w/-]+$/i.test(text) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

const looksLikeName = (text: string) => /[a-z]/i.test(text) && !/[<>{}]/.test(text) && text.length <= 400;

/** A row in an unknown order still names its card when one cell cannot be anything but a name. */
function salvage(row: string[]): RawCard | null {
  const names = row.filter((cell) =>
    /^(nvidia|tesla|quadro|geforce|grid|rtx|gtx|titan|orin|xavier|thor|jetson)\b/i.test(cell),
  );
  return names.length === 1 && row.length > 1 && looksLikeName(names[0] ?? '') ? { name: names[0] ?? '' } : null;
}
