import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The fast tests about each folder, without those that send thousands of requests or start servers of other packages. */
const testsOf = new Map([
  [
    'src/refresh',
    [
      'test/refresh/*.test.ts',
      'test/interleavings/{races,slowStore}.test.ts',
      'test/session/ending/*.test.ts',
      'test/server/cookies/*.test.ts',
      'test/store/peers/*.test.ts',
      'test/store/{failingStore,killed,markLock,requiresLock,restore,superseded,unsaved}.test.ts',
    ],
  ],
  [
    'src/requests',
    [
      'test/requests/*.test.ts',
      'test/session/ending/*.test.ts',
      'test/server/cookies/*.test.ts',
      'test/refresh/{attempts,leases,lifetimes,retryAfter}.test.ts',
      'test/robustness/{contractParts,reentrance,silentStore}.test.ts',
      'test/secrets/{redirects,origins}.test.ts',
      'test/server/contracts.test.ts',
      'test/session/twoSteps.test.ts',
      'test/platform/time/setDuringRefresh.test.ts',
    ],
  ],
  [
    'src/store',
    [
      'test/store/**/*.test.ts',
      'test/session/{identity,isSignedIn,updateUser}.test.ts',
      'test/session/ending/{adopt,liveTokens,unreadableStore}.test.ts',
      'test/session/silentSignIn/*.test.ts',
      'test/refresh/{anotherUser,lifetimes}.test.ts',
      'test/server/{grantNames,grants}.test.ts',
      'test/secrets/grantSecrets.test.ts',
      'test/oauth/tokenPerApi.test.ts',
      'test/limits/pages.test.ts',
      'test/platform/time/deviceClock.test.ts',
    ],
  ],
  ['machines', ['test/machines/*.test.ts']],
]);

const place = process.env['MUTATION_PLACE'] ?? '';
const [include] = [...testsOf].filter(([folder]) => place.startsWith(folder)).map(([, files]) => files);

/** Runs `mutants.ts` last. */
class Sequencer extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith('mutants.ts'));
    return Promise.resolve(files.toSorted((a, b) => isLast(a) - isLast(b)));
  }
}

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: [...(include ?? [...testsOf.values()].flat()), 'test/mutation/mutants.ts'],
    sequence: { sequencer: Sequencer },
    exclude: [
      '**/*.browser.test.ts',
      'test/refresh/{connection,contractErrors,realServers}.test.ts',
      'test/requests/{collected,concurrency}.test.ts',
      'test/session/ending/{loginFailure,loginTime,loginVerdict,logout}.test.ts',
      'test/store/{foreignNumbers,replacedPromise,sqliteStore}.test.ts',
    ],
    isolate: false,
    fileParallelism: false,
    pool: 'threads',
    includeTaskLocation: true,
    runner: 'test/mutation/mutantRunner.ts',
    // A mutant may reject a promise that nothing waits for.
    dangerouslyIgnoreUnhandledErrors: true,
    setupFiles: ['./test/quietConsole.ts'],
    restoreMocks: true,
    // `mutantRunner.ts` has a time limit of its own.
    testTimeout: 0,
    hookTimeout: 6_000,
    expect: { poll: { timeout: 4_000 } },
  },
});
