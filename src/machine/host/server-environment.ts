import type { System } from '../../system/system.ts';
import { withTimeout } from '../../system/with-timeout.ts';
import type { Evidence } from '../types.ts';
import { ollamaService } from './ollama-service.ts';

/** What decides which devices the server uses. Source: Ollama envconfig and discover, 2026-08. */
const deciding = [
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'HIP_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'GPU_DEVICE_ORDINAL',
  'GGML_VK_VISIBLE_DEVICES',
  'HSA_OVERRIDE_GFX_VERSION',
  'OLLAMA_IGPU_ENABLE',
  'OLLAMA_VULKAN',
];

/**
 * The same system with the service's settings for this shell's: where there is a service, it sees nothing of the shell. Reads two or
 * three small files and waits no longer than timeoutMs for them.
 */
export async function withServerEnvironment(
  system: System,
  timeoutMs: number,
): Promise<{ system: System; evidence: Evidence[] }> {
  const found = await withTimeout(ollamaService(system), timeoutMs);
  const service = found.kind === 'value' ? found.value : null;
  const env = { ...system.env };
  const evidence: Evidence[] = [];
  for (const variable of deciding) {
    const setting = service?.environment.get(variable);
    if (setting === undefined) {
      if (service) delete env[variable];
      continue;
    }
    env[variable] = setting.value;
    const subject = `server.${variable}`;
    evidence.push({
      subject,
      ...setting,
      confidence: 'reported',
      chosen: true,
      rule: 'the service’s environment before this shell’s',
    });
  }
  return { system: { ...system, env }, evidence };
}
