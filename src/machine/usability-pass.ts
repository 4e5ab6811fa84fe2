import { runtimes } from '../data/runtimes.ts';
import type { System } from '../system/system.ts';
import type { MachineFinding } from './findings.ts';
import { platformOf } from './host/os.ts';
import { contextBytes, processOverheadBytes } from './overhead.ts';
import { type Nameable, visibleDevices } from './probes/nvidia/visible.ts';
import type { Accelerator, Evidence } from './types.ts';
import { canUseVulkan, type Usability, type UsabilityContext, usability } from './usability.ts';

export interface WithUsability {
  accelerators: Accelerator[];
  evidence: Evidence[];
  notes: MachineFinding[];
}

/**
 * Says of each accelerator whether Ollama would use it and over what, and predicts free memory where nothing was read. `inVulkan`:
 * the same devices as Vulkan numbers them.
 */
export function applyUsability(
  accelerators: readonly Accelerator[],
  system: Pick<System, 'platform' | 'env'>,
  inVulkan: readonly Nameable[],
): WithUsability {
  const context = { platform: platformOf(system.platform), env: system.env, stacks: runtimes.stacks };
  const result: WithUsability = { accelerators: [], evidence: [], notes: [] };
  for (const accelerator of accelerators) {
    const verdict = usability(accelerator, context);
    const { usable, reason, backend, notes } = hidden(accelerator, verdict, system.env, inVulkan) ?? verdict;
    const withVerdict = { ...accelerator, usable, reason, backend };
    const decided: Accelerator = { ...withVerdict, overheadBytes: contextBytes(withVerdict) };
    const predicted = predictFree(decided);
    result.accelerators.push(ordered(predicted ?? decided));
    result.notes.push(...notes, ...hiddenFromOne(withVerdict, system.env, context));
    // NVIDIA's probe itself reports why it could not read the memory.
    if (usable !== false && decided.memory.totalBytes === null && decided.vendor !== 'nvidia') {
      result.notes.push({ code: 'memory-unknown', device: decided.name });
    }
    if (predicted === null) continue;
    const { id, name, memory, overheadBytes } = predicted;
    result.notes.push({ code: 'free-assumed', device: name, overheadBytes });
    result.evidence.push({
      subject: `${id}.memory.free`,
      value: memory.freeBytes,
      source: 'nothing says what others hold: all of it',
      confidence: 'assumed',
      chosen: true,
      rule: `the backend's own share (${overheadBytes} bytes) comes off`,
    });
  }
  return result;
}

/**
 * What hides a card from CUDA or ROCm does not hide it from Vulkan, over which Ollama 0.30 and newer may use it. Source: ollama/ollama
 * issue 16508.
 */
function hiddenFromOne(
  { id, name, reason, kind }: Accelerator,
  env: System['env'],
  context: UsabilityContext,
): MachineFinding[] {
  if (reason?.code !== 'device-hidden' || kind !== 'discrete' || id.includes(':mig')) return [];
  const { variable } = reason;
  const seen = variable !== 'GGML_VK_VISIBLE_DEVICES' && env.GGML_VK_VISIBLE_DEVICES === undefined;
  return seen && canUseVulkan(context) ? [{ code: 'hidden-from-one', device: name, variable }] : [];
}

/** GGML_VK_VISIBLE_DEVICES hides what would go over Vulkan; null where it does not. */
function hidden(
  { id, name }: Accelerator,
  { usable, backend }: Usability,
  env: System['env'],
  inVulkan: readonly Nameable[],
): Usability | null {
  if (usable === false || backend !== 'vulkan') return null;
  const variable = 'GGML_VK_VISIBLE_DEVICES';
  const { visible, value } = visibleDevices(inVulkan, env, variable);
  if (visible === null || visible.has(id)) return null;
  const reason: MachineFinding = { code: 'device-hidden', device: name, variable, value };
  return { usable: false, reason, backend, notes: [reason] };
}

/**
 * Only for a card whose size was read without doubt, over a backend whose tools often do not tell what is free (Arc, Vulkan). CUDA's
 * always do: where they are silent, something is wrong and free stays unknown.
 */
function predictFree(accelerator: Accelerator): Accelerator | null {
  const { memory, kind, usable, confidence, backend } = accelerator;
  if (memory.freeBytes !== null || memory.totalBytes === null) return null;
  if (kind !== 'discrete' || usable !== true || backend === 'cuda' || confidence === 'assumed') return null;
  return {
    ...accelerator,
    memory: { totalBytes: memory.totalBytes, freeBytes: memory.totalBytes },
    overheadBytes: processOverheadBytes(backend),
    confidence: 'assumed',
  };
}

/** The keys in the order of the type, for people who read the JSON. */
function ordered(accelerator: Accelerator): Accelerator {
  const { id, vendor, name, kind, backend, memory, bandwidthBytesPerSecond, architecture, driverVersion } = accelerator;
  const { usable, reason, overheadBytes, holders, source, confidence } = accelerator;
  return {
    ...{ id, vendor, name, kind, backend, memory, bandwidthBytesPerSecond, architecture, driverVersion },
    ...{ usable, reason, overheadBytes, holders, source, confidence },
  };
}
