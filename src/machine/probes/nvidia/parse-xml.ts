import { limits } from '../../../limits.ts';
import type { RawCard, RawInstance } from './types.ts';

const maxChars = 2 * 1024 * 1024;
/** Of one card. */
const maxProcesses = 200;

/** Cards of `nvidia-smi -q -x`, MIG instances included. Works on a cut-off document as far as it goes. */
export function parseXml(text: string): RawCard[] {
  const document = text.slice(0, maxChars);
  const driver = inner(document, 'driver_version') ?? inner(document, 'kmd_version');
  return blocks(document, 'gpu', limits.devices).map((gpu) => {
    const instances = blocks(inner(gpu, 'mig_devices') ?? '', 'mig_device', limits.devices).map(instanceOf);
    const board = without(gpu, 'mig_devices');
    const memory = inner(board, 'fb_memory_usage') ?? '';
    return compact({
      name: inner(board, 'product_name'),
      uuid: inner(board, 'uuid'),
      busId: inner(board, 'pci_bus_id'),
      driverVersion: driver,
      mig: inner(inner(board, 'mig_mode') ?? '', 'current_mig'),
      addressing: inner(board, 'addressing_mode'),
      memoryClock: inner(inner(board, 'max_clocks') ?? '', 'mem_clock'),
      total: inner(memory, 'total'),
      reserved: inner(memory, 'reserved'),
      used: inner(memory, 'used'),
      free: inner(memory, 'free'),
      instances: instances.length > 0 ? instances : undefined,
    });
  });
}

/** Processes that hold memory, graphics and compute alike, by the card's UUID. */
export function parseXmlProcesses(text: string): { uuid: string; name: string; used: string }[] {
  return blocks(text.slice(0, maxChars), 'gpu', limits.devices).flatMap((gpu) => {
    const uuid = inner(without(gpu, 'mig_devices'), 'uuid');
    if (uuid === undefined) return [];
    return blocks(inner(gpu, 'processes') ?? '', 'process_info', maxProcesses).map((process) => ({
      uuid,
      name: inner(process, 'process_name') ?? '',
      used: inner(process, 'used_memory') ?? '',
    }));
  });
}

/** The text before and after the first element of that name: its fb_memory_usage must not be taken for the board's. */
function without(text: string, tag: string): string {
  const start = text.indexOf(`<${tag}>`);
  const end = text.indexOf(`</${tag}>`, start);
  return start < 0 || end < 0 ? text : text.slice(0, start) + text.slice(end);
}

function instanceOf(block: string): RawInstance {
  const memory = inner(block, 'fb_memory_usage') ?? '';
  return compact({
    uuid: inner(block, 'uuid'),
    device: inner(block, 'index'),
    total: inner(memory, 'total'),
    used: inner(memory, 'used'),
    free: inner(memory, 'free'),
  });
}

/** Contents of the first `most` elements of that name; one that does not end is left out. No regular expression: the text may be hostile. */
function blocks(text: string, tag: string, most: number): string[] {
  const found: string[] = [];
  for (let at = 0; found.length < most; ) {
    const start = openingEnd(text, tag, at);
    const end = start < 0 ? -1 : text.indexOf(`</${tag}>`, start);
    if (end < 0) return found;
    found.push(text.slice(start, end));
    at = end;
  }
  return found;
}

/** Where the content of the next `<tag>` or `<tag ...>` begins, -1 when there is none. */
function openingEnd(text: string, tag: string, from: number): number {
  const head = `<${tag}`;
  for (let at = text.indexOf(head, from); at >= 0; at = text.indexOf(head, at + 1)) {
    const behind = text[at + head.length];
    if (behind === '>') return at + head.length + 1;
    if (behind !== ' ') continue;
    const close = text.indexOf('>', at);
    return close < 0 ? -1 : close + 1;
  }
  return -1;
}

function inner(text: string, tag: string): string | undefined {
  return blocks(text.slice(0, maxChars), tag, 1)[0]?.trim();
}

/** Without the keys that hold undefined. */
export function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as T;
}
