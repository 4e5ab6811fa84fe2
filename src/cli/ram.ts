import { GiB } from '../data/units.ts';
import { FitError } from '../errors.ts';
import { channelsBandwidth, isTransferRate } from '../machine/host/memory/modules.ts';
import { parseBytes } from './values.ts';

/** `--ram`: the size, and the bandwidth if kind and speed are given too. */
export interface TypedRam {
  bytes: number;
  bandwidth: { bytesPerSecond: number; from: string } | null;
}

/** Desktops and laptops; servers have up to twelve per CPU, which has to be stated. */
const usualChannels = 2;
const mostChannels = 24;
const channelWords: Record<string, number> = { single: 1, dual: 2, triple: 3, quad: 4, hexa: 6, octa: 8 };

const example = 'For example: --ram "32GiB DDR5-5600".';

/** Slots of a desktop's board: more modules lie in a server, each on a channel of its own. */
const desktopSlots = 4;

/**
 * `64GB`; `32GiB DDR5-5600`: transfers x 8 bytes x channels, of which a desktop has two; `2x16GB DDR5-5600`: so many modules;
 * `256GiB DDR4-3200 8-channel`. LPDDR of a laptop is as wide as two channels. Throws FitError `bad-number` with what was expected.
 */
export function parseRam(text: string): TypedRam {
  const [, count, each = text] = /^([1-9]\d?)\s*x\s*(.*)$/i.exec(text.trim()) ?? [];
  const modules = Number(count ?? 1);
  const match = /^([^,]*?)[\s,]+((?:LP)?DDR\dX?)(?:[\s-]?(\d+)(?:\s?(?:MT\/s|MHz))?)?(?:[\s,]+(\S.*))?$/i.exec(
    each.trim(),
  );
  const [, size = each, kind = '', rate, channelText] = match ?? [];
  if (rate === undefined && /DDR/i.test(text))
    throw new FitError('bad-number', `"${text}" is not a size, kind and speed of RAM.`, example);
  const bytes = modules * parseBytes(size);
  if (match === null) return { bytes, bandwidth: null };
  const type = kind.toUpperCase();
  const megaTransfers = Number(rate);
  if (!isTransferRate(megaTransfers)) {
    throw new FitError('bad-number', `${type}-${rate} is not a speed of RAM.`, example);
  }
  const stated = channelText === undefined ? null : channelsIn(channelText);
  const assumed = modules > desktopSlots ? modules : Math.min(modules, usualChannels);
  const channels = stated ?? (count === undefined ? usualChannels : assumed);
  const from = `${type}-${rate}, ${stated === null ? 'assumed ' : ''}${channels} channel${channels === 1 ? '' : 's'}`;
  return { bytes, bandwidth: { bytesPerSecond: channelsBandwidth(megaTransfers, channels), from } };
}

/** `8-channel`, `8 channels`, `8ch`, `quad channel`. */
function channelsIn(text: string): number {
  const match = /^(?:(\d{1,2})|([a-z]+))[\s-]?ch(?:annels?)?$/i.exec(text.trim());
  const channels = match?.[1] === undefined ? channelWords[match?.[2]?.toLowerCase() ?? ''] : Number(match[1]);
  if (channels !== undefined && channels >= 1 && channels <= mostChannels) return channels;
  throw new FitError('bad-number', `"${text}" is not a number of channels.`, example);
}

const units: Record<string, number> = { mb: 1e6, gb: 1e9, tb: 1e12, mib: 2 ** 20, gib: GiB, tib: 2 ** 40 };
const [leastBandwidth, mostBandwidth] = [1e9, 1e13];

/** `60GB/s`, `51.2 GB/s`: powers of 1000, as bandwidths are given; GiB/s are powers of 1024. Bytes per second. */
export function parseBandwidth(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([mgt]i?b)(?:\/s|ps)$/i.exec(text.trim());
  const value = Math.round(Number(match?.[1]) * (units[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN));
  if (value >= leastBandwidth && value <= mostBandwidth) return value;
  throw new FitError('bad-number', `"${text}" is not a memory bandwidth: expected something like 60GB/s.`);
}
