import { checkMachine } from '../advice/check.ts';
import { exitOf } from '../advice/exit.ts';
import type { CheckRequest, CheckResult } from '../advice/types.ts';
import { cleanDeep } from '../clean-deep.ts';
import type { ExitName } from '../exit.ts';
import { renderComparison } from '../report/human/compare.ts';
import { docsUrl, safeJson } from '../report/json.ts';
import { writeAll } from '../terminal/output.ts';
import { checkContext, documentHead } from './document-head.ts';
import type { CommonOptions, Io } from './io.ts';
import { findMachine, type MachineOptions } from './machine.ts';
import { screenOf } from './screen.ts';

export interface CompareOptions extends CommonOptions {
  request: CheckRequest;
  /** The machines as typed. */
  machines: readonly MachineOptions[];
  format: 'human' | 'json';
}

/** `check --gpu A --gpu B`: the answers for stated machines, side by side. The exit is the first that is not a success. */
export async function runCompare({ request, machines, format, color }: CompareOptions, io: Io): Promise<ExitName> {
  const head = { ...documentHead(io), docs: docsUrl };
  const results: CheckResult[] = [];
  for (const options of machines) {
    results.push(checkMachine(await findMachine(options, io), request, checkContext(io)));
  }
  const text =
    format === 'json'
      ? `${safeJson({ ...head, machines: results }, 2)}\n`
      : renderComparison(cleanDeep(results), screenOf({ color }, io));
  await writeAll(io.stdout, text);
  return results.map(exitOf).find((exit) => exit !== 'ok') ?? 'ok';
}
