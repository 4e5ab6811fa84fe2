import { sequences } from '../text.ts';

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

/** Terminal sequences, which take no cell, and characters. */
const pieces = new RegExp(`${sequences.source}|[\\s\\S]`, 'gu');
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function cellsOf(piece: string): number {
  if (piece.startsWith('\u001b') || piece.startsWith('\u009b') || piece.startsWith('\u009d')) return 0;
  if (/\p{Mark}|\u200d/u.test(piece)) return 0;
  return wide.test(piece) ? 2 : 1;
}

/** Terminal cells a text takes; marks count nothing, East Asian wide characters and emoji two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const [piece] of text.matchAll(pieces)) width += cellsOf(piece);
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

/** A text of at most `columns` cells, its end replaced by dots. */
export function shorten(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  return `${cut(text, Math.max(columns - 2, 1))[0] ?? ''}..`;
}

/** A text of at most `columns` cells, its middle replaced by dots: names of files differ at their ends. */
export function shortenMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const kept = Math.max(columns - 2, 2);
  const characters = [...text];
  return `${characters.slice(0, Math.ceil(kept / 2)).join('')}..${characters.slice(-Math.floor(kept / 2)).join('')}`;
}

/** The first lines of a text, the last of them ending in dots. */
export function clip(lines: readonly string[], rows: number, columns: number): string[] {
  if (lines.length <= rows) return [...lines];
  const shown = lines.slice(0, rows);
  return [...shown.slice(0, -1), `${cut(shown.at(-1) ?? '', columns - 3)[0]?.trimEnd() ?? ''}...`];
}

/** Pieces of at most `columns` cells; its time grows with the text's length and no faster. */
function cut(word: string, columns: number): string[] {
  const parts: string[] = [];
  let part = '';
  let width = 0;
  for (const [piece] of word.matchAll(pieces)) {
    const cells = cellsOf(piece);
    if (width + cells > columns) {
      parts.push(part);
      part = '';
      width = 0;
    }
    part += piece;
    width += cells;
  }
  return [...parts, part];
}
