import { limits } from '../../../limits.ts';
import { boundedLines } from '../../../system/text.ts';
import type { RawCard, RawInstance } from './types.ts';

/** Cards and MIG instances of `nvidia-smi -L`: names and UUIDs, no memory. */
export function parseList(text: string): RawCard[] {
  const cards: (RawCard & { instances?: RawInstance[] })[] = [];
  for (const line of boundedLines(text, 500)) {
    const card = /^GPU (\d+): (.{1,100}?) \(UUID: ([\w-]+)\)/.exec(line);
    if (card?.[1] && card[2] && card[3]) cards.push({ index: card[1], name: card[2], uuid: card[3] });
    const instance = /^\s+MIG (\S{1,40})\s+Device\s+(\d+): \(UUID: (MIG-[\w/-]+)\)/.exec(line);
    const parent = cards.at(-1);
    const instances = parent?.instances ?? [];
    if (instance?.[1] && instance[2] && instance[3] && parent && instances.length < limits.devices) {
      parent.instances = [...instances, { profile: instance[1], device: instance[2], uuid: instance[3] }];
    }
  }
  return cards;
}
