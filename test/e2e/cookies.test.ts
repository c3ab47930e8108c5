import { describe, expect, test } from 'vitest';
import { testsEverything } from '../everything.ts';
import { createGate } from '../referenceServer/authorities.ts';
import { send, signIn, statusOf, usePages, type Place } from './cookies/world.ts';

const places: readonly (readonly [string, Place])[] = [
  ['on the page’s own origin', 'same'],
  ['on another origin of the same site', 'other'],
];

describe.each(places)('a server that keeps the tokens in cookies, %s', (_, place) => {
  const world = usePages(place);

  test('signs in, and no token is accessible to a script', async () => {
    const { page, secrets } = await world.signedIn();
    expect(await send(page, 'GET', '/api/items/1')).toBe('200 ada');
    world.server.expireAccessTokens();
    expect(await send(page, 'POST', '/api/echo')).toBe('200 ada');

    const within = await page.evaluate(() =>
      [
        document.cookie,
        JSON.stringify([localStorage, sessionStorage]),
        JSON.stringify(window.program.session.actor.getPersistedSnapshot()),
        JSON.stringify(window.program.session.history()),
        ...window.program.overheard,
      ].join('\n'),
    );
    const tokens = await secrets();
    expect(tokens).toHaveLength(2);
    for (const token of tokens) expect(within).not.toContain(token);
    expect(within).toMatch(/^csrf=[0-9a-f]{32}\n/);
    expect(within).toContain('"accessToken\\":null');
    expect(within).toContain('accessTokenExpired');
  });

  test('sends one refresh for many concurrent 401s, and answers every request', async () => {
    const { page, secrets } = await world.signedIn();
    const before = await secrets();
    world.server.expireAccessTokens();

    const answers = await page.evaluate(() =>
      Promise.all(Array.from({ length: 10 }, (_item, n) => window.program.send('GET', `/api/items/${n}`))),
    );

    expect(answers).toEqual(Array.from({ length: 10 }, () => '200 ada'));
    expect(world.server.counts()).toEqual({ login: 1, refresh: 1, logout: 0, api: 20, refused: 10 });
    const after = await secrets();
    expect(after).toHaveLength(2);
    expect(after.filter((value) => before.includes(value))).toEqual([]);
  });

  test('receives the current CSRF value with requests that change data, and with no others', async () => {
    const { page } = await world.signedIn();
    const sent: (readonly [string, string | null])[] = [];
    world.server.intercept('api', (request, next) => {
      sent.push([request.method, request.headers.get('x-csrf-token')]);
      return next();
    });
    const csrf = () => page.evaluate(() => document.cookie.replace('csrf=', ''));
    const before = await csrf();
    expect(await send(page, 'GET', '/api/items/1')).toBe('200 ada');
    world.server.expireAccessTokens();
    expect(await send(page, 'POST', '/api/echo')).toBe('200 ada');

    const after = await csrf();
    expect(after).not.toBe(before);
    expect(sent).toEqual([
      ['GET', null],
      ['POST', before],
      ['POST', after],
    ]);
  });

  test('refreshes once for two tabs, and a sign-out in one reaches the other', async () => {
    const { open, page } = await world.signedIn();
    const other = await open();
    world.server.expireAccessTokens();
    const answers = await Promise.all([page, other].map((tab) => send(tab, 'GET', '/api/items/1')));

    expect(answers).toEqual(['200 ada', '200 ada']);
    expect(world.server.counts()).toMatchObject({ refresh: 1 });
    await other.evaluate(() => window.program.session.logout());
    await expect.poll(() => statusOf(page)).toBe('loggedOut');
  });

  // Nothing in the next tests depends on the origin.
  if (place === 'other' && !testsEverything) return;

  test('clears the cookies with the session', async () => {
    const { context, page } = await world.signedIn();
    await page.evaluate(() => window.program.session.logout());

    expect(await statusOf(page)).toBe('loggedOut');
    expect(await context.cookies([world.server.url, `${world.server.url}/auth/refresh`])).toEqual([]);
    expect(await send(page, 'GET', '/api/items/1')).toBe('401 nobody');
    expect(world.server.counts()).toMatchObject({ logout: 1, refresh: 0 });
  });

  test('lets the next user sign in while the previous logout is slow', async () => {
    const { page } = await world.signedIn();
    const gate = createGate();
    world.server.intercept('logout', async (_request, next) => {
      await gate.opened;
      return next();
    });
    await page.evaluate(() => void window.program.session.logout());
    const signedIn = signIn(page, 'grace');
    await expect.poll(() => world.server.counts().logout).toBe(1);
    gate.open();
    await signedIn;

    expect(await send(page, 'GET', '/api/items/1')).toBe('200 grace');
    expect(world.server.counts()).toMatchObject({ login: 2, logout: 1, refresh: 0 });
  });

  test('restores the user after a reload, with the same cookies', async () => {
    const { page } = await world.signedIn();
    await page.reload();
    await page.waitForFunction(() => 'program' in window);

    const restored = await page.evaluate(async () => {
      await window.program.session.ready();
      return window.program.session.getSnapshot();
    });
    expect(restored).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
    expect(await send(page, 'POST', '/api/echo')).toBe('200 ada');
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 0 });
  });
});
