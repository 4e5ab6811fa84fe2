import { adviceTable, weightLossPoints } from '../data/advice.ts';
import type { KvType, VariantId } from '../data/ids.ts';
import { kvLoss } from './placement/kv-loss.ts';
import type { CheckRequest, SettledWorkload, Speed, UseCase, Value, Verdict } from './types.ts';
import { profileOf, qualityPoints } from './use-case.ts';

const { speed: speedRule, context: contextRule, cacheLoss, fragility } = adviceTable;
const dearestLoss = Math.max(...adviceTable.weightLoss.map(({ points }) => points));

/** What the value of a run depends on. */
export interface ValuedRun {
  variant: VariantId;
  quantization: string;
  workload: Pick<SettledWorkload, 'contextTokensPerSequence' | 'kvType'>;
  verdict: Verdict;
  /** With half of the context in use; null: the value of a run of unknown speed is not known. */
  speed: Speed | null;
  /** What is left of the available RAM; absent or null: not known. */
  ramRemainingBytes?: number | null;
}

/** The context that counts as enough: the requested one, else what the use wants; tokens of one sequence. */
export function wantedContext({
  contextTokensTotal,
  sequences,
  useCase,
}: Pick<CheckRequest, 'contextTokensTotal' | 'sequences' | 'useCase'>): number {
  if (typeof contextTokensTotal === 'number') return Math.floor(contextTokensTotal / sequences);
  return profileOf(useCase).contextTokens;
}

/** The value of a run for a use, in points; null when it does not run or its speed is unknown. */
export function worthOf(run: ValuedRun, useCase: UseCase | null, wantedTokens: number): Value | null {
  const { variant, quantization, workload, verdict, speed } = run;
  if (speed === null || verdict === 'no' || verdict === 'unknown') return null;
  const tokensPerSecond = countedSpeed(speed, verdict);
  const parts = {
    quality: rounded(qualityPoints(variant, useCase)),
    weightLoss: -(weightLossPoints(quantization) ?? dearestLoss),
    cacheLoss: -rounded(cacheLossPoints(variant, workload.kvType)),
    speed: rounded(speedPoints(tokensPerSecond, profileOf(useCase).tokensPerSecond)),
    context: rounded(contextPoints(workload.contextTokensPerSequence, wantedTokens)),
    fragility: 0 - rounded(fragilityPoints(run)),
  };
  const points = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { points: rounded(points), ...parts, tokensPerSecond };
}

/** The most points by which the same run may be worth more with less of it on devices, whatever its speed. */
export function mostGain({ speed, fragility: lost }: Pick<Value, 'speed' | 'fragility'>): number {
  return speedRule.mostBonus - speed - lost - fragility.cpuTakesPart;
}

/** The most points by which the same build may be worth more with a shorter context, however much faster it is there. */
export function mostGainAt(
  { speed, fragility: lost, context }: Pick<Value, 'speed' | 'fragility' | 'context'>,
  contextTokens: number,
  wantedTokens: number,
): number {
  return speedRule.mostBonus - speed - lost + contextPoints(contextTokens, wantedTokens) - context;
}

/** Whether a run is fast enough and worth enough to work with; code and agents ask for both. */
export function isEnoughFor({ tokensPerSecond, points }: Value, useCase: UseCase | null): boolean {
  const { leastTokensPerSecond, leastPoints } = profileOf(useCase);
  return tokensPerSecond >= (leastTokensPerSecond ?? 0) && points >= (leastPoints ?? Number.NEGATIVE_INFINITY);
}

/** Rounded to a hundredth of a point, against rounding noise. */
function rounded(points: number): number {
  return Math.round(points * 100) / 100;
}

/**
 * The likely speed; for a run that involves the CPU, the middle between that and the low end, because such runs tend to be slower. An
 * assumed bandwidth has widened the band already.
 */
export function countedSpeed({ lowTokensPerSecond, expectedTokensPerSecond, basis }: Speed, verdict: Verdict): number {
  if (verdict === 'gpu' || basis === 'assumed') return expectedTokensPerSecond;
  return Math.sqrt(lowTokensPerSecond * expectedTokensPerSecond);
}

/** Points of a speed against the one that the use wants; negative below it, and steeply below what a person reads along with. */
export function speedPoints(tokensPerSecond: number, wanted: number): number {
  if (tokensPerSecond >= wanted) return Math.min(speedRule.mostBonus, Math.log2(tokensPerSecond / wanted));
  const slowHalvings = Math.max(0, Math.log2(speedRule.slowTokensPerSecond / tokensPerSecond));
  return -speedRule.perHalving * Math.log2(wanted / tokensPerSecond) - speedRule.perSlowHalving * slowHalvings;
}

/** Points of a context against the one that is wanted: 0 or less. */
export function contextPoints(contextTokens: number, wanted: number): number {
  if (contextTokens >= wanted) return 0;
  const { leastShare, perHalving, perFurtherHalving } = contextRule;
  const least = leastShare * wanted;
  const furtherHalvings = Math.max(0, Math.log2(least / contextTokens));
  return -perHalving * Math.log2(wanted / Math.max(contextTokens, least)) - perFurtherHalving * furtherHalvings;
}

/** What the CPU takes part in is slower than told on a busy computer, the more so the less of its RAM is left. */
function fragilityPoints({ verdict, ramRemainingBytes = null }: ValuedRun): number {
  if (verdict === 'gpu') return 0;
  const { cpuTakesPart, fullRam, ramHeadroomBytes } = fragility;
  const missing = ramRemainingBytes === null ? 0 : Math.max(0, 1 - ramRemainingBytes / ramHeadroomBytes);
  return cpuTakesPart + fullRam * missing;
}

/** Points that a quantized cache costs; an unmeasured model counts as the worst measured one. */
function cacheLossPoints(variant: VariantId, kvType: KvType): number {
  if (kvType === 'f16') return 0;
  const kld = kvLoss(variant, kvType) ?? kvLoss('26b', kvType) ?? 0;
  return cacheLoss.pointsPerKld * kld;
}
