import { defineConfig } from 'vitest/config';

/** The fast tests about each folder, without those that send thousands of requests or start servers of other packages. */
const testsOf = new Map([
  [
    'src/refresh',
    [
      'test/refresh/*.test.ts',
      'test/interleavings/{races,slowStore}.test.ts',
      'test/session/ending/*.test.ts',
      'test/store/peers/*.test.ts',
      'test/store/{failingStore,killed,markLock,requiresLock,restore,superseded,unsaved}.test.ts',
    ],
  ],
  ['src/requests', ['test/requests/*.test.ts', 'test/session/ending/*.test.ts']],
  ['src/store', ['test/store/**/*.test.ts']],
  ['machines', ['test/machines/*.test.ts', 'test/refresh/*.test.ts', 'test/session/ending/*.test.ts']],
]);

const place = process.env['MUTATION_PLACE'] ?? '';
const [include] = [...testsOf].filter(([folder]) => place.startsWith(folder)).map(([, files]) => files);

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: include ?? [...testsOf.values()].flat(),
    exclude: [
      '**/*.browser.test.ts',
      'test/refresh/{connection,contractErrors,realServers}.test.ts',
      'test/requests/{bodies,collected,concurrency}.test.ts',
      'test/session/ending/{adopt,loginFailure,loginTime,loginVerdict,logout}.test.ts',
      'test/store/{foreignNumbers,replacedPromise,sqliteStore}.test.ts',
    ],
    isolate: false,
    fileParallelism: false,
    setupFiles: ['./test/quietConsole.ts'],
    restoreMocks: true,
    // A test that hangs with a fault has found it.
    testTimeout: 8_000,
    hookTimeout: 8_000,
  },
});
