import { defineConfig } from 'vitest/config';

/** For the tests of one folder with a copy of the sources. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
    setupFiles: ['./test/quietConsole.ts'],
    bail: 1,
    isolate: false,
    pool: 'threads',
  },
});
