import type { DraftCost, SpeedForms } from '../../data/speed-schema.ts';
import { speedForms } from '../../data/speeds.ts';
import { variantOf } from '../../data/tables.ts';
import { type ReadsByPlace, readsPerToken } from './bytes-per-token.ts';
import { estimateSeconds, placesOf } from './formula.ts';
import { firstFor, type RateInputs, streamingSeconds } from './rate.ts';
import type { SpeedDevice, SpeedQuestion } from './types.ts';

/** Tokens per second with a draft model over those without it. */
export type DraftFactor = Pick<SpeedForms['drafting']['onCpu'], 'low' | 'expected' | 'high'>;

/** Ollama's builds with a drafter set draft_num_predict 3 (config of gemma4:26b of 2026-09-30). */
export const usualDraftTokens = 3;

/** A smaller gain is within the spread between owners of one machine. */
export const leastDraftGain = 1.05;

const none: DraftFactor = { low: 1, expected: 1, high: 1 };

/**
 * What drafting (MTP) does to the speed: a step yields the accepted tokens and one more, and costs a pass over all drafted tokens at once and
 * a run of the draft model for each. What a text is like decides how many are accepted, so the band is mostly that of the acceptance. 1 where
 * nothing is drafted or nothing is known of the speed.
 * Source: llama.cpp common/speculative.cpp; what the parts cost stands with its measurements in data/speed-forms.json.
 */
export function draftFactor(question: SpeedQuestion, draftTokens: number, forms: SpeedForms = speedForms): DraftFactor {
  const plain = draftTokens < 1 ? null : estimateSeconds(question, forms);
  if (plain === null || plain.seconds.expected === 0) return none;
  const { acceptance, extra, onCpu } = forms.drafting;
  if (draftingDevice(question) === undefined) return onCpu;
  const usual = tokensPerStep(acceptance.expected, draftTokens);
  // Blocks on the CPU gain what drafting brings there.
  const host = plain.hostSeconds * (usual / onCpu.expected - 1);
  const cost = extraSeconds(question, draftTokens, forms);
  const at = (tokens: number, share: number) => tokens / (1 + (host + share * cost) / plain.seconds.expected);
  return {
    low: at(tokensPerStep(acceptance.low, draftTokens), extra.slow),
    expected: at(usual, 1),
    high: at(tokensPerStep(acceptance.high, draftTokens), extra.fast),
  };
}

/** The draft length that is expected to be fastest: 0 where drafting costs more than it brings. */
export function bestDraftTokens(question: SpeedQuestion): number {
  const lengths = [1, 2, usualDraftTokens];
  const factors = lengths.map((tokens) => draftFactor(question, tokens).expected);
  const best = Math.max(...factors);
  return best > leastDraftGain ? (lengths[factors.lastIndexOf(best)] ?? 0) : 0;
}

/** Each draft counts only if all before it were accepted. */
function tokensPerStep(acceptance: number, draftTokens: number): number {
  let [sum, share] = [1, 1];
  for (let token = 0; token < draftTokens; token++) {
    share *= acceptance;
    sum += share;
  }
  return sum;
}

/** What a step takes on the devices beyond a plain token: the further columns of the pass, the further experts, and the drafts. */
function extraSeconds(question: SpeedQuestion, draftTokens: number, forms: SpeedForms): number {
  const reads = readsPerToken(question);
  const places = placesOf(question);
  const experts = expertGrowth(question, draftTokens);
  let seconds = 0;
  for (const [index, device] of question.devices.entries()) {
    const { weightsBytes = 0, expertBytes = 0 } = reads.devices[index] ?? {};
    const who = places.deviceAt(device);
    if (who === null || weightsBytes === 0) continue;
    const bytes = draftTokens * costOn(who, forms).columnShare * weightsBytes + experts * expertBytes;
    seconds += streamingSeconds(bytes, who, device.bandwidthBytesPerSecond ?? 0, forms);
  }
  return seconds + experts * hostExpertSeconds(question, reads, forms) + draftTokens * draftSeconds(question, forms);
}

/** Going to the CPU is paid once a layer: further experts in RAM cost what they cost a run on the CPU. */
function hostExpertSeconds(
  { host, shape }: SpeedQuestion,
  { hostExpertBytes }: ReadsByPlace,
  forms: SpeedForms,
): number {
  if (hostExpertBytes === 0) return 0;
  return streamingSeconds(hostExpertBytes, placesOf({ host, shape }).host, host.bandwidthBytesPerSecond ?? 0, forms);
}

/** One run of the draft model. */
function draftSeconds(question: SpeedQuestion, forms: SpeedForms): number {
  const device = draftingDevice(question);
  const who = device === undefined ? null : placesOf(question).deviceAt(device);
  if (device === undefined || who === null) return 0;
  const bytes = variantOf(question.shape.variant).drafter?.fileBytes ?? 0;
  return costOn(who, forms).stepSeconds + streamingSeconds(bytes, who, device.bandwidthBytesPerSecond ?? 0, forms);
}

/** The draft model lies on the last device with layers; without one the CPU runs all. */
function draftingDevice({ devices }: SpeedQuestion): SpeedDevice | undefined {
  return devices.findLast(({ layers, backend }) => layers > 0 && backend !== 'none');
}

/**
 * Experts that the drafted tokens read beyond those of the first, over those: each token of 26b chooses its own, and some of them are the
 * same. 0 for dense models.
 */
function expertGrowth({ shape: { architecture } }: SpeedQuestion, draftTokens: number): number {
  const { experts } = architecture;
  if (experts === null) return 0;
  const share = experts.used / experts.count;
  let untouched = 1;
  for (let token = 0; token <= draftTokens; token++) untouched *= 1 - share;
  return (1 - untouched) / share - 1;
}

function costOn(who: RateInputs, { drafting }: SpeedForms): DraftCost {
  return firstFor(who, drafting.costs);
}
