import { FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import { renderCodes, renderExplanation, renderTerms } from '../report/explain-code.ts';
import { codes, explanationOf } from '../report/explanations/index.ts';
import { docsUrl, safeJson } from '../report/json.ts';
import { writeAll } from '../terminal/output.ts';
import { clean } from '../text.ts';
import type { CommonOptions, Io } from './io.ts';
import { screenOf } from './screen.ts';

/** `gemma-fit explain [CODE]`. `code` null: all codes. Throws FitError `usage` for a word that is not a code. */
export async function runExplain(options: CommonOptions & { code: string | null }, io: Io): Promise<ExitName> {
  const { code: word, json } = options;
  if (word === null) {
    await writeAll(io.stdout, json ? `${safeJson({ codes, docs: docsUrl }, 2)}\n` : renderCodes(screenOf(options, io)));
    return 'ok';
  }
  if (/^(terms|glossary)$/i.test(word.trim())) return runTerms(options, io);
  const found = explanationOf(word);
  if (found === null) {
    throw new FitError(
      'usage',
      `"${clean(word)}" is not a code of gemma-fit.`,
      'gemma-fit explain lists all codes; gemma-fit help terms explains the words.',
    );
  }
  const { code, explanation } = found;
  await writeAll(
    io.stdout,
    json
      ? `${safeJson({ code, ...explanation, docs: `${docsUrl}#${code}` }, 2)}\n`
      : renderExplanation(code, explanation, screenOf(options, io)),
  );
  return 'ok';
}

/** `gemma-fit help terms`: the words of the reports. */
export async function runTerms(options: CommonOptions, io: Io): Promise<ExitName> {
  await writeAll(io.stdout, renderTerms(screenOf(options, io)));
  return 'ok';
}
