import { spawnSync } from 'node:child_process';

/** A command to time: a program, its arguments, and what it runs in. */
export interface Timed {
  args: string[];
  program?: string;
  cwd?: string;
  env?: () => Record<string, string>;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which that share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Runs commands in turn, so that a busy moment meets them all; wall time of each, ms. Throws when one fails. */
export function timeInTurn<K extends string>(commands: Record<K, Timed>, rounds: number): Record<K, number[]> {
  const names = Object.keys(commands) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) times[name].push(timeOnce(commands[name]));
  }
  return times;
}

function timeOnce({ program = process.execPath, args, cwd, env }: Timed): number {
  const surroundings = { ...process.env, OLLAMA_HOST: '127.0.0.1:9', ...env?.() };
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { cwd, env: surroundings, encoding: 'utf8' });
  const milliseconds = performance.now() - start;
  if (error || status !== 0) throw error ?? new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return milliseconds;
}

/** Wall time of a run of node, ms, and its largest resident memory, bytes. */
export function peak(args: string[]): { milliseconds: number; peakBytes: number } {
  const note = "process.on('exit', () => require('node:fs').writeSync(3, String(process.resourceUsage().maxRSS)))";
  const code = `import { createRequire } from 'node:module'; const require = createRequire('file:///x'); ${note}`;
  const start = performance.now();
  const { output } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(code)}`, ...args],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, OLLAMA_HOST: '127.0.0.1:9' },
    },
  );
  return { milliseconds: performance.now() - start, peakBytes: Number(output[3]) * 1024 };
}
