import type { CheckResult } from '../../advice/types.ts';
import type { Accelerator } from '../../machine/types.ts';
import type { RenderOptions } from '../options.ts';
import { phoneLine } from '../phone.ts';
import { wrap } from '../text.ts';
import { formatMemory, formatSize } from '../units.ts';

/** The machine in a line: what was found or stated, what of it is free, and Ollama. */
export function machineLine(result: CheckResult, { columns, paint }: RenderOptions): string[] {
  return wrap(machineText(result), columns).map(paint.dim);
}

/** The same as text, for every format. */
export function machineText(result: CheckResult): string {
  const phone = phoneLine(result);
  if (phone !== null) return phone;
  return [...gpuTexts(result), ramText(result), ollamaText(result)].filter((part) => part !== '').join('; ');
}

/** Whether a part of the machine was named and not measured. */
export function isSimulated({ warnings }: CheckResult): boolean {
  return warnings.some(({ code }) => code === 'hypothetical');
}

/** GPUs of one kind and size are one entry: `2x RTX 3090 24 GB`. */
export function gpuTexts(result: CheckResult): string[] {
  const groups = new Map<string, Accelerator[]>();
  for (const device of result.machine.accelerators) {
    const key = JSON.stringify([device.name, device.memory.totalBytes, device.usable]);
    groups.set(key, [...(groups.get(key) ?? []), device]);
  }
  if (groups.size === 0) return ['No GPU found'];
  return [...groups.values()].map((group) => gpuText(result, group));
}

function gpuText(result: CheckResult, group: readonly Accelerator[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const times = group.length > 1 ? `${group.length}x ` : '';
  const size = sizeText(result, first);
  const marks = [...(isStated(result, first) ? ['simulated'] : []), ...(first.usable === false ? ['not usable'] : [])];
  const marked = marks.length > 0 ? ` (${marks.join(', ')})` : '';
  return `${times}${shortName(first.name)}${size}${marked}${freeText(result, group)}`;
}

/** The size on the box, left out where the name has it. A chip that shares the RAM is sold with the size of the RAM. */
function sizeText({ machine }: CheckResult, { name, kind, memory, usable }: Accelerator): string {
  if (kind !== 'discrete' && usable === false) return '';
  const bytes = kind === 'discrete' ? memory.totalBytes : (machine.memory.totalBytes ?? memory.totalBytes);
  return bytes === null || /\d\s*GB\b/i.test(name) ? '' : ` ${formatSize(bytes)}`;
}

function isStated(result: CheckResult, { confidence }: Accelerator): boolean {
  return isSimulated(result) && confidence === 'assumed';
}

/** The least that is free on one of them, as every other figure of the report counts it. */
function freeText(result: CheckResult, group: readonly Accelerator[]): string {
  const [first] = group;
  if (first === undefined || first.usable === false) return '';
  const free = group.map((device) => freeOf(result, device)).filter((bytes) => bytes !== null);
  if (free.length === 0) return first.memory.totalBytes === null ? ', memory unknown' : ', free memory unknown';
  const shared = first.kind === 'discrete' ? 'free' : 'usable by the GPU';
  return `, ${formatMemory(Math.min(...free))} ${shared}`;
}

/** Free memory of a device less what the backend takes for itself: the number that placements start from. */
export function freeOf(result: CheckResult, { id, memory, overheadBytes }: Accelerator): number | null {
  const candidates = result.recommendation === null ? result.candidates : [result.recommendation, ...result.candidates];
  const placed = candidates.flatMap(({ placement }) => placement.devices).find(({ accelerator }) => accelerator === id);
  if (placed !== undefined) return placed.freeBytes;
  return memory.freeBytes === null ? null : Math.max(memory.freeBytes - overheadBytes, 0);
}

/** RAM that was not stated beside a stated GPU is this computer's own, and said to be. */
function ramText(result: CheckResult): string {
  const { totalBytes, limitBytes, availableBytes, limitedBy, bandwidthBytesPerSecond } = result.machine.memory;
  const sharing = result.machine.accelerators.some(({ kind, usable }) => kind !== 'discrete' && usable !== false);
  if (sharing) return '';
  const ram = limitBytes ?? totalBytes;
  if (ram === null) return 'RAM unknown';
  const usesGpu = result.machine.accelerators.some(({ usable }) => usable !== false);
  // Of stated RAM beside a GPU only the size was said.
  const told = availableBytes !== null && !(usesGpu && limitedBy === 'user');
  const free = told ? ` (${gibibytes(availableBytes)} free)` : '';
  const brought = result.machine.accelerators.some((device) => device.kind !== 'discrete' && isStated(result, device));
  const whose = isSimulated(result) && limitedBy !== 'user' && !brought ? 'RAM of this machine' : 'RAM';
  const onCpu = result.machine.accelerators.length === 0 && bandwidthBytesPerSecond !== null;
  const speed = onCpu ? `, ${Math.round(bandwidthBytesPerSecond / 1e9)} GB/s` : '';
  return `${whose} ${formatSize(ram)}${free}${speed}`;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}

function ollamaText({ machine: { ollama }, request }: CheckResult): string {
  if ((request.runtime ?? 'ollama') !== 'ollama') return '';
  return ollama === null ? 'Ollama not running' : `Ollama ${ollama.version}`;
}

/** `NVIDIA GeForce RTX 4090` is known as `RTX 4090`. */
export function shortName(name: string): string {
  return name.replace(/^(NVIDIA |AMD |Intel\(R\) |Intel )?(GeForce |Radeon )?(?=\S)/, '') || name;
}
