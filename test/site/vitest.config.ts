import { defineConfig } from 'vitest/config';

/** Tests of the built documentation site: `npm run test:docs`. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/site/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
