import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** The folder in which `install.ts` unpacks browsers without root. */
export const unpackedBrowsers = join(root, 'node_modules', '.cache', 'whole-browsers');

/** A complete desktop browser, with a back-forward cache and tabs that can be frozen. */
export interface WholeBrowser {
  readonly name: 'Chromium' | 'Firefox';
  /** The environment variable with the path of another one. */
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

/** The path of the browser on this machine, or `null`. */
export function findWhole({ variable, places }: WholeBrowser): string | null {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  return places.find((place) => existsSync(place)) ?? null;
}

/** The names of the complete browsers that this machine lacks. */
export function missingBrowsers(): readonly WholeBrowser[] {
  return Object.values(wholeBrowsers).filter((browser) => findWhole(browser) === null);
}
