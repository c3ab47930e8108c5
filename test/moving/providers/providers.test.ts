import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { chromium as launchOptions } from '../../../scripts/browser/chromium.ts';
import { codeOf, differencesIn, errorsOf } from '../guides.ts';
import { differences } from './differences.ts';
import { openWorld } from './world.ts';

const guides = ['oidc-client-ts', 'auth0-react'];
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch(await launchOptions());
});
afterAll(() => browser.close());
// The provider warns of its keys, which are for tests.
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());

describe.each(guides)('docs/moving/%s.md', (guide) => {
  test('shows code that compiles with the library', () => {
    expect(errorsOf(guide, import.meta.dirname)).toEqual([]);
  });

  describe.each(['before', 'after'] as const)('%s', (side) => {
    test.each(Object.entries(differences))('%s', async (title, measure) => {
      const expected = differencesIn(guide)[title]?.[side] ?? '';
      const isLikeAuth0 = guide === 'auth0-react';
      await using world = await openWorld(browser, codeOf(guide, side), { isLikeAuth0 });
      expect(await measure(world, expected)).toBe(expected);
    });
  });
});
