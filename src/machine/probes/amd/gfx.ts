/**
 * LLVM target from KFD's gfx_target_version: major x 10000 + minor x 100 + step, minor and step written in hex
 * (110501 is gfx1151, 90010 is gfx90a). null for 0 and for anything that is not a version.
 */
export function gfxFromVersion(version: number | null): string | null {
  if (version === null || !Number.isSafeInteger(version) || version < 30000 || version >= 1000000) return null;
  const major = Math.floor(version / 10000);
  const minor = Math.floor(version / 100) % 100;
  const step = version % 100;
  return minor > 15 || step > 15 ? null : `gfx${major}${minor.toString(16)}${step.toString(16)}`;
}

/** The target inside any text (`gfx906:sramecc+:xnack-` is gfx906); null when there is none. */
export function gfxIn(text: string | null | undefined): string | null {
  return /\bgfx[0-9]{1,3}[0-9a-f]{2}\b/i.exec(text ?? '')?.[0].toLowerCase() ?? null;
}

/**
 * Transfers per memory clock as KFD's mem_clk_max counts it: HBM2 2, HBM3 4, GDDR5 4, GDDR6 16.
 * Checked: MI350X 8192/8 x 1900 x 4 = 7.8 TB/s, RX 7900 XTX 384/8 x 1249 x 16 = 959 GB/s.
 */
const transfersPerClock: readonly (readonly [RegExp, number])[] = [
  [/^gfx803$/, 4],
  [/^gfx90[046a8]$/, 2],
  [/^gfx9(42|50)$/, 4],
  [/^gfx10(10|12|30|31|32|34)$/, 16],
  [/^gfx110[0-2]$/, 16],
  [/^gfx120[01]$/, 16],
];

/** gfx803 is Polaris with GDDR5, and Fiji, whose HBM shows in its width: 4096/8 x 500 x 2 = 512 GB/s. */
const hbmFromBits = 1024;

/** No card's memory is faster than this: 20 TB/s. A larger product is a broken reading. */
const absurdBytesPerSecond = 20e12;

/** Nominal bandwidth, bytes per second, from bus width (bits) and clock (MHz); null where the memory type is not known by target. */
export function bandwidthFromKfd(gfx: string | null, widthBits: number | null, clockMhz: number | null): number | null {
  const factor = transfersPerClock.find(([pattern]) => gfx !== null && pattern.test(gfx))?.[1];
  if (factor === undefined || !widthBits || !clockMhz || widthBits < 0 || clockMhz < 0) return null;
  const transfers = gfx === 'gfx803' && widthBits >= hbmFromBits ? 2 : factor;
  const bytesPerSecond = (widthBits / 8) * clockMhz * 1e6 * transfers;
  return bytesPerSecond > absurdBytesPerSecond ? null : bytesPerSecond;
}
