/** Raw outputs of real tools, where the folder with them lies beside the repository; a test that needs them is skipped elsewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/captures', import.meta.url));

export const haveCaptures = existsSync(folder);

/** Text of one capture. */
export function capture(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** A capture of several files (`==> /sys/path` and what follows) as paths and texts; links keep their ` -> target`. */
export function captureTree(name: string): Record<string, string> {
  const parts = capture(name).split(/^==> /m).slice(1);
  return Object.fromEntries(
    parts.map((part) => [part.slice(0, part.indexOf('\n')).trim(), part.slice(part.indexOf('\n') + 1)]),
  );
}
