import type { InvalidOutputReason } from '../findings.ts';

/** Tokens that a sound model never writes into its answer (public reports of llama.cpp 21578 and ollama 15261). */
const specialTokens = /<unused\d+>|<\|?(?:channel|turn|think|image|audio|tool)\|?>|<pad>|<bos>|<eos>|\[multimodal\]/;

/**
 * Whether a short English answer is not text: empty, thoughts only, one thing over and over, leaked tokens, or noise.
 * null when it reads as text. Meant for answers of 30 to 300 tokens; says nothing about their truth.
 */
export function invalidOutputReason(response: string, thinking: string): InvalidOutputReason | null {
  const text = response.trim();
  if (text === '') return thinking.trim() === '' ? 'empty' : 'only-thinking';
  if (specialTokens.test(text)) return 'special-tokens';
  if (repeats(text)) return 'repeats';
  return isText(text) ? null : 'not-text';
}

/** Few different words among many, one character in a long row, or the last phrase again and again. */
function repeats(text: string): boolean {
  if (/(.)\1{24,}/su.test(text)) return true;
  const words = text.toLowerCase().split(/\s+/);
  if (words.length >= 24 && new Set(words).size / words.length < 0.2) return true;
  return /(.{3,40}?)\1{7,}$/su.test(text.slice(-600));
}

/** Mostly letters and spaces, words of a human length, hardly a broken character. */
function isText(text: string): boolean {
  const characters = [...text];
  const good = characters.filter((c) => /[\p{L}\p{M}\p{N}\s.,;:!?'"()*#\-–—’“”]/u.test(c)).length;
  const letters = characters.filter((c) => /\p{L}/u.test(c)).length;
  const broken = characters.filter((c) => c === '\ufffd').length;
  const words = text.split(/\s+/).filter((word) => word !== '');
  const meanLength = characters.length / Math.max(words.length, 1);
  const latin = /\p{Script=Latin}/u.test(text);
  const scripts = ['Latin', 'Cyrillic', 'Han', 'Arabic', 'Hangul', 'Thai', 'Devanagari', 'Hebrew', 'Tamil', 'Bengali'];
  const mixed = scripts.filter((name) => new RegExp(`\\p{Script=${name}}`, 'u').test(text)).length;
  if (good / characters.length < 0.85 || broken / characters.length > 0.02 || mixed >= 4) return false;
  return letters / characters.length > 0.5 && (!latin || meanLength < 20);
}
