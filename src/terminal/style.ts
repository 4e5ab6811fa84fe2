import { Chalk } from 'chalk';
import type { Paint } from '../report/options.ts';

export type ColorLevel = 0 | 1 | 2 | 3;
type Env = Readonly<Record<string, string | undefined>>;

export interface ColorQuestion {
  /** `--color` true, `--no-color` false, neither null. */
  flag: boolean | null;
  env: Env;
  isTTY: boolean;
  /** Bits of colour as `stream.getColorDepth()` gives them; null when not a terminal. */
  depthBits: number | null;
}

/** The only place that decides about colour: flag, then NO_COLOR, FORCE_COLOR, TERM=dumb, and finally whether it is a terminal. */
export function colorLevel({ flag, env, isTTY, depthBits }: ColorQuestion): ColorLevel {
  const able = levelOfDepth(depthBits);
  if (flag !== null) return flag ? atLeastOne(able) : 0;
  if (env.NO_COLOR) return 0;
  const force = env.FORCE_COLOR;
  if (force !== undefined) return levelOfForce(force, able);
  if (env.TERM === 'dumb' || !isTTY) return 0;
  return able;
}

/** Paint functions for a renderer; at level 0 they return the text as it is. */
export function createPaint(level: ColorLevel): Paint {
  const chalk = new Chalk({ level });
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
    accent: (text) => chalk.cyan(text),
  };
}

/** Asks a stream what it can do and decides: `paintFor(process.stdout, { flag: null, env: process.env })`. */
export function paintFor(stream: TerminalStream, choice: { flag: boolean | null; env: Env }): Paint {
  const isTTY = stream.isTTY === true;
  const depthBits = isTTY ? (stream.getColorDepth?.(definedOnly(choice.env)) ?? 1) : null;
  return createPaint(colorLevel({ ...choice, isTTY, depthBits }));
}

/** What this module needs to know of a stream. */
export interface TerminalStream {
  isTTY?: boolean | undefined;
  getColorDepth?: (env?: object) => number;
}

/** NO_COLOR= (empty) does not count; Node's own rule would take it as set. */
function definedOnly(env: Env): Record<string, string> {
  const entries = Object.entries(env).filter(([name, value]) => value !== undefined && name !== 'NO_COLOR');
  return Object.fromEntries(entries) as Record<string, string>;
}

function levelOfDepth(bits: number | null): ColorLevel {
  if (bits === null || bits < 4) return 0;
  if (bits < 8) return 1;
  return bits < 24 ? 2 : 3;
}

function levelOfForce(value: string, able: ColorLevel): ColorLevel {
  if (value === '0' || value === 'false') return 0;
  if (value === '2') return 2;
  if (value === '3') return 3;
  return atLeastOne(able);
}

function atLeastOne(level: ColorLevel): ColorLevel {
  return level === 0 ? 1 : level;
}
