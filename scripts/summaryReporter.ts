import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { missingBrowsers } from './browser/wholeBrowsers.ts';

/** Ends a test run with one plain line: `N passed, N failed`, and `N skipped` where tests were skipped. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    let passed = 0;
    let skipped = 0;
    // An error outside every test counts as a failed test: it may have broken any of them.
    let failed = unhandledErrors.length;
    for (const module of modules) {
      // A file that breaks before its first test counts as a failed test: it proves nothing.
      if (module.errors().length > 0) failed += 1;
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
    for (const { name, message } of unhandledErrors) {
      console.log(`\nUnhandled, outside every test: ${name ?? 'Error'}: ${message}`);
    }
    // Vitest can be told to tolerate unhandled errors; this run is not.
    if (failed > 0) process.exitCode = 1;
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
}
