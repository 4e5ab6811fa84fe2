import { platformOf } from '../machine/host/os.ts';
import type { Screen } from '../report/options.ts';
import { writeFileAtomic } from '../system/atomic-write.ts';
import { writeAll } from '../terminal/output.ts';
import { paintFor } from '../terminal/style.ts';
import { supportsUnicode } from '../terminal/unicode.ts';
import { terminalColumns } from '../terminal/width.ts';
import type { CommonOptions, Io } from './io.ts';

/** What the answer is written to: its width, its characters, its colours (none in a file). */
export function screenOf(
  { color, output = null }: Pick<CommonOptions, 'color'> & { output?: string | null },
  io: Io,
): Screen {
  return {
    columns: terminalColumns(io.env, io.stdout),
    unicode: showsUnicode(io),
    paint: output === null ? paintFor(io.stdout, { flag: color, env: io.env }) : paintFor({}, { flag: false, env: {} }),
  };
}

export function showsUnicode({ env, system }: Pick<Io, 'env' | 'system'>): boolean {
  return supportsUnicode(env, platformOf(system.platform));
}

/** Writes the answer: into a file, or to stdout for `-` and null. */
export async function deliver(text: string, output: string | null, io: Pick<Io, 'stdout'>): Promise<void> {
  if (output === null || output === '-') await writeAll(io.stdout, text);
  else await writeFileAtomic(output, text);
}
