import type { ExitName } from '../exit.ts';
import { redactMachine, type Secrets } from '../machine/redact.ts';
import type { Machine } from '../machine/types.ts';
import { doctorText } from '../report/doctor.ts';
import { safeJson } from '../report/json.ts';
import { toolVersion } from '../version.ts';
import type { CommonOptions, Io } from './io.ts';
import { findMachine, type MachineOptions } from './machine.ts';
import { deliver } from './screen.ts';

export interface DoctorOptions extends CommonOptions {
  machine: MachineOptions;
  /** A file, `-` or null for stdout. */
  output: string | null;
}

/** The output of `doctor` in both forms, without private parts. */
export interface DoctorReport {
  text: string;
  /** A machine file: `check --machine FILE` answers for this computer on another one. */
  json: string;
}

/** `gemma-fit doctor`: everything that was read, with its source. */
export async function runDoctor(options: DoctorOptions, io: Io): Promise<ExitName> {
  const report = doctorReport(await findMachine(options.machine, io), io.system);
  const text = options.json ? report.json : report.text;
  await deliver(text, options.output, io);
  return 'ok';
}

/** The report of a machine. secrets: names on that computer to hide. */
export function doctorReport(machine: Machine, secrets: Secrets): DoctorReport {
  const shown = redactMachine(machine, secrets);
  return { text: doctorText(shown, toolVersion), json: `${safeJson(shown, 2)}\n` };
}
