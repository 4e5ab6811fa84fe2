import type { Writable } from 'node:stream';
import type { ThisMachineIo } from '../this-machine/ram-timer.ts';

/** A stream that may be a terminal. */
export type Terminal = Writable & {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  getColorDepth?: (env?: object) => number;
};

/** Everything a command touches: streams, environment, system, clock. Tests pass their own. */
export interface Io extends ThisMachineIo {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined };
  stdout: Terminal;
  stderr: Terminal;
}

/** Options that every command has. */
export interface CommonOptions {
  json: boolean;
  quiet: boolean;
  /** `--color` true, `--no-color` false, neither null. */
  color: boolean | null;
  debug: boolean;
}
