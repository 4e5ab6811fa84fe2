import { limits } from '../../../limits.ts';
import type { System } from '../../../system/system.ts';
import { isNotAvailable } from '../../../system/text.ts';
import { cleanText } from '../../../text.ts';
import { hexId, pciAddress } from '../amd/types.ts';
import { ask } from '../shared/ask.ts';
import { asObject, findJson, type Json, leaf, plainKey } from '../shared/json.ts';
import { linesOf } from '../shared/lines.ts';
import type { Report } from '../shared/report.ts';

/** An Intel GPU as a tool tells it; figures are texts in bytes, not validated yet. */
export interface ReportedCard {
  source: string;
  index: number | null;
  name: string | null;
  address: string | null;
  deviceId: number | null;
  total: string | null;
  free: string | null;
  used: string | null;
  driverVersion: string | null;
}

/** Devices in `xpu-smi discovery -j`, as a list, `{"device_list": […]}` or one object, numbers as texts too; or its table. */
export function parseXpuSmi(text: string, source: string): ReportedCard[] {
  const objects = devicesIn(findJson(text))
    .slice(0, limits.devices)
    .map((item) => asObject(item))
    .filter((object) => object !== null);
  const fromJson = objects.map(
    (object) => new Map(Object.entries(object).map(([key, value]) => [plainKey(key), leaf(value)])),
  );
  const devices = fromJson.length > 0 ? fromJson : tableDevices(text);
  return devices
    .filter(isWholeGpu)
    .map((fields) => reportedCard(fields, source))
    .filter(({ name, total, index }) => name !== null || total !== null || index !== null);
}

/** xpu-smi lists virtual functions of a card and AI accelerators (NPU, Gaudi) beside the GPUs. */
function isWholeGpu(fields: Map<string, string | null>): boolean {
  const said = (key: string) => fields.get(key) ?? '';
  return /^(gpu)?$/i.test(said('devicetype')) && /^(physical)?$/i.test(said('devicefunctiontype'));
}

function reportedCard(fields: Map<string, string | null>, source: string): ReportedCard {
  const get = (...keys: string[]) => {
    const found = keys.map((key) => fields.get(key)).find((value) => value && !isNotAvailable(value));
    return found ? cleanText(found) : null;
  };
  const index = /^\d{1,3}$/.exec(get('deviceid', 'id') ?? '')?.[0];
  return {
    source,
    index: index === undefined ? null : Number(index),
    name: get('devicename', 'name'),
    address: pciAddress(get('pcibdfaddress', 'bdf')),
    deviceId: hexId(get('pcideviceid')),
    total: get(
      'memoryphysicalsizebyte',
      'memoryphysicalsizebytes',
      'memorytotalbytes',
      'memorysizebyte',
      'lmemtotalbytes',
      'memoryphysicalsize',
    ),
    free: get('memoryfreesizebyte', 'memoryfreesizebytes', 'memoryfreesize'),
    used: get('memoryusedbyte', 'memoryusedbytes', 'lmemusedbytes'),
    driverVersion: get('driverversion'),
  };
}

/** `| 0         | Device Name: … |` and the lines below it; a number in the first column begins a device. */
function tableDevices(text: string): Map<string, string>[] {
  const found: Map<string, string>[] = [];
  for (const line of linesOf(text)) {
    const match = /^\|\s*(\d{0,3})\s*\|\s*([A-Za-z][^:|]{0,60}):\s*([^|]*)\|\s*$/.exec(line);
    if (!match) continue;
    if (match[1] && found.length === limits.devices) break;
    if (match[1]) found.push(new Map([['deviceid', match[1]]]));
    const fields = found.at(-1);
    const key = plainKey(match[2] ?? '');
    if (fields && !fields.has(key)) fields.set(key, match[3]?.trim() ?? '');
  }
  return found;
}

function devicesIn(json: Json | null): Json[] {
  if (Array.isArray(json)) return json;
  const top = asObject(json ?? undefined);
  if (!top) return [];
  const list = Object.entries(top).find(
    ([key, value]) => /^(devicelist|devices)$/.test(plainKey(key)) && Array.isArray(value),
  );
  return list ? (list[1] as Json[]) : [top];
}

/** Asks xpu-smi for its devices, then each for its memory where the list has none. */
export async function askXpuSmi(
  system: System,
  report: Report,
  left: (most?: number) => number,
): Promise<ReportedCard[]> {
  const places = ['/usr/bin', '/opt/intel/xpu-smi/bin'];
  const read = async (args: string[]) => {
    const text = await ask(system, report, 'xpu-smi', args, { timeoutMs: left(1000), places });
    if (text === null) return [];
    const cards = parseXpuSmi(text, `xpu-smi ${args.join(' ')}`);
    if (cards.length === 0) {
      const detail = `no device in ${text.length} characters`;
      report.warnings.push({ code: 'output-unreadable', probe: `xpu-smi ${args.join(' ')}`, detail });
    }
    return cards;
  };
  const list = await read(['discovery', '-j']);
  return Promise.all(
    list.slice(0, 16).map(async (card) => {
      if (card.total !== null || card.index === null) return card;
      const [more] = await read(['discovery', '-d', String(card.index), '-j']);
      const known = Object.entries(card).filter(([key, value]) => value !== null && key !== 'source');
      return more ? { ...more, ...Object.fromEntries(known) } : card;
    }),
  );
}

/** A device of `clinfo` or `clinfo --raw`. OpenCL gives out about 80 % of an Arc's memory, so this is a lower bound. */
export interface ClDevice {
  name: string | null;
  vendor: string | null;
  isGpu: boolean | null;
  globalBytes: string;
}

/** Devices that say how much global memory they have. */
export function parseClinfo(text: string): ClDevice[] {
  const found: ClDevice[] = [];
  let open: Partial<ClDevice> = {};
  for (const line of linesOf(text)) {
    const match =
      /^(?:\[\S+\])?\s*(CL_DEVICE_\w+|Device Name|Device Vendor|Device Type|Global memory size)\s{1,}(\S.*)$/.exec(
        line,
      );
    if (!match?.[1] || !match[2]) continue;
    const value = cleanText(match[2]);
    if (/NAME$/i.test(match[1])) open = { name: value };
    else if (/VENDOR$/i.test(match[1])) open.vendor = value;
    else if (/TYPE$/i.test(match[1])) open.isGpu = /GPU/.test(value);
    else if (/GLOBAL_MEM_SIZE$|^Global memory size/.test(match[1])) {
      const globalBytes = /^\d{1,15}/.exec(value)?.[0];
      if (globalBytes)
        found.push({ name: open.name ?? null, vendor: open.vendor ?? null, isGpu: open.isGpu ?? null, globalBytes });
    }
  }
  return found.slice(0, limits.devices);
}
