import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

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
