import type { Reporter, TestModule } from 'vitest/node';
import { missingBrowsers } from './browser/wholeBrowsers.ts';

/** Closes a test run with one plain line, for machines and for people who look at the end. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let passed = 0;
    let failed = 0;
    let skipped = 0;
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
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
}
