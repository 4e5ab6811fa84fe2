import { runtimeDefaults } from '../data/tables.ts';
import type { Machine } from '../machine/types.ts';

const minimumContext = 4;

/**
 * The context that Ollama sets when none is asked for: by the sum of device memory, total and not free; 4096 on the CPU.
 * Source: ollama server/routes.go, the tiers of 47 and 23 GiB.
 */
export function defaultContextTokens(deviceBytes: number): number {
  const tier = runtimeDefaults.contextTiers.find(({ deviceBytesAtLeast }) => deviceBytes >= deviceBytesAtLeast);
  return (tier ?? runtimeDefaults.contextTiers.at(-1))?.contextTokens ?? 4096;
}

/** Memory of the devices that Ollama uses, whole sizes, bytes; the basis of its default context. */
export function tierMemoryBytes(machine: Machine): number {
  return machine.accelerators
    .filter(({ usable }) => usable !== false)
    .reduce((sum, { memory }) => sum + (memory.totalBytes ?? 0), 0);
}

/**
 * What becomes of an asked context, in tokens over all sequences: for each of them at least 4 (2048 for a build that sees images), at
 * most what the model was trained for. Source: ollama server/sched.go and llm/server.go.
 */
export function clampContext(
  contextTokens: number,
  trainedContextTokens: number,
  vision: boolean,
  sequences: number,
): number {
  const floor = vision ? runtimeDefaults.minimumContextVision : minimumContext;
  return Math.min(Math.max(contextTokens, floor * sequences), trainedContextTokens * sequences);
}
