import { checkMachine } from '../advice/check.ts';
import { exitOf } from '../advice/exit.ts';
import { withProofs } from '../advice/recommendation/proven-speed.ts';
import type { CheckRequest, CheckResult } from '../advice/types.ts';
import { buildByTag } from '../data/tables.ts';
import { FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import type { Machine } from '../machine/types.ts';
import { onePerVariant } from '../report/context-matrix.ts';
import { findCandidate } from '../report/human/explain.ts';
import { renderers } from '../report/index.ts';
import type { Format, RenderOptions } from '../report/options.ts';
import { tableAgeNote } from '../report/table-age.ts';
import { writeAll } from '../terminal/output.ts';
import { clean, cleanLine } from '../text.ts';
import { calledAs } from './called-as.ts';
import { checkContext } from './document-head.ts';
import type { CommonOptions, Io } from './io.ts';
import { findMachine, isThisMachine, type MachineOptions } from './machine.ts';
import { deliver, screenOf } from './screen.ts';

export interface CheckOptions extends CommonOptions {
  request: CheckRequest;
  machine: MachineOptions;
  format: Format;
  /** A GGUF file, an installed model or a tag to answer for alone; null: all candidates. */
  model: string | null;
  /** Every build in the table, not the best of each model alone. */
  all: boolean;
  /** Reasons, ways to fit more and notes instead of the screen. */
  why: boolean;
  /** A variant, tag or build whose whole calculation is shown. */
  explain: string | null;
  /** A file, `-` for stdout; null: stdout. */
  output: string | null;
}

/** `gemma-fit check`: the machine, the answer, the report. */
export async function runCheck(options: CheckOptions, io: Io): Promise<ExitName> {
  const machine = await findMachine(options.machine, io);
  const result = await answer(options, machine, io);
  if (options.explain !== null) requireInAnswer(options.explain, result);
  const text = renderers[options.format](result, await renderOptions(options, result, io));
  await deliver(text, options.output, io);
  const exit = exitOf(result);
  if (options.format === 'github') await fillStepFiles(result, exit, io);
  if (options.format === 'human' && !options.quiet) await tellAge(result, io);
  return exit;
}

/** Old tables do not know newer models and devices, so stderr says so to a person. */
async function tellAge({ data }: CheckResult, io: Io): Promise<void> {
  const note = tableAgeNote(data.ageDays);
  if (note !== null) await writeAll(io.stderr, `${note}\n`);
}

/** Formats that also show other contexts. */
const withCurves: ReadonlySet<Format> = new Set(['human', 'html', 'markdown']);

async function answer({ request, model, machine: from }: CheckOptions, machine: Machine, io: Io): Promise<CheckResult> {
  const context = checkContext(io);
  const result =
    model === null
      ? checkMachine(machine, request, context)
      : await (await import('./check-model.ts')).checkModel(
          model,
          machine,
          request,
          context,
          from.machine === undefined ? io : null,
        );
  return isThisMachine(from) ? withProofs(result, await provenHere(machine, io)) : result;
}

/** Throws FitError `unknown-variant`. */
function requireInAnswer(name: string, result: CheckResult): void {
  if (findCandidate(result, name) !== null) return;
  const variants = onePerVariant(result).map(({ variant }) => variant);
  throw new FitError(
    'unknown-variant',
    `No model called "${clean(name)}" is in this answer.`,
    buildByTag(name) === null
      ? `Choose one of ${variants.join(', ')}, or a tag that --all shows.`
      : `It is a build that check does not compare; alone: gemma-fit check --model ${name} --explain ${name}`,
  );
}

/** Speeds that verify measured on this computer. */
async function provenHere(machine: Machine, io: Io) {
  const [{ proofMachine, readProofs }, { stateFolder }] = await Promise.all([
    import('../ollama/verify/proofs.ts'),
    import('../system/state-folder.ts'),
  ]);
  return readProofs(stateFolder(io.system), proofMachine(machine).key);
}

async function renderOptions(options: CheckOptions, result: CheckResult, io: Io): Promise<RenderOptions> {
  return {
    ...screenOf(options, io),
    quiet: options.quiet,
    all: options.all,
    explain: options.explain,
    why: options.why,
    program: calledAs(io.env),
    modelFile: /\.gguf$/i.test(options.model ?? '') ? options.model : null,
    nowSeconds: Math.floor(io.now() / 1000),
    curves: withCurves.has(options.format)
      ? (await import('../advice/context/curve.ts')).curvesOf(result, onePerVariant(result))
      : [],
  };
}

/** Summary and outputs of a GitHub Actions step, if there is one. A failed write is reported beside the verdict and does not replace it. */
async function fillStepFiles(result: CheckResult, exit: ExitName, io: Io): Promise<void> {
  const [{ githubOutputs, githubSummary }, { appendGithubFiles }] = await Promise.all([
    import('../report/github.ts'),
    import('../terminal/github-files.ts'),
  ]);
  try {
    await appendGithubFiles(io.env, { summary: githubSummary(result), outputs: githubOutputs(result) });
  } catch (error) {
    if (exit === 'ok' || !(error instanceof FitError)) throw error;
    await writeAll(io.stderr, `${cleanLine(error.message)}\n`);
  }
}
