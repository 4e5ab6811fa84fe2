import { parseCards } from './parse.ts';
import type { Smi } from './query.ts';
import type { RawCard, RawInstance } from './types.ts';

/**
 * MIG instances by card: memory from the XML report, profiles and UUIDs from the list, joined by UUID, else by their number on the card. Both are asked only when
 * a card says that MIG is on.
 */
export async function askInstances(smi: Smi): Promise<Map<number, RawInstance[]>> {
  const [report, list] = await Promise.all([cardsOf(smi, ['-q', '-x']), cardsOf(smi, ['-L'])]);
  const found = new Map<number, RawInstance[]>();
  const count = Math.max(report.length, list.length);
  for (let at = 0; at < count; at++) {
    const listed = list[at];
    const reported = report.find((card) => card.uuid !== undefined && card.uuid === listed?.uuid) ?? report[at];
    found.set(at, join(reported?.instances ?? [], listed?.instances ?? []));
  }
  return found;
}

function join(reported: RawInstance[], listed: RawInstance[]): RawInstance[] {
  const left = [...reported];
  const take = (one: RawInstance, at: number) => {
    const found =
      left.find(({ uuid }) => uuid !== undefined && uuid === one.uuid) ??
      left.find(({ uuid, device }) => uuid === undefined && device !== undefined && device === one.device) ??
      (left.some(({ uuid, device }) => uuid !== undefined || device !== undefined) ? undefined : reported[at]);
    if (found) left.splice(left.indexOf(found), 1);
    return { ...found, ...one };
  };
  return [...listed.map(take), ...left];
}

async function cardsOf(smi: Smi, args: readonly string[]): Promise<RawCard[]> {
  const result = await smi(args);
  return result.kind === 'done' ? parseCards(result.stdout, []).cards : [];
}
