/** One populated memory slot. */
export interface MemoryModule {
  megaTransfers: number;
  /** Channel letter or number where the slot's name tells it. */
  channel: string | null;
  /** Data bits of a chip that is soldered on (LPDDR): each is a channel of its own; 0 where it does not tell. Modules in slots have none. */
  ownBits?: number;
}

/** Memory that is soldered on is 128 bits wide in all where its chips do not tell: laptops. Wider chips (Ryzen AI Max) are in the table. */
const solderedBits = 128;

/** 64 bits a channel: a DDR5 module's two 32-bit halves are counted as one channel, as the slots are named. */
const channelBytes = 8;

/** Millions a second that DDR to LPDDR5X and what comes next can do. */
export const isTransferRate = (megaTransfers: number) => megaTransfers >= 200 && megaTransfers <= 20_000;

/**
 * Bandwidth of modules in slots, bytes per second: the slowest module's transfers x 8 bytes x channels. Channels are the distinct
 * letters of the slots; where slots do not name them, two at most are assumed (desktops and laptops). null without a speed.
 */
export function modulesBandwidth(modules: readonly MemoryModule[]): number | null {
  const speeds = modules.map((module) => module.megaTransfers).filter(isTransferRate);
  if (speeds.length === 0) return null;
  if (modules.every(({ ownBits }) => ownBits !== undefined)) {
    const bits = modules.reduce((sum, { ownBits }) => sum + (ownBits ?? 0), 0);
    return (Math.min(...speeds) * 1e6 * (bits > 0 && bits <= 512 ? bits : solderedBits)) / 8;
  }
  const named = new Set(modules.flatMap(({ channel }) => channel ?? []));
  const channels = named.size > 0 ? named.size : Math.min(speeds.length, 2);
  return channelsBandwidth(Math.min(...speeds), channels);
}

/** Bandwidth of so many channels with DDR at that rate, bytes per second: transfers x 8 bytes x channels. */
export function channelsBandwidth(megaTransfers: number, channels: number): number {
  return megaTransfers * 1e6 * channelBytes * channels;
}

/** Populated slots in the text of `dmidecode -t 17` (root only). The configured speed counts, not what the module could do. */
export function parseDmiModules(text: string): MemoryModule[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    if (!/^\s*Memory Device\s*$/m.test(block) || !/^\s*Size: \d+/m.test(block)) return [];
    const value = (key: string) => new RegExp(`^\\s*${key}: (.+)$`, 'm').exec(block)?.[1]?.trim() ?? '';
    const speed = /^(\d{3,5})\s*M[TH]/.exec(value('Configured (?:Memory|Clock) Speed') || value('Speed'))?.[1];
    if (!speed) return [];
    const channel = channelOf(`${value('Bank Locator')} ${value('Locator')}`);
    if (!/^LPDDR/i.test(value('Type'))) return [{ megaTransfers: Number(speed), channel }];
    const ownBits = Number(/^(\d{1,3}) bits/.exec(value('Data Width'))?.[1] ?? 0);
    return [{ megaTransfers: Number(speed), channel, ownBits }];
  });
}

/** `P0 CHANNEL A`, `ChannelA-DIMM0`, `DIMM_B1`, `DIMMA2`: the letter with its processor, so that two sockets count twice. */
export function channelOf(locator: string): string | null {
  const letter = /CHANNEL[ _-]?([A-P0-9])/i.exec(locator)?.[1] ?? /DIMM[ _-]?([A-P])\d?\b/i.exec(locator)?.[1];
  if (!letter) return null;
  const processor = /\b(?:P|CPU|PROC ?)[ _-]?(\d)\b/i.exec(locator)?.[1] ?? '';
  return `${processor}${letter.toUpperCase()}`;
}
