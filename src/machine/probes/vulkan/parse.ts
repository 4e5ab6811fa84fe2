import { limits } from '../../../limits.ts';
import { cleanText } from '../../../text.ts';
import { asObject, findJson, type Json, leaf } from '../shared/json.ts';
import { linesOf } from '../shared/lines.ts';
import { knownProperties, type VulkanDevice, type VulkanHeap } from './device.ts';

/** VK_MAX_MEMORY_HEAPS of vulkan_core.h. */
const maxHeaps = 16;

/** Devices in what vulkaninfo prints: `--summary`, the full text of any version, or JSON. Empty for anything else. */
export function parseVulkan(text: string): VulkanDevice[] {
  const json = /^\s*[{[]/.test(text) ? findJson(text) : null;
  const devices = json === null ? parseText(text) : parseJson(json);
  return devices.filter(({ properties, heaps }) => properties.size > 0 || heaps.length > 0);
}

function blank(index: number): VulkanDevice {
  return { index, properties: new Map(), heaps: [] };
}

function parseText(text: string): VulkanDevice[] {
  const devices = new Map<number, VulkanDevice>();
  const at = (index: number) => {
    const device = devices.get(index) ?? blank(index);
    devices.set(index, device);
    return device;
  };
  let current: VulkanDevice | null = null;
  let heap: VulkanHeap | null = null;
  for (const line of linesOf(text)) {
    const head = /^\s*GPU\s*(?:id\s*[:=]?\s*)?(\d{1,2})\s*(?:\((.*)\))?\s*:?\s*$/i.exec(line);
    if (head) {
      current = at(Number(head[1]));
      heap = null;
      if (head[2] && !current.properties.has('deviceName')) current.properties.set('deviceName', cleanText(head[2]));
    } else if (/^\s*memoryHeaps\[\d{1,2}\]\s*:?\s*$/.test(line)) {
      current ??= at(0);
      heap = { size: null, budget: null, usage: null, deviceLocal: false };
      if (current.heaps.length < maxHeaps) current.heaps.push(heap);
    } else if (heap && !/^\s*memoryTypes/.test(line)) readHeapLine(heap, line);
    else {
      heap = null;
      current = readProperty(current ?? at(0), line);
    }
  }
  return [...devices.values()].slice(0, limits.devices);
}

function readHeapLine(heap: VulkanHeap, line: string): void {
  const number = /^\s*(size|budget|usage)\s*[:=]\s*(-?\w+)/.exec(line);
  if (number) heap[number[1] as 'size' | 'budget' | 'usage'] = number[2] ?? null;
  else if (/MEMORY_HEAP_DEVICE_LOCAL_BIT/.test(line)) heap.deviceLocal = true;
}

function readProperty(device: VulkanDevice, line: string): VulkanDevice {
  const match = /^\s*(\w+)\s*[:=]\s*(\S.*)$/.exec(line);
  const value = cleanText(match?.[2] ?? '');
  const key = match?.[1] ?? '';
  if (knownProperties.has(key) && value !== '' && (key === 'deviceName' || !device.properties.has(key)))
    device.properties.set(key, value);
  return device;
}

/** JSON of any schema: the objects with the known properties and the heaps are looked for wherever they lie. */
function parseJson(json: Json): VulkanDevice[] {
  const list = Array.isArray(json) ? json : [json];
  return list.slice(0, limits.devices).map((item, index) => {
    const device = blank(index);
    visit(item, device, 0);
    return device;
  });
}

function visit(json: Json, device: VulkanDevice, depth: number): void {
  const object = asObject(json);
  if (!object || depth > 8) return;
  for (const [key, value] of Object.entries(object)) {
    if (key === 'memoryHeaps' && Array.isArray(value)) device.heaps.push(...value.slice(0, maxHeaps).map(heapOf));
    else if (knownProperties.has(key) && leaf(value) !== null) device.properties.set(key, cleanText(leaf(value) ?? ''));
    else if (key === 'deviceUUID' && Array.isArray(value)) device.properties.set(key, value.map(hexByte).join(''));
    else visit(value, device, depth + 1);
  }
}

const hexByte = (value: Json) => (typeof value === 'number' ? (value & 255).toString(16).padStart(2, '0') : '');

function heapOf(json: Json): VulkanHeap {
  const heap = asObject(json);
  const flags = heap?.flags;
  const named = Array.isArray(flags) ? flags.join(' ') : (leaf(flags) ?? '');
  const bit = /^\d+$/.test(named) && (Number(named) & 1) === 1;
  return {
    size: leaf(heap?.size),
    budget: leaf(heap?.budget ?? heap?.heapBudget),
    usage: leaf(heap?.usage ?? heap?.heapUsage),
    deviceLocal: bit || /DEVICE_LOCAL/.test(named),
  };
}
