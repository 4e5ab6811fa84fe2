/** What a plain `llama-server` asks of the context, tokens: the least that its fit goes down to. Source: llama.cpp common/common.h. */
export const leastFitContext = 4096;
/** `-np` unset: four slots that share one cache. Source: llama.cpp tools/server/server.cpp at b11434. */
export const defaultSlots = 4;
/** Contexts are rounded down to this. Source: llama.cpp common/fit.cpp. */
const alignment = 256;

/** What a fit of the context depends on; bytes over all devices (without one: in RAM). */
export interface ContextFit {
  trainedTokens: number;
  /** By device, at that context. */
  usedBytes: (contextTokens: number) => readonly number[];
  freeBytes: readonly number[];
  marginBytes: readonly number[];
  /** Weights of one layer, which several devices waste a part of; 0 for one device. */
  layerBytes: number;
  experts: boolean;
}

/**
 * The context that a llama-server takes where none is set: the trained one if everything keeps its margin, else by the line between the least
 * and the trained one what does, rounded down. Source: llama.cpp common/fit.cpp, common_params_fit_impl, step 2.
 */
export function fitContext(fit: ContextFit): number {
  const { trainedTokens, usedBytes, freeBytes, marginBytes } = fit;
  const most = usedBytes(trainedTokens);
  if (freeBytes.every((free, index) => free - (most[index] ?? 0) >= (marginBytes[index] ?? 0))) return trainedTokens;
  const roomBytes = sum(freeBytes) - sum(marginBytes);
  if (roomBytes >= sum(most)) return trainedTokens;
  const targetBytes = roomBytes - wastedBytes(fit);
  const leastBytes = sum(usedBytes(leastFitContext));
  if (targetBytes <= leastBytes) return leastFitContext;
  const share = (targetBytes - leastBytes) / (sum(most) - leastBytes);
  const tokens = leastFitContext + Math.floor((trainedTokens - leastFitContext) * share);
  return Math.max(tokens - (tokens % alignment), leastFitContext);
}

/** Only whole layers (of experts: whole tensors) can be moved. */
function wastedBytes({ freeBytes, layerBytes, experts }: ContextFit): number {
  if (freeBytes.length < 2) return 0;
  return Math.floor(((freeBytes.length + 1) * layerBytes) / (experts ? 6 : 2));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Whatever is asked for, a token for each sequence at the least, and for each no more than the model was trained for. */
export function clampLoadContext(
  contextTokens: number,
  trainedTokens: number,
  _vision: boolean,
  sequences: number,
): number {
  return Math.min(Math.max(contextTokens, sequences), trainedTokens * sequences);
}
