import type { RunResult } from '../../../system/system.ts';
import { firstLine } from '../../../system/text.ts';
import { cleanText } from '../../../text.ts';

/** broken: driver there and not working. query: this list of fields is not understood. unclear: anything else. */
export type SmiFailure = { kind: 'broken'; detail: string } | { kind: 'query' } | { kind: 'unclear'; detail: string };

/** Texts of nvidia-smi that mean a broken driver or card; they come on stdout, stderr, with and without an exit code. */
const brokenTexts = [
  /failed to initialize nvml[^\n]*/i,
  /nvidia-smi has failed[^\n]*/i,
  /couldn't (communicate with the nvidia driver|find libnvidia-ml)[^\n]*/i,
  /unable to determine the device handle[^\n]*/i,
  /no devices were found[^\n]*/i,
  /gpu is lost[^\n]*/i,
  /driver\/library version mismatch[^\n]*/i,
  /gpu access blocked by the operating system[^\n]*/i,
  /libnvidia-ml[^\n]*(not found|cannot open)[^\n]*/i,
  /rm has detected an nvml\/rm version mismatch[^\n]*/i,
  /insufficient permissions[^\n]*/i,
];

/** Exit codes of nvidia-smi's manual that blame the driver, the card or the library. */
const brokenExits = new Set([4, 6, 8, 9, 10, 12, 13, 14, 15, 17, 18]);

/** The sentence about a broken driver or card in a text, cleaned; null when there is none. */
export function brokenText(text: string): string | null {
  const known = brokenTexts
    .map((pattern) => pattern.exec(text.slice(0, 16_000))?.[0])
    .find((found) => found !== undefined);
  return known === undefined ? null : cleanText(known, 200);
}

/** Why a call gave no cards. The text is looked at before the exit code: some builds exit 0. */
export function classifyFailure(result: Extract<RunResult, { kind: 'done' }>): SmiFailure {
  const text = `${result.stdout.slice(0, 8000)}\n${result.stderr.slice(0, 8000)}`;
  if (
    /not a valid field to query|not a valid field|invalid combination of input|unrecognized option|not recognized/i.test(
      text,
    )
  ) {
    return { kind: 'query' };
  }
  const known = brokenText(text);
  if (known !== null) return { kind: 'broken', detail: known };
  const said = firstLine(result.stdout) || firstLine(result.stderr);
  const detail =
    said === ''
      ? `exit ${result.exitCode ?? 'by signal'}, no output`
      : `exit ${result.exitCode ?? 'by signal'}: ${said}`;
  if (result.exitCode !== null && brokenExits.has(result.exitCode)) return { kind: 'broken', detail };
  return { kind: 'unclear', detail };
}
