import { linesOf } from '../shared/lines.ts';

/** One key of `reg query … /s`: its path and its values by name in lower case. */
export interface RegKey {
  path: string;
  values: Map<string, { type: string; data: string }>;
}

/**
 * Keys in what reg.exe prints. Only the REG_ types and the HKEY_ paths are relied on: both are the same in every language.
 * Errors about keys that deny access stand between them and are passed over.
 */
export function parseReg(text: string): RegKey[] {
  const keys: RegKey[] = [];
  for (const line of linesOf(text)) {
    if (/^HKEY_/i.test(line)) {
      keys.push({ path: line.trim(), values: new Map() });
      continue;
    }
    const match = /^\s+(\S.*?)\s+(REG_[A-Z_]+)\s*(.*)$/.exec(line);
    if (match?.[1] && match[2])
      keys.at(-1)?.values.set(match[1].toLowerCase(), { type: match[2], data: match[3]?.trim() ?? '' });
  }
  return keys;
}

/** Text of a value; null when it is missing or empty. */
export function regText(key: RegKey, name: string): string | null {
  return key.values.get(name.toLowerCase())?.data || null;
}

/** Number of a REG_DWORD or REG_QWORD (`0x1f5100000`), of REG_BINARY bytes (little end first) or of digits; null otherwise. */
export function regNumber(key: RegKey, name: string): number | null {
  const whole = regBigInt(key, name);
  return whole === null || whole > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(whole);
}

/** The same without loss up to 64 bits. */
export function regBigInt(key: RegKey, name: string): bigint | null {
  const value = key.values.get(name.toLowerCase());
  if (!value) return null;
  const data = value.data.replace(/\s+/g, '');
  if (value.type === 'REG_BINARY') {
    const bytes = /^([0-9a-f]{2}){1,8}$/i.test(data) ? (data.match(/../g) ?? []) : [];
    return bytes.length === 0 ? null : BigInt(`0x${bytes.reverse().join('')}`);
  }
  return /^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(data) ? BigInt(data) : null;
}
