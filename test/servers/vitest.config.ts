import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/servers/*/*.test.js'],
    // One server at a time, as some need much memory.
    fileParallelism: false,
    silent: 'passed-only',
  },
});
