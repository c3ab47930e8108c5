import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/moving/*/*.test.{js,ts}'],
    // Each file needs a browser.
    fileParallelism: false,
    silent: 'passed-only',
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
