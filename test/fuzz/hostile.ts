import fc from 'fast-check';
import { slowness } from '../tools/slowness.cjs';

/** Pieces that break parsers, terminals, logs and numbers. */
export const tokens = [
  ...['', ' ', '\n', '\r\n', '\t', '\u0000', '\u001b[31m', '\u009b2J', '\u202e', '\ufeff', '\ud800', '\u{e0041}'],
  ...[
    '::error::x',
    '##[group]x',
    '##vso[task.x]',
    '<script>',
    '&amp;',
    '"',
    "'",
    '\\',
    '%s',
    '$(x)',
    '`x`',
    '../../etc',
    '__proto__',
  ],
  ...['0', '-1', '1e309', 'NaN', 'Infinity', '9007199254740993', '18446744073709551616', '0x', '-0', '1,5', '٣'],
  ...['null', 'true', '{}', '[]', '[[[[', '{"a":', 'N/A', '[Not Supported]', 'kB', 'GiB', ' : ', '=', ','],
];
export const token = fc.constantFrom(...tokens);

/** A change of a text: where (a share of its length), how much goes, what comes in its place and how often. */
interface Edit {
  at: number;
  cut: number;
  piece: string;
  times: number;
}
const edit = fc.record<Edit>({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.constantFrom(0, 0, 1, 3, 20, 500),
  piece: token,
  times: fc.constantFrom(1, 1, 1, 2, 50, 20_000),
});

/** One to three changes, as a function of the text: a seed and a path tell them again. */
export const mutation: fc.Arbitrary<(text: string) => string> = fc
  .oneof(
    { weight: 8, arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  )
  .map((edits) => (text: string) => {
    // All of it twice: every card, every line again.
    if (edits === null) return text + text;
    return edits.reduce((changed, { at, cut, piece, times }) => {
      const start = Math.floor(at * changed.length);
      return changed.slice(0, start) + piece.repeat(times) + changed.slice(start + cut);
    }, text);
  });

/** The processor's time that a piece of work took, ms, as it would be on an idle machine: a busy one does not change it. */
export async function cpuMsOf<T>(work: () => T | Promise<T>): Promise<{ result: T; cpuMs: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000;
  return { result, cpuMs: cpuMs > 300 ? cpuMs / slowness() : cpuMs };
}

/** What nothing that leaves the program may hold. */
export const dirt =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]|##\w*\[|^\s*::/mu;
