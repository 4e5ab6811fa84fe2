import { gridOf } from '../advice/context/grid.ts';
import type { CheckRequest } from '../advice/types.ts';
import type { ExitName } from '../exit.ts';
import { parseVariant } from '../model/variant-name.ts';
import { renderGrid } from '../report/human/grid.ts';
import { safeJson } from '../report/json.ts';
import { writeAll } from '../terminal/output.ts';
import { documentHead } from './document-head.ts';
import type { CommonOptions, Io } from './io.ts';
import { findMachine, type MachineOptions } from './machine.ts';
import { screenOf } from './screen.ts';

export interface GridOptions extends CommonOptions {
  request: CheckRequest;
  machine: MachineOptions;
  /** One model; null: all. */
  variant: string | null;
}

/** `gemma-fit check --grid [model]`: builds x contexts on a machine. Throws FitError `unknown-variant`. */
export async function runGrid(options: GridOptions, io: Io): Promise<ExitName> {
  const variant = options.variant === null ? null : parseVariant(options.variant);
  const machine = await findMachine(options.machine, io);
  const grid = gridOf(machine, options.request, variant);
  const head = documentHead(io);
  const text = options.json
    ? `${safeJson({ ...head, request: options.request, ...grid }, 2)}\n`
    : renderGrid(grid, screenOf(options, io));
  await writeAll(io.stdout, text);
  return 'ok';
}
