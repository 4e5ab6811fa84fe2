import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests share no state of modules; loading them once instead of once a file halves the run.
    isolate: false,
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
