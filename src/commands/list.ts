import { listBuilds } from '../advice/listing.ts';
import type { ExitName } from '../exit.ts';
import { parseVariant } from '../model/variant-name.ts';
import { listTable, tableRenderers } from '../report/data-tables.ts';
import { safeJson } from '../report/json.ts';
import { renderList } from '../report/list.ts';
import { modelCard } from '../report/list-card.ts';
import type { TableFormat } from '../report/options.ts';
import { writeAll } from '../terminal/output.ts';
import { documentHead } from './document-head.ts';
import type { CommonOptions, Io } from './io.ts';
import { screenOf } from './screen.ts';

export interface ListOptions extends CommonOptions {
  /** One model; null: all. */
  variant: string | null;
  /** A table as data; null: for a person, or JSON. */
  format: TableFormat | null;
  /** With the files on Hugging Face that `ollama pull hf.co/...` takes. */
  files: boolean;
}

/** `gemma-fit list`: the table of builds. Throws FitError `unknown-variant`. */
export async function runList(options: ListOptions, io: Io): Promise<ExitName> {
  const variant = options.variant === null ? null : parseVariant(options.variant);
  const rows = listBuilds(variant, options.files);
  const head = documentHead(io);
  const { format } = options;
  if (format !== null && !options.json) {
    await writeAll(io.stdout, tableRenderers[format](listTable(rows)));
    return 'ok';
  }
  const screen = screenOf(options, io);
  const text = options.json
    ? `${safeJson({ ...head, builds: rows }, 2)}\n`
    : renderList(rows, screen, variant === null ? [] : modelCard(variant, screen));
  await writeAll(io.stdout, text);
  return 'ok';
}
