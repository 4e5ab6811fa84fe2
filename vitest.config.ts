import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { longFiles } from './test/long-files.ts';

/** The longest first: one that starts last leaves the other cores idle. Vitest knows durations only of an earlier run. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longFiles.indexOf(relative(this.ctx.config.root, moduleId).replaceAll('\\', '/'));
      return at < 0 ? longFiles.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

const isNode20 = process.versions.node.startsWith('20.');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Modules are loaded once a worker instead of once a file: that halves the run. What modules remember are answers of pure functions.
    isolate: false,
    // Vitest leaves one core free; these tests wait for child processes often enough to share the last one with it.
    maxWorkers: availableParallelism(),
    // Each worker has a core, so V8's helpers take theirs from the next one: garbage is collected on one thread, and Node 20, which optimizes
    // code earlier than later versions, waits fifteen times as long. That is a fifth less processor time.
    execArgv: ['--single-threaded-gc', ...(isNode20 ? ['--interrupt-budget=1000000'] : [])],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ['json', { outputFile: 'reports/tests.json' }]],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      thresholds: {
        lines: 95,
        'src/{model,server-rules,advice}/**': { lines: 100 },
        'src/{exit,errors}.ts': { lines: 100 },
      },
    },
  },
});
