import { check } from '../advice/check.ts';
import { exitOf } from '../advice/exit.ts';
import type { CheckRequest, CheckResult } from '../advice/types.ts';
import type { ExitName } from '../exit.ts';
import { platformOf } from '../machine/surroundings.ts';
import { renderers } from '../report/index.ts';
import type { Format, RenderOptions } from '../report/options.ts';
import { writeAll } from '../terminal/output.ts';
import { paintFor } from '../terminal/style.ts';
import { supportsUnicode } from '../terminal/unicode.ts';
import { terminalColumns } from '../terminal/width.ts';
import { writeFileAtomic } from '../terminal/write-file.ts';
import { toolVersion } from '../version.ts';
import { dataAgeDays } from './data-age.ts';
import type { CommonOptions, Io } from './io.ts';
import { findMachine, type MachineOptions } from './machine.ts';

export interface CheckOptions extends CommonOptions {
  request: CheckRequest;
  machine: MachineOptions;
  format: Format;
  /** A variant, tag or build whose whole calculation is shown. */
  explain: string | null;
  /** A file, `-` for stdout; null: stdout. */
  output: string | null;
}

/** `gemma-fit check`: the machine, the answer, the report. */
export async function runCheck(options: CheckOptions, io: Io): Promise<ExitName> {
  const machine = await findMachine(options.machine, io);
  const result = check(machine, options.request, { version: toolVersion, dataAgeDays: dataAgeDays(io.now()) });
  const text = renderers[options.format](result, await renderOptions(options, result, io));
  await deliver(text, options, io);
  return exitOf(result);
}

async function renderOptions(options: CheckOptions, result: CheckResult, io: Io): Promise<RenderOptions> {
  return {
    columns: terminalColumns(io.env, io.stdout),
    unicode: supportsUnicode(io.env, platformOf(io.system.platform)),
    paint:
      options.output === null
        ? paintFor(io.stdout, { flag: options.color, env: io.env })
        : paintFor({}, { flag: false, env: {} }),
    quiet: options.quiet,
    explain: options.explain,
    nowSeconds: Math.floor(io.now() / 1000),
    curves: options.format === 'html' ? (await import('../advice/curve.ts')).curvesOf(result) : [],
  };
}

async function deliver(text: string, { output }: CheckOptions, io: Io): Promise<void> {
  if (output === null || output === '-') return writeAll(io.stdout, text);
  await writeFileAtomic(output, text);
}
