import { cpuFeatures } from '../data/ids.ts';
import { FitError } from '../errors.ts';
import { limits } from '../limits.ts';
import { parseJson } from '../system/json.ts';
import { cleanText } from '../text.ts';
import { isWhole } from './finding-arguments.ts';
import { machineSchema } from './schema.ts';
import type { Machine } from './types.ts';

/**
 * Reads a machine file: what `doctor --json` prints, or the document of `check --json`, whose `machine` is taken. Impossible numbers are
 * refused, so that a handwritten file describes a machine that could exist. Throws FitError `bad-file` with the name of the text, the place in
 * it and what was expected there.
 */
export function parseMachineFile(text: string, name = 'This'): Machine {
  const bad: Refuse = (what) => notAMachine(name, what);
  const bytes = Buffer.from(text);
  if (bytes.length > limits.machineFile.bytes) throw bad('it is larger than 4 MiB');
  const document = parseJson(bytes, limits.machineFile, (why) => bad(`it ${why}`));
  refuseLongLists(machineOf(document), bad);
  const result = machineSchema.safeParse(withKnownFlags(machineOf(document)));
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue?.path.length ? issue.path.join('.') : 'the document';
    throw bad(`${place}: ${issue?.message ?? 'not as expected'}`);
  }
  const machine = shortened(result.data) as Machine;
  refuseImpossible(machine, bad);
  return withWholeFindings(machine);
}

function machineOf(document: unknown): unknown {
  const inner =
    typeof document === 'object' && document !== null && 'machine' in document ? document.machine : undefined;
  return inner ?? document;
}

/** Before validation, which would report a list that is too long item by item. */
function refuseLongLists(value: unknown, bad: Refuse, place = ''): void {
  if (typeof value !== 'object' || value === null) return;
  const most = place === 'accelerators' ? limits.devices : limits.machineFile.listItems;
  if (Array.isArray(value) && value.length > most) throw bad(`${place}: more than ${most} are in the list`);
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'object') refuseLongLists(inner, bad, place === '' ? key : `${place}.${key}`);
  }
}

/** The same value with no text longer than any name is. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, limits.machineFile.textCharacters);
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortened(inner)]));
}

/** Instruction sets written by a newer version are ignored. */
function withKnownFlags(document: unknown): unknown {
  const flags = (document as { cpu?: { flags?: unknown } } | null)?.cpu?.flags;
  if (!Array.isArray(flags) || !flags.every((flag) => typeof flag === 'string')) return document;
  const { cpu, ...rest } = document as { cpu: object };
  return { ...rest, cpu: { ...cpu, flags: cpuFeatures.filter((feature) => flags.includes(feature)).sort() } };
}

/** Values that the schema allows and no machine has. */
function refuseImpossible({ accelerators, memory }: Machine, bad: Refuse): void {
  const ids = accelerators.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw bad(`accelerators: the id ${twice} is there twice`);
  for (const { id, memory } of accelerators) {
    if (memory.totalBytes === 0) throw bad(`accelerators: ${id} has a memory of 0 bytes; null is for unknown`);
    if ((memory.freeBytes ?? 0) > (memory.totalBytes ?? Number.POSITIVE_INFINITY)) {
      throw bad(`accelerators: ${id} has more free memory than memory`);
    }
  }
  if ((memory.availableBytes ?? 0) > (memory.totalBytes ?? Number.POSITIVE_INFINITY)) {
    throw bad('memory: more is available than there is');
  }
}

/** Findings from another version, or without their arguments, have no sentence: they are dropped. */
function withWholeFindings(machine: Machine): Machine {
  const accelerators = machine.accelerators.map((accelerator) => {
    const { reason } = accelerator;
    return reason === null || isWhole(reason) ? accelerator : { ...accelerator, reason: null };
  });
  return { ...machine, accelerators, warnings: machine.warnings.filter(isWhole) };
}

type Refuse = (what: string) => FitError;

function notAMachine(name: string, what: string): FitError {
  const hint = 'A machine file is what `gemma-fit doctor --json` prints on the computer in question.';
  return new FitError('bad-file', `${cleanText(name, 200)} is not a machine file: ${what}.`, hint);
}
