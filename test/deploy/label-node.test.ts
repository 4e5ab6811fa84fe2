import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { root } from '../house/sources.ts';

let all: string;
beforeAll(() => {
  all = mkdtempSync(join(tmpdir(), 'gemma-fit-label-'));
});
afterAll(() => rmSync(all, { recursive: true, force: true }));

/** Runs the loop against a stand-in for the command line, which notes its words and ends as told; stopped after some runs. */
async function loop({ runs, ends = 0, env = {} }: { runs: number; ends?: number; env?: Record<string, string> }) {
  const folder = mkdtempSync(join(all, 'one-'));
  const [bin, notes] = [join(folder, 'bin.mjs'), join(folder, 'notes')];
  writeFileSync(notes, '');
  writeFileSync(
    bin,
    `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(notes)}, process.argv.slice(2).join(' ') + '\\n');
process.exitCode = ${ends};`,
  );
  const child = spawn(process.execPath, [join(root, 'deploy/label-node.mjs')], {
    env: {
      PATH: process.env.PATH ?? '',
      GEMMA_FIT_BIN: bin,
      INTERVAL_SECONDS: '1',
      FEATURES_FILE: '/features',
      ...env,
    },
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const asked = () =>
    readFileSync(notes, 'utf8')
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '');
  while (child.exitCode === null && asked().length < runs) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGTERM');
  return { code: await ended, asked: asked(), stderr };
}

// The loops wait for seconds: at the same time.
describe.concurrent('the loop that labels a node', () => {
  it('the loop that labels a node asks again and again, and ends with 0 when it is told to stop', async ({
    expect,
  }) => {
    const { code, asked, stderr } = await loop({ runs: 2, env: { REQUIRE: '26b@32k, e4b@8k' } });
    expect(asked.slice(0, 2)).toEqual(
      Array.from({ length: 2 }, () => 'check --format nfd --output /features --require 26b@32k --require e4b@8k'),
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  it.for([3, 4])('the loop that labels a node takes exit code %i for an answer', async (ends, { expect }) => {
    expect((await loop({ runs: 2, ends })).stderr).toBe('');
  });

  it('the loop that labels a node says when a run failed, and goes on', async ({ expect }) => {
    const { asked, stderr } = await loop({ runs: 2, ends: 70 });
    expect(asked.length).toBeGreaterThan(1);
    expect(stderr).toContain('exit code 70; next try in 1 s');
  });

  it('the loop that labels a node refuses an interval that is none', async ({ expect }) => {
    const { code, stderr } = await loop({ runs: 1, env: { INTERVAL_SECONDS: 'daily' } });
    expect([code, stderr.split('\n').length]).toEqual([2, 2]);
  });
});
