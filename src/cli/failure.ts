import { CommanderError } from 'commander';
import { calledAs } from '../commands/called-as.ts';
import type { Io } from '../commands/io.ts';
import { exitOfError, FitError, internalError } from '../errors.ts';
import { exitCodes } from '../exit.ts';
import { limits } from '../limits.ts';
import { programName } from '../report/program-name.ts';
import { reasonOf } from '../system/errno.ts';
import { writeAll } from '../terminal/output.ts';
import { cleanLines, cleanText } from '../text.ts';
import { tool } from '../version.ts';

const issuesUrl = 'https://github.com/gemma-fit/gemma-fit/issues/new';
/** The longest hint is how to install Ollama. */
const hintLines = 12;

/** Reports a failure on stderr (with `--json` also as a document on stdout); returns the exit code. */
export async function reportFailure(
  error: unknown,
  io: Io,
  { json, debug, command = 'check' }: { json: boolean; debug: boolean; command?: string },
): Promise<number> {
  const known = await asFitError(error, command);
  if (known === null) return reportBug(error, io, json, debug);
  if (known === 'shown') return exitCodes.ok;
  const { message, hint } = shown(known, calledAs(io.env));
  if (json) await tell(io.stdout, await failureDocument({ code: known.code, message, hint }, io));
  const stack = debug && known.stack ? `${cleanLines(known.stack)}\n` : '';
  await tell(io.stderr, `${message}\n${hint === null ? '' : `${hint}\n`}${stack}`);
  return exitCodes[exitOfError[known.code]];
}

/** Cleans and bounds foreign text (names, options, words of a server or a file) in every message. */
function shown(
  { message, hint }: Pick<FitError, 'message' | 'hint'>,
  program: string,
): { message: string; hint: string | null } {
  const line = (text: string) => cleanText(programName(text, program), limits.messageCharacters);
  return { message: line(message), hint: hint === null ? null : hint.split('\n', hintLines).map(line).join('\n') };
}

/** Help and version are not failures; what commander refuses is a usage error, not printed yet. */
async function asFitError(error: unknown, command: string): Promise<FitError | 'shown' | null> {
  if (error instanceof FitError) return error;
  if (isFailedWrite(error)) {
    return new FitError('write-failed', `Cannot write the answer: ${reasonOf(error)}.`);
  }
  if (!(error instanceof CommanderError)) return null;
  const harmless = ['commander.help', 'commander.helpDisplayed', 'commander.version'];
  if (error.exitCode === 0 || harmless.includes(error.code)) return 'shown';
  return (await import('./usage-error.ts')).usageError(error, command);
}

/** Whether writing to stdout failed (disk full, broken device). */
function isFailedWrite(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'write';
}

/** If the stream itself failed, only the exit code is left. */
async function tell(stream: Io['stdout'], text: string): Promise<void> {
  await writeAll(stream, text).catch(() => {});
}

async function failureDocument(error: Pick<FitError, 'code' | 'message' | 'hint'>, io: Io): Promise<string> {
  const [{ failureJson }, { dataVersion }, { dataAgeDays }] = await Promise.all([
    import('../report/json.ts'),
    import('../data/tables.ts'),
    import('../data/age.ts'),
  ]);
  return failureJson({ tool, data: { version: dataVersion, ageDays: dataAgeDays(io.now()) } }, error);
}

/** An unexpected error, with everything a bug report needs and nothing private. */
async function reportBug(error: unknown, io: Io, json: boolean, debug: boolean): Promise<number> {
  const { message } = internalError(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const home = io.system.homeDir;
  const hidden = (text: string) => (home ? text.replaceAll(home, '~') : text);
  const bug = shown({ message: hidden(message), hint: null }, calledAs(io.env));
  if (json) await tell(io.stdout, await failureDocument({ code: 'internal', ...bug }, io));
  const facts = `gemma-fit ${tool.version}, Node ${process.version}, ${process.platform} ${process.arch}`;
  await tell(
    io.stderr,
    `${bug.message}\n${debug ? `${cleanLines(hidden(stack))}\n` : ''}This is a bug. Please report it with this line: ${facts}\n${issuesUrl}\n`,
  );
  return exitCodes.internal;
}
