import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { root } from '../../scripts/bundle.mjs';
import { type Built, type Ended, type RunOptions, run } from './run.ts';

/** Limits of one attack: CPU time, as it would be on an idle machine (test/tools/slowness.cjs), so that a busy one makes no difference. */
export const mostCpuMs = 3000;
export const mostMiB = 300;

/**
 * Runs the built program and asserts the shape of every failure: an exit code of the README's table, at most one sentence and its hint, no
 * stack, and bounded time and memory.
 */
export async function runBounded(built: Built, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'gemma-fit-usage-'));
  const file = join(folder, 'usage.json');
  try {
    const ended = await run(built, args, {
      ...options,
      node: ['--require', join(root, 'test/faults/usage.cjs'), ...(options.node ?? [])],
      env: { ...options.env, GEMMA_FIT_TEST_USAGE: file },
    });
    const said = `${args.join(' ')}\n${ended.stderr.slice(0, 2000)}`;
    expect(ended.signal, said).toBe(null);
    expect([0, 2, 3, 4, 5, 6, 7, 130], said).toContain(ended.code);
    expect(ended.stderr, said).not.toMatch(/^\s+at /m);
    if (ended.code === 2 || ended.code === 5 || ended.code === 6) {
      expect(ended.stderr.trimEnd().split('\n').length, said).toBeLessThanOrEqual(6);
      expect(ended.stderr.length, said).toBeLessThan(2500);
    }
    const { cpuMs, peakMiB } = JSON.parse(await readFile(file, 'utf8')) as { cpuMs: number; peakMiB: number };
    expect(cpuMs, said).toBeLessThan(mostCpuMs);
    expect(peakMiB, said).toBeLessThan(mostMiB);
    return ended;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Asserts that these processes have gone; one that was killed may be there a moment longer. */
export async function expectDead(pids: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 100 && pids.some(isAlive); tries++) await new Promise((go) => setTimeout(go, 20));
  expect(pids.filter(isAlive)).toEqual([]);
}

/** A zombie (in a container without an init) counts as dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
