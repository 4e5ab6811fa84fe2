import type { MachineFinding } from './findings.ts';
import type { Accelerator, Evidence } from './types.ts';

/**
 * What Ollama itself found when it last started outweighs what it should find: a GPU that looks usable, and a log that names the CPU
 * only, means a driver that came later, a group that is missing, or a build without that backend.
 */
export function runtimeDisagreement(
  accelerators: readonly Accelerator[],
  evidence: readonly Evidence[],
): MachineFinding[] {
  const cpuOnly = evidence.find(({ subject, value }) => subject === 'ollama.devices' && value === 'cpu');
  const usable = accelerators.find((accelerator) => accelerator.usable === true);
  return cpuOnly && usable ? [{ code: 'runtime-saw-no-gpu', device: usable.name, source: cpuOnly.source }] : [];
}
