import { readBytes } from '../quantity.ts';
import { cleanText } from '../text.ts';
import type { MemoryHolder } from '../types.ts';
import type { Smi } from './ask.ts';

const args = ['--query-compute-apps=gpu_uuid,pid,process_name,used_memory', '--format=csv,noheader,nounits'];

/** Processes that hold memory, by the card's UUID in lower case. Empty when the driver does not tell. */
export async function askHolders(smi: Smi): Promise<Map<string, MemoryHolder[]>> {
  const result = await smi(args);
  return result.kind === 'done' && result.exitCode === 0 ? parseHolders(result.stdout) : new Map();
}

/** Rows `uuid, pid, path, MiB`; a header and units are skipped over, the path may hold commas. Names only: no folders, no arguments. */
export function parseHolders(text: string): Map<string, MemoryHolder[]> {
  const found = new Map<string, MemoryHolder[]>();
  for (const line of text.slice(0, 256 * 1024).split(/\r?\n/)) {
    const match = /^\s*((?:GPU|MIG)-[\w./-]*)\s*,\s*\d+\s*,\s*(.+),\s*([^,]+?)\s*$/i.exec(line);
    if (!match?.[1] || !match[2] || !match[3]) continue;
    const key = match[1].toLowerCase();
    const bytes = readBytes(match[3], 'mib', true);
    const holder = { name: programName(match[2]), bytes: bytes.kind === 'value' ? bytes.bytes : null };
    found.set(key, [...(found.get(key) ?? []), holder].slice(0, 50));
  }
  return found;
}

function programName(path: string): string {
  const name = cleanText(path, 300).split(/[/\\]/).at(-1)?.split(' ')[0] ?? '';
  return name === '' || /^\[.*|^-$/.test(name) ? 'another process' : cleanText(name, 60);
}
