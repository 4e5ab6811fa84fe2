import type { System } from '../../system/system.ts';
import { withTimeout } from '../../system/with-timeout.ts';
import type { MachineFinding, ServerSettingKind } from '../findings.ts';
import type { Evidence } from '../types.ts';
import { type OllamaService, ollamaService } from './ollama-service.ts';

/** Variables that decide which devices the server uses. Source: Ollama envconfig and discover, 2026-08. */
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
): Promise<{ system: System; evidence: Evidence[]; findings: MachineFinding[] }> {
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
  return { system: { ...system, env }, evidence, findings: settingsOf(service?.environment ?? ofThisShell(system)) };
}

interface SizedSetting {
  variable: string;
  setting: ServerSettingKind;
  /** Whether a value differs from the defaults that answers are computed with. */
  differs(value: string): boolean;
}

const isOn = (value: string) => /^(1|true|yes|on)$/i.test(value);

/** Settings of the server that change memory sizes or placement. Sources: Ollama envconfig/config.go, llama.cpp common/arg.cpp; 2026-08. */
const sizing: readonly SizedSetting[] = [
  { variable: 'OLLAMA_KV_CACHE_TYPE', setting: 'cache-type', differs: (value) => !/^(f16)?$/i.test(value) },
  { variable: 'OLLAMA_NUM_PARALLEL', setting: 'parallel', differs: (value) => Number(value) > 1 },
  { variable: 'OLLAMA_CONTEXT_LENGTH', setting: 'context-length', differs: (value) => Number(value) > 0 },
  { variable: 'LLAMA_ARG_FIT_TARGET', setting: 'fit-target', differs: (value) => value !== '' },
  { variable: 'LLAMA_ARG_SWA_FULL', setting: 'swa-full', differs: isOn },
  {
    variable: 'OLLAMA_FLASH_ATTENTION',
    setting: 'flash-attention',
    differs: (value) => /^(0|false|no|off)$/i.test(value),
  },
];

/** Without a service Ollama is started by hand, as a rule in the environment that this program has too. */
function ofThisShell({ env }: System): OllamaService['environment'] {
  const set = sizing.flatMap(({ variable }) => {
    const value = env[variable];
    return value === undefined ? [] : [[variable, { value, source: 'environment' }] as const];
  });
  return new Map(set);
}

function settingsOf(environment: OllamaService['environment']): MachineFinding[] {
  return sizing.flatMap(({ variable, setting, differs }): MachineFinding[] => {
    const found = environment.get(variable);
    if (found === undefined || !differs(found.value.trim())) return [];
    return [{ code: 'server-setting', setting, variable, value: found.value.trim(), source: found.source }];
  });
}
