import { compareVersions } from './tables.ts';

const known = new Map<string, boolean>();
const mostKept = 512;

/** Whether an Ollama version is that one or newer; remembered, for every candidate asks it. */
export function isAtLeast(version: string, floor: string): boolean {
  const key = `${version} ${floor}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= mostKept) known.clear();
  const answer = compareVersions(version, floor) >= 0;
  known.set(key, answer);
  return answer;
}
