import { kvTypes } from '../data/ids.ts';
import type { ServerSettingKind } from '../machine/findings.ts';
import type { Machine } from '../machine/types.ts';
import type { KvType } from '../model/types.ts';

/** Settings of the Ollama service that change sizes or places; each absent where it is not set, or to something unknown. */
export interface ServiceSettings {
  kvType?: KvType;
  sequences?: number;
  /** LLAMA_ARG_FIT_TARGET, bytes. A list for several devices (llama.cpp common/arg.cpp) is not counted. */
  fitTargetBytes?: number;
  /** Switched off for every device. */
  flashAttention?: false;
  /** Context of a tag that sets none, of one sequence. */
  contextTokens?: number;
}

export function serviceSettingsOf({ warnings }: Pick<Machine, 'warnings'>): ServiceSettings {
  const told = (kind: ServerSettingKind) => {
    const found = warnings.find((one) => one.code === 'server-setting' && one.setting === kind);
    return found?.code === 'server-setting' ? found.value : '';
  };
  const kvType = kvTypes.find((type) => type === told('cache-type').toLowerCase());
  const sequences = wholeNumber(told('parallel'));
  const fitTarget = wholeNumber(told('fit-target'));
  const contextTokens = wholeNumber(told('context-length'));
  return {
    ...(kvType !== undefined && { kvType }),
    ...(sequences !== null && { sequences }),
    ...(fitTarget !== null && { fitTargetBytes: fitTarget * 2 ** 20 }),
    ...(told('flash-attention') !== '' && { flashAttention: false as const }),
    ...(contextTokens !== null && { contextTokens }),
  };
}

function wholeNumber(text: string): number | null {
  return /^\d{1,7}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}
