import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: {
      'sessionchart/machine': `${import.meta.dirname}/machines/index.ts`,
      'sessionchart/testing': `${import.meta.dirname}/src/testing/index.ts`,
      sessionchart: `${import.meta.dirname}/src/index.ts`,
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['./test/quietConsole.ts'],
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'] },
    reporters: ['default', './scripts/summaryReporter.ts'],
    restoreMocks: true,
    coverage: { include: ['src/**', 'machines/**'] },
  },
});
