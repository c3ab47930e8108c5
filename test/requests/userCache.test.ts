import { expect, onTestFinished, test, vi } from 'vitest';
import { clients, openWorld, range, type ClientInit, type Credentials } from './world.ts';

const grace: Credentials = { username: 'grace', password: 'hopper' };

// `test/tabs/httpCache.test.ts` shows the same with the cache of a browser.
test.each(clients)(
  '$name, in a page, sends the first GET of another user to each URL past the HTTP cache',
  async ({ send }) => {
    vi.stubGlobal('document', {});
    onTestFinished(() => void vi.unstubAllGlobals());
    const caches: string[] = [];
    await using world = await openWorld({
      ky: {
        fetch: (input, init) => {
          const request = new Request(input, init);
          const { pathname } = new URL(request.url);
          if (pathname.startsWith('/api/')) caches.push(request.cache);
          return pathname.startsWith('/api/many/') ? Promise.resolve(new Response()) : fetch(request);
        },
      },
    });
    const { session } = world;
    /** Returns the cache modes of requests that are sent one after the other. */
    const modes = async (paths: readonly string[], init?: ClientInit) => {
      caches.length = 0;
      for (const path of paths) await send(session, path, init);
      return [...caches];
    };
    const many = (count: number, from = 0) => range(count).map((n) => `api/many/${from + n}`);
    const twice = ['api/items/1', 'api/items/2', 'api/items/1', 'api/items/2'];

    expect(await modes(twice)).toEqual(twice.map(() => 'default'));
    await session.logout();
    await session.login(grace);
    expect(await modes(['api/echo', 'api/echo'], { method: 'POST' })).toEqual(['default', 'default']);
    expect(await modes(['api/items/1'], { cache: 'force-cache' })).toEqual(['force-cache']);
    expect(await modes(twice)).toEqual(['reload', 'reload', 'default', 'default']);
    // It remembers 1,000 URLs.
    expect(new Set(await modes(many(998)))).toEqual(new Set(['reload']));
    expect(await modes(['api/items/1', ...many(1, 998)])).toEqual(['default', 'reload']);
    expect(await modes([...twice, ...many(2)])).toEqual([
      'reload',
      'reload',
      'default',
      'default',
      'reload',
      'reload',
    ]);
    await session.adopt({ accessToken: 'of-the-next', user: { id: '3', username: 'mary' } });
    expect(await modes(many(2))).toEqual(['reload', 'reload']);
  },
);
