import { boundedLines } from '../../../system/text.ts';
import { cleanText } from '../../../text.ts';
import { readBytes } from '../../quantity.ts';
import type { MemoryHolder } from '../../types.ts';
import { parseXmlProcesses } from './parse-xml.ts';
import type { Smi } from './query.ts';

const args = ['--query-compute-apps=gpu_uuid,pid,process_name,used_memory', '--format=csv,noheader,nounits'];

/** The full report lists graphics programs as well, but takes longer; it is not waited for beyond this. */
const reportMs = 1200;

/** Processes that hold memory, by the card's UUID in lower case. Empty when the driver does not tell. */
export async function askHolders(smi: Smi): Promise<Map<string, MemoryHolder[]>> {
  const [apps, report] = await Promise.all([smi(args), smi(['-q', '-x'], reportMs)]);
  const computing = apps.kind === 'done' && apps.exitCode === 0 ? parseHolders(apps.stdout) : new Map();
  const all = report.kind === 'done' && report.exitCode === 0 ? parseReportHolders(report.stdout) : new Map();
  return new Map([...computing, ...all]);
}

/** The same from the XML report; cards without processes are left out. */
export function parseReportHolders(text: string): Map<string, MemoryHolder[]> {
  const found = new Map<string, MemoryHolder[]>();
  for (const { uuid, name, used } of parseXmlProcesses(text)) {
    add(found, uuid.toLowerCase(), { name: programName(name), bytes: bytesOf(used) });
  }
  return found;
}

/** Rows `uuid, pid, path, MiB`; a header and units are skipped over, the path may hold commas. Names only: no folders, no arguments. */
export function parseHolders(text: string): Map<string, MemoryHolder[]> {
  const found = new Map<string, MemoryHolder[]>();
  for (const line of boundedLines(text)) {
    const match = /^\s*((?:GPU|MIG)-[\w./-]*)\s*,\s*\d+\s*,\s*(.+),\s*([^,]+?)\s*$/i.exec(line);
    if (!match?.[1] || !match[2] || !match[3]) continue;
    add(found, match[1].toLowerCase(), { name: programName(match[2]), bytes: bytesOf(match[3]) });
  }
  return found;
}

function add(found: Map<string, MemoryHolder[]>, key: string, holder: MemoryHolder): void {
  found.set(key, [...(found.get(key) ?? []), holder].slice(0, 50));
}

function bytesOf(text: string): number | null {
  const quantity = readBytes(text, 'm', true);
  return quantity.kind === 'value' ? quantity.bytes : null;
}

/** Ollama's own runners, llama-server among them, go by its name: what they hold it gives back by itself. */
const ollamaFolder = /[/\\](?:lib[/\\])?ollama(?:\.app)?[/\\]/i;

function programName(path: string): string {
  if (ollamaFolder.test(path)) return 'ollama';
  const name = cleanText(path, 300).split(/[/\\]/).at(-1)?.split(' ')[0] ?? '';
  return name === '' || /^\[.*|^-$/.test(name) ? 'another process' : cleanText(name, 60);
}
