import type { CpuClass } from '../../data/speed-schema.ts';
import { memoize } from '../../memoize.ts';
import type { SpeedHost } from './types.ts';

/**
 * Words by which a processor's class is known, first match counts. Intel: U, Y and G suffixes are 9 to 28 W parts, H, P and V larger
 * mobile ones; AMD: U and Z against H and HX; X-series Core i9, Threadripper and Xeon W have four channels and more.
 */
const brands: [RegExp, CpuClass][] = [
  [/\bapple m\d/i, 'apple'],
  [/raspberry pi|rk35\d\d|rockchip|cortex-a|orange pi|\bodroid/i, 'board'],
  [/snapdragon (8\d\d|7\d\d|[78] )|dimensity|exynos|tensor g\d|\bsm8\d\d\d/i, 'phone'],
  [/threadripper|\bxeon(\(r\))? (w\d?-|e3|e-2)|\bi9-\d{4,5}xe?\b/i, 'workstation'],
  [/\bepyc\b|\bxeon\b|neoverse|graviton|\baltra\b|\bampere(one|-1)|\bopteron\b|\bpower\d+\b/i, 'server'],
  [
    /\bi[3579]-?\s?\d{3,5}(u|y|g\d)\b|\bultra \d \d{3}u\b|\bcore(\(tm\))? m[3579]?-|\bcore(\(tm\))? [3579] (processor )?\d{3}u\b/i,
    'low-power',
  ],
  [
    /\b(celeron|pentium)\b.*\b[njy]?\d{4}u?\b|\bintel(\(r\))? n\d{2,3}\b|\batom\b|\bryzen \d (pro )?\d{4}[ucz]\b|\bryzen z\d/i,
    'low-power',
  ],
  [
    /\bi[3579]-?\s?\d{3,5}(h|hq|hk|hx|p|mq|m)\b|\bi[3579]-h\b|\bultra \d \d{3}(h|hx|v)\b|meteor lake|\bcore(\(tm\))? [3579] (processor )?\d{3}h\b/i,
    'mobile',
  ],
  [/\bryzen ai\b|\bryzen \d (pro )?\d{4}(h|hs|hx|x3d)?\b(?<=h|hs|hx)|snapdragon\(?r?\)? x|\bx1[ep]\b/i, 'mobile'],
  [/\bi[3579]-?\s?\d{3,5}|\bryzen\b|\bultra \d \d{3}k?f?\b|\bathlon\b|\bfx-\d/i, 'desktop'],
];

/** The class of a CPU; null: not known. Weak ones lack the dot-product instructions that quantized weights need. */
export const cpuClassOf = memoize((host: SpeedHost): CpuClass | null => {
  if (isWeak(host)) return 'weak';
  const named = brands.find(([pattern]) => pattern.test(host.brand ?? ''))?.[1] ?? null;
  const several = (host.sockets ?? 1) > 1;
  return several && named !== 'apple' ? 'two-sockets' : named;
});

/** x86 without AVX2, ARM without dot products. Unknown instruction sets count as a common CPU's. */
function isWeak({ features }: SpeedHost): boolean {
  const has = (feature: SpeedHost['features'][number]) => features.includes(feature);
  const x86 = has('sse2') || has('sse4_2') || has('avx');
  return (x86 && !has('avx2')) || (has('neon') && !has('dotprod'));
}
