import type { CheckResult } from '../advice/types.ts';
import type { Renderer } from './options.ts';

/** The page that has every code as a heading: `docsUrl#kv-quantized`. */
export const docsUrl = 'https://github.com/gemma-fit/gemma-fit/blob/main/docs/codes.md';

/** Characters that JSON allows but that a terminal, a CI log or a person reading it could be misled by. */
const misleading =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|##(?=\w*\[)/gu;

/** One JSON document and a newline; strings as they were, what could mislead written as \u escapes. */
export const renderJson: Renderer = (result) => `${safeJson({ ...result, docs: docsUrl }, 2)}\n`;

/** JSON text that says exactly the value and is safe to print. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(misleading, (found) =>
    // Escaping the first character makes a CI command harmless.
    found === '##'
      ? `${unicodeEscape('#')}#`
      : Array.from({ length: found.length }, (_, at) => unicodeEscape(found.charAt(at))).join(''),
  );
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What `--json` prints when the command failed: one document too, with the head of every other one. */
export function failureJson(
  head: Pick<CheckResult, 'tool' | 'data'>,
  error: { code: string; message: string; hint: string | null },
): string {
  const { code, message, hint } = error;
  const docs = `${docsUrl}#${code}`;
  return `${safeJson({ schemaVersion: '1.0', tool: head.tool, data: head.data, error: { code, message, hint, docs } }, 2)}\n`;
}
