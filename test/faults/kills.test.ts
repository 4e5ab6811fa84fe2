import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSystem } from '../../src/system/system.ts';
import { runHere } from '../cli/record.ts';
import { startFakeOllama } from '../fake-ollama/index.ts';
import { type Built, buildProgram, run } from './run.ts';

let built: Built;
beforeAll(async () => {
  built = await buildProgram();
});
afterAll(() => built.remove());

const e2b = { digest: `sha256:${'e2'.repeat(32)}`, sizeBytes: 4096 };
const model = { name: 'gemma4:e2b', digest: 'e2'.repeat(32), sizeBytes: 4096, capabilities: ['completion'] };
const layers = { layers: [e2b], model };

/** Whole files of the state folder: names of tags, and proofs. A file that a kill left under a temporary name counts for nothing. */
async function stateIsWhole(home: string): Promise<void> {
  const folder = join(home, '.local/state/gemma-fit');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names.filter((name) => name.endsWith('.json'))) {
    const kind = name === 'ram.json' ? 'gemma-fit-ram' : 'gemma-fit-proof';
    expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).toMatchObject({ kind });
  }
  const tags = await readFile(join(folder, 'tags'), 'utf8').catch(() => '');
  for (const line of tags.split('\n').filter(Boolean)) expect(line).toMatch(/^http:\S+ \S+$/);
  if (tags !== '') expect(tags.endsWith('\n')).toBe(true);
}

describe.runIf(process.platform !== 'win32')('a pull that is killed at any moment', () => {
  it('a pull that is killed at any moment is done by the same command, run again, and leaves nothing half-written', async () => {
    const signals = fc.constantFrom('SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL');
    // So many questions are asked by a whole pull; after the last, files are written.
    const questions = fc.integer({ min: 0, max: 10 });
    const lastBeforeRam = 5;
    await fc.assert(
      fc.asyncProperty(signals, questions, fc.integer({ min: 0, max: 15 }), async (signal, question, delayMs) => {
        let kill = () => {};
        const fake = await startFakeOllama({
          version: '0.41.0',
          registry: { 'gemma4:e2b': layers, 'gemma4:e2b-it-qat': layers },
          heard: () => fake.state.requests.length === question && kill(),
        });
        const home = await mkdtemp(join(built.home, 'killed-'));
        const pull = ['pull', 'e2b', '--force', '--no-verify', '--tag', 'mine:e2b', '--context', '8k'];
        const measured = question === lastBeforeRam;
        const waitMs = measured ? 30 * delayMs : delayMs;
        const env = { OLLAMA_HOST: fake.host, HOME: home, PATH: '' };
        try {
          // Timing the RAM takes longer than all the rest: it is done where the kill may fall into it.
          const killed = await run(built, measured ? pull : [...pull, '--no-measure'], {
            env,
            during: (child) => {
              kill = () => void setTimeout(() => child.kill(signal), waitMs);
              if (question === 0) kill();
            },
          });
          expect([0, 130, null]).toContain(killed.code);
          expect(killed.stderr).not.toMatch(/bug|^\s+at /im);
          await stateIsWhole(home);
          const again = await runHere(pull, { env, system: { ...realSystem(env), homeDir: home } });
          expect(again).toMatchObject({ code: 0 });
          await stateIsWhole(home);
        } finally {
          await fake.close();
        }
      }),
      { numRuns: Number(process.env.GEMMA_FIT_TEST_KILLS ?? 12) },
    );
  }, 300_000);
});
