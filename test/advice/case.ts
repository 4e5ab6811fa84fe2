import { candidateAt } from '../../src/advice/candidate-at.ts';
import { type CheckContext, checkMachine, openRequest } from '../../src/advice/check.ts';
import type { AdviceCode, Finding } from '../../src/advice/findings.ts';
import { targetOf } from '../../src/advice/server.ts';
import type { Candidate, CheckRequest, CheckResult } from '../../src/advice/types.ts';
import { buildById } from '../../src/data/tables.ts';
import type { Machine } from '../../src/machine/types.ts';
import { gpu, machine, mib } from './machines.ts';

const context: CheckContext = { version: '0.0.0', dataAgeDays: 0 };

/** check with everything left open but what is said. */
export function ask(on: Machine, request: Partial<CheckRequest> = {}): CheckResult {
  return checkMachine(on, { ...openRequest, ...request }, context);
}

/** One build on one machine. */
export function candidate(on: Machine, build: string, request: Partial<CheckRequest> = {}): Candidate {
  const row = buildById(build);
  if (row === null) throw new Error(`data/builds.json has no ${build}`);
  const asked = { ...openRequest, ...request };
  return candidateAt(targetOf(on, asked), row, asked);
}

/** The first finding of a code among some; fails the test when there is none. */
export function finding<C extends AdviceCode>(reasons: readonly { code: string }[], code: C): Finding<C> {
  const found = reasons.find((reason) => reason.code === code);
  if (found === undefined) throw new Error(`no ${code} among ${reasons.map((reason) => reason.code).join(', ')}`);
  return found as Finding<C>;
}

export function codes(reasons: readonly { code: string }[]): string[] {
  return reasons.map(({ code }) => code);
}

/** An RTX 4090 as its driver shows it, 24,564 MiB, with what a CUDA process takes before it loads anything. */
export function rtx4090(): Machine {
  return machine([gpu({ freeBytes: 24_564 * mib, overheadBytes: 457 * mib })]);
}
