import { createFleet, type Fleet } from '../advice/fleet.ts';
import type { CheckRequest } from '../advice/types.ts';
import { FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import { limits } from '../limits.ts';
import { parseMachineFile } from '../machine/file.ts';
import { fleetRenderers } from '../report/fleet/index.ts';
import type { FleetFormat } from '../report/options.ts';
import { checkContext } from './document-head.ts';
import type { NamedText } from './fleet-input.ts';
import type { CommonOptions, Io } from './io.ts';
import { deliver, screenOf } from './screen.ts';

export interface FleetOptions extends CommonOptions {
  request: CheckRequest;
  format: FleetFormat;
  /** A file, `-` for stdout; null: stdout. */
  output: string | null;
}

/** `check` over many machines: a row each, and what runs on all of them. A file that cannot be used is a row too. */
export async function runFleet(options: FleetOptions, machines: AsyncIterable<NamedText>, io: Io): Promise<ExitName> {
  const builder = createFleet(options.request, checkContext(io));
  let [count, unreadable] = [0, 0];
  for await (const { name, text } of machines) {
    const machine = readable(text);
    refuseTooMany(++count, machine instanceof FitError ? ++unreadable : unreadable);
    if (machine instanceof FitError) builder.addUnreadable(name, machine.message);
    else builder.add(name, machine);
  }
  const fleet = builder.finish();
  if (fleet.rows.length === 0) throw new FitError('bad-file', '--machine matched no machine files.');
  const text = fleetRenderers[options.format](fleet, { ...screenOf(options, io), quiet: options.quiet });
  await deliver(text, options.output, io);
  return exitOfFleet(fleet);
}

/** Throws FitError `bad-file`. */
function refuseTooMany(count: number, unreadable: number): void {
  const { fleet } = limits;
  if (count > fleet.machines) throw new FitError('bad-file', `There are more than ${fleet.machines} machines.`);
  if (unreadable <= fleet.unreadable) return;
  throw new FitError(
    'bad-file',
    `More than ${fleet.unreadable} of the machines cannot be read.`,
    'Is that a list of machines?',
  );
}

function readable(text: NamedText['text']) {
  if (text instanceof FitError) return text;
  try {
    return parseMachineFile(text);
  } catch (error) {
    if (error instanceof FitError) return error;
    throw error;
  }
}

/** As for one machine: one failure is no-fit, else one unknown is unknown. */
export function exitOfFleet({ rows, request }: Pick<Fleet, 'rows' | 'request'>): ExitName {
  if (request.requirements.length > 0) {
    const outcomes = rows.flatMap(({ requirements }) => requirements);
    if (outcomes.includes('failed')) return 'no-fit';
    return outcomes.includes('unknown') ? 'unknown' : 'ok';
  }
  const not = rows.filter(({ verdict }) => verdict === 'no');
  if (not.some(({ missing }) => missing !== 'server')) return 'no-fit';
  if (not.length > 0) return 'ollama-unavailable';
  return rows.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'ok';
}
