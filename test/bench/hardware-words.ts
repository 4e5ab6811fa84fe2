import { deviceKey, spellings } from '../../src/data/device-names.ts';
import { deviceBandwidth, deviceSpecs } from '../../src/data/devices.ts';
import type { DeviceSpec } from '../../src/data/schema.ts';
import type { SpeedDevice, SpeedHost } from '../../src/model/speed/hardware.ts';

/** A computer as a table of measurements describes it in words. */
export interface Hardware {
  /** As a probe would give them; empty where none is named. */
  gpus: Omit<SpeedDevice, 'backend' | 'layers'>[];
  host: SpeedHost;
  machine: string;
  pascal: boolean;
}

/** @param bandwidth of the place that the model lies in, bytes per second, as the table says */
export function hardwareOf(words: string, bandwidth: number | null, offload: string): Hardware {
  const named = gpusOf(words, bandwidth);
  const onCpu = /^(cpu only|ngl 0)/.test(offload) || named.length === 0;
  const ids = named.map((device) => device?.id ?? words);
  const host = hostOf(words, onCpu ? bandwidth : null);
  return {
    gpus: named.map((device) => probed(device, bandwidth, words)).filter((gpu) => gpu !== null),
    host,
    machine: [...(onCpu ? [words] : new Set(ids)), ...(onCpu ? [] : [processorOf(words)])]
      .filter((part) => part !== '')
      .join(' | '),
    pascal: named.some((device) => /^(5|6)\.\d$/.test(device?.architecture ?? '')) || /pascal/i.test(words),
  };
}

/** What a probe reports of a device that the table knows; of one that it does not know, what the measurement's owner says. */
function probed(device: DeviceSpec | null, bandwidth: number | null, words: string): Hardware['gpus'][number] | null {
  if (device === null)
    return bandwidth === null
      ? null
      : {
          name: null,
          bandwidthBytesPerSecond: bandwidth,
          memoryBytes: null,
          architecture: /sm(\d)(\d)/.exec(words)?.slice(1).join('.') ?? null,
        };
  return {
    name: device.name,
    // Graphics in a processor are as fast as the RAM beside them, which a probe reads where it can.
    bandwidthBytesPerSecond:
      device.kind === 'integrated' ? (bandwidth ?? deviceBandwidth(device)) : deviceBandwidth(device),
    memoryBytes: (device.memoryGiB[0] ?? 0) * 2 ** 30 || null,
    architecture: device.architecture,
  };
}

/** `2x RTX 3090`, `RTX 3090 x2 24`, `RTX 5070 Ti + RTX 3060 (layer split)`; what stands after a plus and is no card is the computer. */
function gpusOf(words: string, bandwidth: number | null): (DeviceSpec | null)[] {
  const [, before] = /^(\d)x\s/.exec(words) ?? [];
  const [, after] = /\sx(\d)(\s|$)/.exec(words) ?? [];
  const count = Number(before ?? after ?? (/two dies/.test(words) ? 2 : 1));
  const parts = words.replace(/^\dx\s+/, '').split(/\+(?!\s*395)/);
  const [first = null, ...others] = parts.map((part) => deviceOf(part, bandwidth));
  const more = others.filter((device) => device?.kind === 'discrete');
  return [...Array.from({ length: count }, () => first), ...more];
}

const keys = deviceSpecs.flatMap((device) =>
  [...new Set([device.name, ...device.aliases].flatMap(spellings))].map((key) => ({ key, device })),
);

/** The device whose name is the longest that stands in the words; of several by one name that of the nearest bandwidth. */
function deviceOf(words: string, bandwidth: number | null): DeviceSpec | null {
  const text = ` ${deviceKey(words.replace(/arc igpu \(meteor lake\)/i, 'arc graphics'))
    .replace(/[()/,|]/g, ' ')
    .replace(/\sx\d(?=\s|$)/g, ' ')
    .replace(/(\d) (gb|gib)\b/g, '$1gb')
    .replace(/\s+/g, ' ')} `;
  const bare = text.replace(/\b(nvidia|amd|intel|apple|geforce|radeon|instinct)\b ?/g, '');
  const found = keys.filter(({ key }) => [text, bare].some((line) => line.includes(` ${key} `)));
  const longest = Math.max(0, ...found.map(({ key }) => key.length));
  const off = (device: DeviceSpec) => Math.abs((deviceBandwidth(device) ?? 0) - (bandwidth ?? 0));
  return (
    found
      .filter(({ key }) => key.length === longest)
      .map(({ device }) => device)
      .sort((a, b) => off(a) - off(b))[0] ?? null
  );
}

/** RAM that computers with such a processor have, GB/s: two channels of what its maker names, where the row does not say. */
const usualRam: [RegExp, number][] = [
  [/i[357]-(6|7)\d{3}\b/i, 34.1],
  [/i[3579]-(8|9|10)\d{2,3}[A-Z]*\b/i, 42.7],
  [/i[3579]-11\d{3}|i5-12400/i, 51.2],
  [/i[3579]-1[234]\d{3}/i, 83.2],
  [/gold 5\d{3}/i, 170],
  [/\bzen ?4|\bzen ?5|\b(7|9)\d{3}x(3d)?\b|\b(7|9)[5-9]00\b|ddr5/i, 83.2],
  [/ddr4|\b[35]\d{3}(x|x3d|g)?\b/i, 51.2],
];

function hostOf(words: string, bandwidth: number | null): SpeedHost {
  const [, mega] = /ddr[45]x?-(\d{4})/i.exec(words) ?? [];
  const told = bandwidth ?? (mega === undefined ? null : Number(mega) * 16e6);
  const usual = usualRam.find(([pattern]) => pattern.test(processorOf(words)))?.[1] ?? null;
  const known = told ?? (usual === null ? null : usual * 1e9);
  const threads = /(\d+)[ -]threads?/.exec(words)?.[1];
  const weak = /raspberry pi 4|old .*xeon/i.test(words);
  return {
    bandwidthBytesPerSecond: known ?? (/not stated|not named/.test(words) ? null : 50e9),
    bandwidthBasis: known === null ? 'assumed' : 'nominal',
    features: weak ? ['neon'] : [],
    brand: words,
    cores: threads === undefined ? null : Number(threads),
    sockets: /two sockets|2 sockets|dual[- ](socket|xeon|epyc)|2x (epyc|xeon)|2S\b/i.test(words) ? 2 : 1,
  };
}

/** What the words say of the computer around the cards. */
function processorOf(words: string): string {
  const after = /[,+](.*)$/.exec(words.replace(/\(.*?\)/g, ''))?.[1]?.trim() ?? '';
  return after
    .replace(/\b(one die|two dies)\b|\b(linux|windows|macos|wsl2?)\b|\b\d+ GB( RAM)?\b|,/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
