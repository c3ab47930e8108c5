import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium as launchOptions } from '../../../scripts/browser/chromium.ts';
import { snippetsOf } from '../../docs/snippets.ts';
import { codeOf, differencesIn, errorsOf } from '../guides.ts';
import { differences } from './differences.ts';
import { openWorld } from './world.ts';

const guides = ['axios', 'axios-auth-refresh', 'alova', 'urql', 'rtk-query'];
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch(await launchOptions());
});
afterAll(() => browser.close());

describe.each(guides)('docs/moving/%s.md', (guide) => {
  test('shows code that compiles with the library', () => {
    expect(errorsOf(guide, import.meta.dirname)).toEqual([]);
  });

  describe.each(['before', 'after'] as const)('%s', (side) => {
    test.each(Object.entries(differences))('%s', async (title, measure) => {
      const expected = differencesIn(guide)[title]?.[side] ?? '';
      await using world = await openWorld(browser, codeOf(guide, side));
      expect(await measure(world, expected)).toBe(expected);
    });
  });

  test('shows an application whose errors the guards recognise', async () => {
    await using world = await openWorld(browser, codeOf(guide, 'after'));
    await world.deploy(
      codeOf(guide, 'after'),
      `import * as application from 'guide';
       import { isSessionExpiredError } from 'sessionchart';
       window.application = {
         ...application,
         // Succeeds if the request is refused because the session has expired.
         loadItem: (n) => application.loadItem(n).catch((error) => ({ n: isSessionExpiredError(error) ? n : -1 })),
       };`,
    );
    const tab = await world.openTab();
    await tab.signIn();
    world.server.expireAccessTokens();
    world.server.revokeSessions();
    expect(await tab.load(1)).toBe(1);
  });
});

describe('axios-auth-refresh with `deduplicateRefresh: false`', () => {
  test('does what its guide says', async () => {
    const code = codeOf('axios-auth-refresh', 'before');
    const tuned = code.replace('refreshTokens);', 'refreshTokens, { deduplicateRefresh: false });');
    expect(tuned).not.toBe(code);
    await using world = await openWorld(browser, tuned);
    const measure = differences['Five requests with an expired access token'];
    expect(await measure?.(world, '')).toBe('1 refresh, 5 of 5 succeed');
  });
});

describe('docs/moving/index.md', () => {
  test('shows how the session takes over the tokens of users who are signed in', async () => {
    const [takeOver] = snippetsOf('docs/moving/index.md');
    await using world = await openWorld(browser, codeOf('axios', 'before'));
    await (await world.openTab()).signIn();
    world.server.expireAccessTokens();

    await world.deploy(
      `${codeOf('axios', 'after')}\n${takeOver?.code ?? ''}`,
      `import * as application from 'guide';
       await application.takeOver(application.session);
       window.application = application;`,
    );
    for (const tab of [await world.openTab(), await world.openTab()]) expect(await tab.load(1)).toBe(1);
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 1 });
  });
});
