import type { Writable } from 'node:stream';
import type { measureRamBandwidth } from '../machine/host/memory/ram-benchmark.ts';
import type { System } from '../system/system.ts';

/** A stream that may be a terminal. */
export type Terminal = Writable & {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  getColorDepth?: (env?: object) => number;
};

/** Everything a command touches: streams, environment, system, clock. Tests pass their own. */
export interface Io {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined };
  stdout: Terminal;
  stderr: Terminal;
  env: Readonly<Record<string, string | undefined>>;
  system: System;
  /** Unix time, ms. */
  now: () => number;
  /** Times the RAM of `system`; absent: nothing is timed and no remembered figure is used. */
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
