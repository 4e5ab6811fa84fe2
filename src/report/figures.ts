import { neededBytes, sumParts } from '../advice/parts.ts';
import type { Candidate, CheckResult, DevicePlacement } from '../advice/types.ts';
import type { Accelerator } from '../machine/types.ts';

export { sumParts };

/** Bytes on the devices with everything there that can be: what "needs" means in every table. */
export function deviceNeedBytes(candidate: Candidate): number {
  return neededBytes(candidate);
}

/** Bytes that decide and that tables show: in RAM for a model on the CPU, else on the GPU; in RAM when there is none. */
export function decidingBytes(candidate: Candidate): number {
  const placedInRam = candidate.verdict === 'cpu' ? sumParts(candidate.placement.host) : 0;
  return placedInRam || deviceNeedBytes(candidate) || hostNeedBytes(candidate);
}

/** Additional bytes in RAM. */
export function hostNeedBytes(candidate: Candidate): number {
  return sumParts(candidate.need.host);
}

/** What the server keeps free beside the model. The margin includes the projector, which uses it once loaded. */
export function keptClearBytes({ marginBytes, projectorBytes }: DevicePlacement): number {
  return Math.max(marginBytes - projectorBytes, 0);
}

export function acceleratorOf(result: CheckResult, placed: DevicePlacement): Accelerator | null {
  return result.machine.accelerators.find(({ id }) => id === placed.accelerator) ?? null;
}

/** The candidate with that tag; null when there is none. */
export function candidateOf(result: CheckResult, tag: string | null): Candidate | null {
  return result.candidates.find((candidate) => candidate.tag === tag) ?? null;
}

/** Memory that models may use on all usable devices: free now, or the whole where free was not read; null when unknown. */
export function deviceBudgetBytes(result: CheckResult): number | null {
  const known = result.machine.accelerators
    .filter(({ usable }) => usable !== false)
    .map(({ memory }) => memory.freeBytes ?? memory.totalBytes)
    .filter((bytes) => bytes !== null);
  return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * What models may take here: free memory of the devices that the candidate lies on, less what Ollama reserves beside a vision encoder that is
 * counted in the need; without a device the RAM that is available. A model fits where its need is not above it. null when unknown.
 */
export function usableBytes(result: CheckResult, candidate: Candidate | null): number | null {
  const devices = candidate?.placement.devices ?? [];
  if (devices.length > 0) return devices.reduce((sum, placed) => sum + placed.freeBytes - keptClearBytes(placed), 0);
  return deviceBudgetBytes(result) ?? result.machine.memory.availableBytes;
}

/** The context that was asked for, or the one that the candidates were worked out at. */
export function contextLabel(result: CheckResult): number | null {
  const asked = result.request.contextTokensTotal;
  return (
    (typeof asked === 'number' ? asked : null) ??
    result.recommendation?.workload.contextTokensTotal ??
    result.candidates[0]?.workload.contextTokensTotal ??
    null
  );
}
