/** Terminal sequences: CSI, OSC and the two-character ones, in their 7-bit and 8-bit forms. */
export const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Marks that reorder or hide text, tag characters, and code points that XML forbids. */
const invisible =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

/** ASCII that is seen: most texts. */
const printable = /^[ -~]*$/;

/**
 * The one sanitizer of foreign text, for one line: no terminal sequences, control characters, or marks that turn the reading
 * direction, and nothing that a CI log would take for a command (`::error::` at the start of a word, `##[`, `##vso[`, `##teamcity[`).
 */
export function clean(text: string): string {
  if (printable.test(text) && !text.includes('::') && !text.includes('##')) return text;
  return text
    .replace(sequences, '')
    .replace(controls, ' ')
    .replace(invisible, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/(^|\s)::/g, '$1: :')
    .replace(/##(?=\w*\[)/g, '# #');
}

/** The same for a text of several lines, whose line breaks are ours. */
export function cleanLines(text: string): string {
  return text.split('\n').map(clean).join('\n');
}

/** Cleaned, spaces folded, at most maxLength characters: for a name or a message that is kept. */
export function cleanText(text: string, maxLength = 120): string {
  // Text far beyond the cut need not be cleaned.
  const folded = clean(text.slice(0, 4 * maxLength + 1000))
    .replace(/\ufffd+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return folded.length > maxLength ? `${folded.slice(0, maxLength - 1)}…` : folded;
}

/** A foreign message, as long as one may be. */
export const cleanLine = (text: string): string => cleanText(text, 600);
