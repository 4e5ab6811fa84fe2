import { GiB } from '../data/units.ts';
import { type Margin, type MarginSetting, projectorReserve } from '../server-rules/margin.ts';
import type { ProjectorHome } from '../server-rules/projector.ts';

/** `--fit-target`: what stays free on each device. Source: llama.cpp common/common.h, fit_params_target. */
export const fitMarginBytes = GiB;

/**
 * What a llama-server keeps free on each of its devices. It adds the projector's worst case to the target of the device with the same index
 * in ggml's list, where the GPUs come first: its weights and its scratch once, on the first GPU (tools/server/server-context.cpp; ggml loads
 * the CPU's library last, ggml/src/ggml-backend-reg.cpp).
 */
export function fitMargins(
  projectorBytes: number,
  home: ProjectorHome,
  devices: number,
  { scratchBytes }: MarginSetting,
): Margin[] {
  const added = home === 'device' ? projectorReserve(projectorBytes, scratchBytes).deviceBytes : 0;
  return Array.from({ length: devices }, (_, index) => ({
    marginBytes: fitMarginBytes + (index === 0 ? added : 0),
    textMarginBytes: fitMarginBytes,
  }));
}
