import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { missingBrowsers } from './browser/wholeBrowsers.ts';
import { findKeychain } from './keychain/keychain.ts';
import { missingPrograms } from './redis/redisServer.ts';

/** Ends a test run with one line: `N passed, N failed`, and `N skipped` if tests were skipped. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    let passed = 0;
    let skipped = 0;
    // An error outside all tests counts as a failed test, since it may have affected any of them.
    let failed = unhandledErrors.length;
    for (const module of modules) {
      // A file that fails before its first test counts as a failed test, since its tests have not run.
      if (module.errors().length > 0) failed += 1;
      // So does a group whose preparation fails: its tests count as skipped.
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
    }
    for (const { name, variable } of missingBrowsers()) {
      console.log(
        `\nSkipped: the tests in a whole ${name}. \`npm run browsers\` installs one, or set \`${variable}\`.`,
      );
    }
    for (const program of missingPrograms()) {
      console.log(
        `\nSkipped: the tests on \`${program}\`. \`npm run redis\` unpacks one on Debian, or set \`REDIS_SERVER\`.`,
      );
    }
    if (findKeychain() === null) {
      console.log('\nSkipped: the test with a keychain. `npm run keychain` unpacks one on Debian.');
    }
    for (const { name, message } of unhandledErrors) {
      console.log(`\nUnhandled, outside every test: ${name ?? 'Error'}: ${message}`);
    }
    // Fail on unhandled errors even if vitest is configured to ignore them.
    if (failed > 0) process.exitCode = 1;
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
}
