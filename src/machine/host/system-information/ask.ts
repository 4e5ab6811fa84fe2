import { limits } from '../../../limits.ts';
import { jsonOrNull } from '../../../system/json.ts';
import type { System } from '../../../system/system.ts';
import type { SystemFacts } from './child.ts';

/**
 * Asks the systeminformation package, bundled beside this module as a program (scripts/bundle.mjs), in a process of its own that is
 * killed when it takes too long: parts of it wait synchronously, and on Windows it starts several PowerShells. null when it does not
 * answer in time or in shape, and when this runs from its sources. Never throws.
 */
export async function askSystemInformation(system: System, timeoutMs = 2200): Promise<SystemFacts | null> {
  if (!import.meta.url.endsWith('.js')) return null;
  const child = new URL('./system-information.js', import.meta.url).href;
  const script = `const { collectFacts } = await import(${JSON.stringify(child)});
process.stdout.write(JSON.stringify(await collectFacts()));`;
  const options = { timeoutMs, maxBytes: 256 * 1024 };
  const result = await system.run(process.execPath, ['--input-type=module', '-e', script], options);
  return result.kind === 'done' && result.exitCode === 0 ? parseFacts(result.stdout) : null;
}

/** The child's answer, each value checked; null when it is something else. */
export function parseFacts(text: string): SystemFacts | null {
  const value = jsonOrNull(text, limits.program);
  if (typeof value !== 'object' || value === null) return null;
  const { brand, physicalCores, flags, modules } = value as Record<string, unknown>;
  return {
    brand: typeof brand === 'string' ? brand : null,
    physicalCores: isCount(physicalCores) ? physicalCores : null,
    flags: typeof flags === 'string' ? flags : '',
    modules: Array.isArray(modules) ? modules.flatMap(moduleOf) : [],
  };
}

function moduleOf(value: unknown): SystemFacts['modules'] {
  if (typeof value !== 'object' || value === null) return [];
  const { megaTransfers, slot, soldered } = value as Record<string, unknown>;
  return isCount(megaTransfers)
    ? [{ megaTransfers, slot: typeof slot === 'string' ? slot : '', ...(soldered === true && { soldered }) }]
    : [];
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 100_000;
