/** What Apple calls its computers; `Mac Pro` and `MacBook Pro` take their own word `Pro` with them. */
const product = /\b(mac ?book ?(?:pro|air|neo)?|mac ?(?:mini|studio|pro)|i ?mac ?(?:pro)?|mba|mbp)\b/i;
/** `M4 Max`, `m4max`, `M4-Max`; a number may follow at once: `m4max128`. */
const chip = /\bm(\d{1,2})[ -]*(pro|max|ultra)?(?![a-z])/i;
const cores = /\b(\d{2})[ -]?core (?:gpu|graphics)/i;
const size = /(?<![a-z0-9.])(\d{1,4}) ?(?:g|gb|gib)\b/i;
/** A bare number, which on a Mac is its memory unless it is a year or the size of a screen. */
const number =
  /(?<![\d."-])(8|16|18|24|32|36|48|64|96|128|192|256|512)(?![\d.]|["”]|[ -]?(?:inch|in\b|core|gb?\b|tb\b))/i;

/**
 * The chip that the name of a Mac names, with its memory: `Mac Studio M3 Ultra 512GB` is `M3 Ultra 512GB`. null where no Mac is
 * named and the chip is written as the table writes it; a Mac without its chip stays what it is.
 */
export function chipOfMac(text: string): string | null {
  if (/\bmac ?book ?neo\b/i.test(text)) return 'A18 Pro 8GB';
  const rest = text.replace(product, ' ');
  const glued = /\bm\d{1,2}(pro|max|ultra)\d/i.test(text);
  if (rest === text && !glued) return null;
  const named = chip.exec(rest.replace(/(pro|max|ultra)(?=\d)/i, '$1 '));
  if (named === null) return null;
  const after = rest.replace(chip, ' ');
  const gigabytes = size.exec(after)?.[1] ?? number.exec(after.replace(/\b20\d\d\b/g, ' '))?.[1];
  // Only Max chips from M3 on differ in bandwidth by the number of cores.
  const binned = named[2]?.toLowerCase() === 'max' && Number(named[1]) >= 3;
  const coreCount = binned ? cores.exec(after)?.[1] : undefined;
  return [
    `M${named[1]}`,
    named[2] ?? '',
    coreCount === undefined ? '' : `(${coreCount}-core GPU)`,
    gigabytes === undefined ? '' : `${gigabytes}GB`,
  ]
    .filter((word) => word !== '')
    .join(' ');
}

/** Apple puts commas between chip, year and size of one Mac. */
export function withoutCommasOfMac(text: string): string {
  return product.test(text) ? text.replace(/,\s*/g, ' ') : text;
}

/** Whether the text names a Mac and not what is inside it. */
export function isMacWithoutChip(text: string): boolean {
  return product.test(text) && !chip.test(text.replace(product, ' '));
}
