import type { Listed } from '../advice/listing.ts';
import type { Needs } from '../advice/needs.ts';
import { cleanDeep } from '../clean-deep.ts';
import { markdownTable } from './markdown.ts';
import type { TableFormat } from './options.ts';
import { escapeMarkdown } from './text.ts';

export interface DataTable {
  heads: string[];
  rows: (string | number | null)[][];
}

/** Every build of `list`, numbers as they are: bytes and tokens. */
export function listTable(builds: readonly Listed[]): DataTable {
  return {
    heads: [
      'tag',
      'variant',
      'quantization',
      'download_bytes',
      'gpu_bytes_4k',
      'gpu_bytes_longest',
      'longest_context',
      'input',
      'minimum_ollama',
      'platforms',
      'date',
      'source',
    ],
    rows: builds.map((row) => [
      row.tag,
      row.variant,
      row.quantization,
      row.downloadBytes,
      row.deviceBytes.at4096,
      row.deviceBytes.atTrained,
      row.trainedContextTokens,
      row.input.join(' '),
      row.minimumOllama,
      row.platforms?.join(' ') ?? 'all',
      row.date,
      row.source,
    ]),
  };
}

/** Every device of `needs`, least memory first. */
export function needsTable({ rows }: Needs): DataTable {
  return {
    heads: [
      'device',
      'vendor',
      'kind',
      'class',
      'memory_bytes',
      'tag',
      'headroom_bytes',
      'max_context',
      'tokens_per_second_low',
      'tokens_per_second_high',
    ],
    rows: rows.map((row) => [
      row.name,
      row.vendor,
      row.kind,
      row.class,
      row.memoryBytes,
      row.tag,
      row.headroomBytes,
      row.ceilingTokens,
      tenths(row.speed?.lowTokensPerSecond ?? null),
      tenths(row.speed?.highTokensPerSecond ?? null),
    ]),
  };
}

function tenths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}

export const tableRenderers = {
  markdown: (table) => markdownText(cleanDeep(table)),
  csv: (table) => csvText(cleanDeep(table)),
} satisfies Record<TableFormat, (table: DataTable) => string>;

function markdownText({ heads, rows }: DataTable): string {
  const cells = rows.map((row) => row.map((cell) => escapeMarkdown(String(cell ?? '-'))));
  return `${markdownTable(heads.map(escapeMarkdown), cells)}\n`;
}

/** RFC 4180, but for lines that end as text files do. A text that a spreadsheet would take for a formula begins with an apostrophe. */
function csvText({ heads, rows }: DataTable): string {
  return [heads, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
