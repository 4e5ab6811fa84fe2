/**
 * What the probes found worth saying: a code and its arguments. The sentence is made in report/sentences/machine.ts,
 * whose table is checked against this union, so that a new code does not compile until it has one.
 */
export type MachineFinding =
  /** A program or file is there but does not answer as it should. */
  | { code: 'probe-failed'; probe: string; detail: string }
  | { code: 'probe-timeout'; probe: string; timeoutMs: number }
  /** A driver is installed and broken: not the same as "no GPU". */
  | { code: 'driver-broken'; vendor: string; detail: string };

export type MachineCode = MachineFinding['code'];
