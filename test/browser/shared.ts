import { chromium, type Browser } from 'playwright';
import { chromium as launchOptions } from '../../scripts/browser/chromium.ts';

let launched: Promise<Browser> | undefined;

/**
 * The browser of this worker. The test files that run in it share the browser, and each test opens a profile of its own.
 * Playwright closes it when vitest ends the worker.
 */
export function sharedBrowser(): Promise<Browser> {
  launched ??= launchOptions().then((options) => chromium.launch(options));
  return launched;
}
