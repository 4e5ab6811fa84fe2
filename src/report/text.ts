/** Terminal sequences: CSI, OSC and the two-character ones, in their 7-bit and 8-bit forms. */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Marks that reorder or hide text, tag characters, and code points that XML forbids. */
const invisible =
  /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

/**
 * Foreign text made safe to show on one line: no terminal sequences, control characters, or marks that turn the
 * reading direction, and nothing that a CI log would take for a command (`::error::` at the start of a word, `##[`).
 */
export function clean(text: string): string {
  return text
    .replace(sequences, '')
    .replace(controls, ' ')
    .replace(invisible, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/(^|\s)::/g, '$1: :')
    .replace(/##\[/g, '# #[');
}

/** The same value with every string in it cleaned: done once, before a renderer sees it, so that no field is forgotten. */
export function cleanDeep<T>(value: T): T {
  if (typeof value === 'string') return clean(value) as T;
  if (Array.isArray(value)) return value.map(cleanDeep) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleanDeep(item)])) as T;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for XML or HTML, in content and in quoted attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Text for GitHub's Markdown: no markup, no table break, no mention, no issue link. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]#|~$]/g, '\\$&')
    .replace(/[&<>]/g, (character) => entities[character] ?? character)
    .replace(/@/g, '&#64;')
    .replace(/(https?|www)([:.])/gi, '$1<!-- -->$2');
}

/** Terminal cells a text takes; marks count nothing, East Asian wide characters and emoji two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(sequences, '')) {
    if (/\p{Mark}|\u200d/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Breaks a text at spaces into lines of at most `columns` cells; a longer word is cut. Following lines get `indent`. */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).flatMap((piece) => cut(piece, Math.max(columns - indent.length, 8)))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && displayWidth(longer) > columns) {
      lines.push(line);
      line = indent + word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** A text filled up with spaces to `columns` cells. */
export function padCells(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(columns - displayWidth(text), 0));
}

/** A text of at most `columns` cells, its end replaced by dots. */
export function shorten(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  return `${cut(text, Math.max(columns - 2, 1))[0] ?? ''}..`;
}

function cut(word: string, columns: number): string[] {
  if (displayWidth(word) <= columns) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (displayWidth(piece + character) > columns) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
