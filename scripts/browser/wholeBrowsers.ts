import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Where `install.ts` unpacks browsers on a machine without root. */
export const unpackedBrowsers = join(root, 'node_modules', '.cache', 'whole-browsers');

/** A browser as a desktop has it: with a back-forward cache, and tabs that can be frozen. */
export interface WholeBrowser {
  readonly name: 'Chromium' | 'Firefox';
  /** The environment variable that points to another one. */
  readonly variable: 'CHROMIUM_PATH' | 'FIREFOX_PATH';
  readonly places: readonly string[];
}

export const wholeBrowsers = {
  chromium: {
    name: 'Chromium',
    variable: 'CHROMIUM_PATH',
    places: [
      '/usr/bin/chromium',
      '/usr/bin/google-chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      join(unpackedBrowsers, 'chromium'),
    ],
  },
  firefox: {
    name: 'Firefox',
    variable: 'FIREFOX_PATH',
    places: [
      '/usr/bin/firefox-esr',
      '/usr/bin/firefox',
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      join(unpackedBrowsers, 'firefox'),
    ],
  },
} as const satisfies Record<string, WholeBrowser>;

/** The path of the browser on this machine; `null` where there is none. */
export function findWhole({ variable, places }: WholeBrowser): string | null {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  return places.find((place) => existsSync(place)) ?? null;
}

/** The whole browsers that this machine lacks, by name. */
export function missingBrowsers(): readonly WholeBrowser[] {
  return Object.values(wholeBrowsers).filter((browser) => findWhole(browser) === null);
}
