import type { BuildShape } from '../model/memory/build-shape.ts';
import { lacksFlashAttention, type UsableDevice } from '../server-rules/devices.ts';
import type { SchedulerDecision } from '../server-rules/scheduler.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';

/** `-ub`: tokens of a prompt that are computed at once. Source: llama.cpp common/common.h, n_ubatch. */
export const defaultMicroBatch = 512;

/**
 * What a llama-server does when nothing is set: all GPUs of its backend, flash attention where the device has it, one micro-batch for every
 * context. It makes no guess before it loads. null for a build of unknown bytes. Source: llama.cpp common/common.h, src/llama.cpp.
 */
export function decideLoad(target: SchedulerTarget, built: BuildShape): SchedulerDecision | null {
  if (built.shape === null) return null;
  const devices = offloadDevices(target);
  return {
    predictedBytes: null,
    devices,
    microBatch: defaultMicroBatch,
    mmapOff: null,
    projector: built.projectorBytes === 0 ? 'none' : devices.length === 0 ? 'ram' : 'device',
    flashAttention: !devices.some(lacksFlashAttention),
  };
}

/**
 * The GPUs of one backend, as a build of llama.cpp has it; those that share the RAM only where there is no other. Source: llama.cpp
 * src/llama.cpp, llama_prepare_model_devices.
 */
export function offloadDevices({ groups }: Pick<SchedulerTarget, 'groups'>): UsableDevice[] {
  const [first = []] = groups;
  const discrete = first.filter(({ integrated }) => !integrated);
  return discrete.length > 0 ? discrete : first;
}
