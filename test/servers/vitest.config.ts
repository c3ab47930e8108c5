import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: { include: ['test/servers/*.test.js'], testTimeout: 60_000, hookTimeout: 60_000 },
});
