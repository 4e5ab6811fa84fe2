import { limits } from '../../../limits.ts';
import { parseCsv } from './parse-csv.ts';
import { parseList } from './parse-list.ts';
import { parseLog } from './parse-log.ts';
import { parseScreen } from './parse-table.ts';
import { parseXml } from './parse-xml.ts';
import type { QueryField, RawCard } from './types.ts';

/** Cards from any output format; unreadable counts the rows left out. */
export function parseCards(text: string, asked: readonly QueryField[]): { cards: RawCard[]; unreadable: number } {
  const plain = text.replaceAll('\u0000', '');
  const { cards, unreadable } = byShape(plain, asked);
  return { cards: cards.slice(0, limits.devices), unreadable };
}

function byShape(text: string, asked: readonly QueryField[]): { cards: RawCard[]; unreadable: number } {
  const head = text.slice(0, 4000);
  if (head.includes('<nvidia_smi_log')) return { cards: parseXml(text), unreadable: 0 };
  if (/^=+NVSMI LOG=+/m.test(head)) return { cards: parseLog(text), unreadable: 0 };
  if (head.includes('| NVIDIA-SMI ')) return { cards: parseScreen(text), unreadable: 0 };
  if (/^GPU \d+: .*UUID/m.test(head)) return { cards: parseList(text), unreadable: 0 };
  if (/<(!doctype|html|head|body)\b/i.test(head)) return { cards: [], unreadable: 1 };
  return parseCsv(text.slice(0, 256 * 1024), asked);
}
