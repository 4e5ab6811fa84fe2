import type { Writable } from 'node:stream';
import type { measureRamBandwidth } from '../machine/host/memory/ram-benchmark.ts';
import type { System } from '../system/system.ts';

/** A stream that may be a terminal. */
export type Terminal = Writable & {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  getColorDepth?: (env?: object) => number;
};

/** Everything a command touches: its streams, its surroundings, the clock. Tests hand in their own. */
export interface Io {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined };
  stdout: Terminal;
  stderr: Terminal;
  env: Readonly<Record<string, string | undefined>>;
  system: System;
  /** Unix time, ms. */
  now: () => number;
  /** Times the RAM of the computer that `system` is; absent: nothing is timed, and nothing remembered is used. */
  measureRam?: typeof measureRamBandwidth;
}

/** Options that every command has. */
export interface CommonOptions {
  json: boolean;
  quiet: boolean;
  /** `--color` true, `--no-color` false, neither null. */
  color: boolean | null;
  debug: boolean;
}
