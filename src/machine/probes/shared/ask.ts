import type { RunOptions, System } from '../../../system/system.ts';
import { firstLine } from '../../../system/text.ts';
import { cleanText } from '../../../text.ts';
import type { Report } from './report.ts';

/**
 * Runs a program and returns what it printed on stdout, with problems as warnings: a time-out, a start that failed, an exit code other than
 * 0. null when there is nothing to read. A missing program gives no warning. Output of a failed run is returned all the same: some tools print
 * a full answer and then complain about one device.
 */
export async function ask(
  system: System,
  report: Report,
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string | null> {
  const command = cleanText([program, ...args].join(' '), 80);
  const result = await system.run(program, args, options);
  if (result.kind === 'missing') return null;
  if (result.kind === 'timeout') {
    report.warnings.push({ code: 'probe-timeout', probe: command, timeoutMs: result.timeoutMs });
    return null;
  }
  if (result.kind === 'failed') {
    report.warnings.push({ code: 'probe-failed', probe: command, detail: result.detail });
    return null;
  }
  if (result.truncated) report.warnings.push({ code: 'output-unreadable', probe: command, detail: 'output cut off' });
  if (result.exitCode !== 0) {
    const said = firstLine(result.stderr) || firstLine(result.stdout) || 'no message';
    report.warnings.push({ code: 'probe-failed', probe: command, detail: `exit ${result.exitCode}: ${said}` });
  }
  const text = decodeQuietUtf16(result.stdout);
  return text.trim() === '' ? null : text;
}

/**
 * Time left of what one probe may take, ms, counted from this call: all programs of a probe share it, so that its answer is there before
 * the orchestrator stops waiting. `most` caps one program; at least 100 ms, so that a quick one still gets its chance.
 */
export function deadline(totalMs = 1900, now: () => number = Date.now): (most?: number) => number {
  const end = now() + totalMs;
  return (most = totalMs) => Math.max(100, Math.min(most, Math.round(end - now())));
}

/** UTF-16 without a mark arrives as text with a NUL after every letter: what Windows tools write into a pipe now and then. */
export function decodeQuietUtf16(text: string): string {
  const sample = text.slice(0, 200);
  const nuls = sample.split('\u0000').length - 1;
  return nuls > 0 && nuls >= sample.length / 3 ? text.replaceAll('\u0000', '') : text;
}
