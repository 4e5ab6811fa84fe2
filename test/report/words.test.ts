import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sources } from '../house/sources.ts';

/** Words that were changed because they read as translated, and what is said instead. */
const unwanted: readonly [RegExp, string][] = [
  [/\bwholly\b/i, 'fully, entirely'],
  [/\bthe processor\b/i, 'the CPU'],
  [/\bthe server\b(?! of)/i, 'Ollama'],
  [/tokens a second/i, 'tok/s'],
  [/\btokens\/s\b/i, 'tok/s'],
  [/makers' word/i, 'according to Google'],
  [/\bbesides\b/i, 'also'],
  [/\bjust run\b/i, 'by default'],
  [/\bimage (part|reader)\b/i, 'vision encoder'],
  [/\bworking space\b/i, 'compute buffers'],
  [/\bdraft helper\b/i, 'draft model'],
  [/\bkept clear|keeps? clear\b/i, 'reserved'],
  [/cannot be told|cannot tell/i, 'unknown'],
  [/\bnot known\b/i, 'unknown'],
  [/as you stated it/i, 'simulated'],
  [/without a word/i, 'silently'],
  [/\bworked out\b/i, 'calculated'],
  [/less lost to/i, 'less loss'],
  [/\bno text\b/i, 'invalid characters'],
  [/\bloaded it anew|pulled anew|starts anew\b/i, 'again'],
  [/leave it away/i, 'leave it out'],
  [/more than nothing/i, 'greater than 0'],
  [/\bnobody is there\b/i, 'not a terminal'],
  [/does not speak as/i, 'does not look like'],
  [/\bis there already\b/i, 'already installed'],
  [/\bNOT MET\b/, 'failed'],
  [/\btake (it|gemma)|\(take this\)/i, 'install, recommended'],
  [/what would change it|good to know|what to do next/i, 'Ways to fit more, Notes, Next steps'],
  [/\bin use already\b/i, 'in use'],
  [/\bon its way\b|\bat will\b/i, 'plain words'],
];

/** What a person reads: strings of the rooms that print, without their comments. */
const printing = sources.filter(({ path }) => /^(report|cli|commands|terminal)\//.test(path) || path === 'errors.ts');

function strings(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g)].map(
    ([, single, back, double]) => single ?? back ?? double ?? '',
  );
}

/** Of the other folders what reads as a sentence: messages of errors and their hints. */
const sentences = (text: string) => strings(text).filter((one) => /^(?:[A-Z]|["$]).* .*[.?:]$/.test(one));

const found = (text: string): string[] =>
  unwanted.filter(([pattern]) => pattern.test(text)).map(([pattern, instead]) => `${pattern} -> ${instead}: ${text}`);

describe('words that must not come back', () => {
  it('words that must not come back in what the program prints', () => {
    const wrong = printing.flatMap(({ path, text }) =>
      strings(text)
        .flatMap(found)
        .map((what) => `${path}: ${what}`),
    );
    expect(wrong).toEqual([]);
  });

  it('words that must not come back in the messages of errors', () => {
    const wrong = sources
      .filter((source) => !printing.includes(source))
      .flatMap(({ path, text }) =>
        sentences(text)
          .flatMap(found)
          .map((what) => `${path}: ${what}`),
      );
    expect(wrong).toEqual([]);
  });

  it('words that must not come back in the transcripts', () => {
    const folder = join(root, 'test/transcripts');
    const wrong = readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .flatMap(found)
        .map((what) => `${name}: ${what}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(['README.md', 'docs/codes.md', 'action.yml'])('words that must not come back in %s', (name) => {
    expect(readFileSync(join(root, name), 'utf8').split('\n').flatMap(found)).toEqual([]);
  });

  it('words that must not come back in the texts of data/runtimes.json', () => {
    const { problems } = JSON.parse(readFileSync(join(root, 'data/runtimes.json'), 'utf8'));
    const texts = problems.flatMap(({ text, remedy }: { text: string; remedy: string }) => [text, remedy]);
    expect(texts.flatMap(found)).toEqual([]);
  });
});

describe('the test itself', () => {
  it('this test finds a word where it stands', () => {
    expect(strings("const a = 'it runs wholly on the GPU'; // wholly")).toEqual(['it runs wholly on the GPU']);
    expect(found('it runs wholly on the GPU')).toHaveLength(1);
  });
});
