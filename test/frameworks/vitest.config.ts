import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/frameworks/*/*.test.js'],
    // One framework at a time, as a build needs all cores.
    fileParallelism: false,
    silent: 'passed-only',
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
