import { isBuildName } from '../advice/builds.ts';
import { tableHardware } from '../advice/hardware.ts';
import { type Needs, needsOf } from '../advice/needs.ts';
import { asksForSpeed } from '../advice/needs-asked.ts';
import { type OtherNeeds, otherNeedsOf } from '../advice/needs-other.ts';
import type { CheckRequest } from '../advice/types.ts';
import { buildByTag } from '../data/tables.ts';
import type { ExitName } from '../exit.ts';
import type { VariantId } from '../model/types.ts';
import { findVariant, unknownModel, variantOrTagHint } from '../model/variant-name.ts';
import { needsTable, tableRenderers } from '../report/data-tables.ts';
import { safeJson } from '../report/json.ts';
import { renderNeeds } from '../report/needs.ts';
import type { TableFormat } from '../report/options.ts';
import { writeAll } from '../terminal/output.ts';
import { documentHead } from './document-head.ts';
import type { CommonOptions, Io } from './io.ts';
import { screenOf } from './screen.ts';

export interface NeedsOptions extends CommonOptions {
  /** `31b`, `26b:q8_0`, or a tag. */
  model: string;
  request: CheckRequest;
  /** Every build and device. */
  all: boolean;
  /** A table as data; null: for a person, or JSON. */
  format: TableFormat | null;
}

/** `gemma-fit needs VARIANT`: which hardware runs it fully on a GPU. Exit no-fit when no device of the table does. */
export async function runNeeds(options: NeedsOptions, io: Io): Promise<ExitName> {
  const { variant, build } = modelOf(options.model);
  const needs = needsOf(variant, build, options.request, tableHardware());
  const other = otherNeedsOf(needs, build, options.request);
  await writeAll(io.stdout, textOf(needs, other, options, io));
  if (needs.rows.length > 0) return 'ok';
  return needs.because.some(({ code }) => code === 'server-too-old') ? 'ollama-unavailable' : 'no-fit';
}

function textOf(needs: Needs, other: OtherNeeds, options: NeedsOptions, io: Io): string {
  if (options.json) return jsonOf(needs, other, options, io);
  if (options.format !== null) return tableRenderers[options.format](needsTable(needs));
  const { runtime } = options.request;
  return renderNeeds(needs, {
    ...screenOf(options, io),
    ...(runtime !== undefined && { runtime }),
    quiet: options.quiet,
    all: options.all,
    other,
    asksForSpeed: asksForSpeed(options.request),
  });
}

function jsonOf(needs: Needs, other: OtherNeeds, { request }: NeedsOptions, io: Io): string {
  const head = documentHead(io);
  return `${safeJson({ ...head, request, ...needs, other }, 2)}\n`;
}

/** Throws FitError `unknown-variant` when the table knows no such model or no such build of it. */
function modelOf(text: string): { variant: VariantId; build: string | null } {
  const [name = '', ...rest] = text.trim().toLowerCase().split(':');
  const variant = findVariant(name);
  if (variant !== null) return { variant, build: rest.length === 0 ? null : buildOf(variant, rest.join(':')) };
  const build = buildByTag(text);
  if (build !== null) return { variant: build.variant, build: build.id };
  throw unknownModel(text, variantOrTagHint);
}

function buildOf(variant: VariantId, build: string): string {
  if (isBuildName(variant, build)) return build;
  throw unknownModel(`${variant}:${build}`, `gemma-fit list ${variant} names its builds.`);
}
