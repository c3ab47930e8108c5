import { describe, expect, test } from 'vitest';
import { besideRequest, headersSent, openRefreshing, openWorld, range } from './world.ts';

const budgets = [{ retry: 0 }, { retry: 2 }];

test('session.api and session.hooks are the same objects each time', async () => {
  await using world = await openWorld();
  const { api, hooks } = world.session;

  expect(world.session.api).toBe(api);
  expect(world.session.hooks).toBe(hooks);
});

describe('session.api supports ky’s features:', () => {
  test('extend: a prefix, default search parameters and headers, and hooks', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const languages = headersSent(world, 'accept-language');
    const items = world.session.api.extend({
      prefix: `${world.server.url}/api/items`,
      searchParams: { sort: 'name' },
      headers: { 'accept-language': 'ko' },
    });

    expect(await items.get('3', { searchParams: { page: 2 } }).json()).toEqual({ n: 3, user: 'ada' });
    expect(languages).toEqual(['ko', 'ko']);
    expect(world.sent.map(({ path }) => path)).toEqual(range(2).map(() => '/api/items/3?sort=name&page=2'));
  });

  test('extend with a function keeps the session’s hooks', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const api = world.session.api.extend(({ throwHttpErrors = true }) => ({
      headers: { 'x-trace': throwHttpErrors ? 'throws' : 'answers' },
    }));
    const traces = headersSent(world, 'x-trace');

    expect((await api.get('api/me')).status).toBe(200);
    expect(traces).toEqual(['throws', 'throws']);
  });

  test('`json`, on the replay too', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const order = { id: 7, lines: [{ name: 'apple', count: 2 }] };

    expect(await world.session.api.put('api/mirror', { json: order }).json()).toEqual(order);
    expect(world.server.counts()).toMatchObject({ api: 2 });
  });

  test('`onDownloadProgress` reports the replayed response to its end', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const progress: { percent: number; transferredBytes: number }[] = [];
    const text = await world.session.api
      .post('api/mirror', {
        body: 'x'.repeat(200_000),
        onDownloadProgress: ({ percent, transferredBytes }) =>
          void progress.push({ percent, transferredBytes }),
      })
      .text();

    expect(text).toHaveLength(200_000);
    expect(progress.map(({ transferredBytes }) => transferredBytes)).toEqual(
      progress.map(({ transferredBytes }) => transferredBytes).sort((one, other) => one - other),
    );
    expect(progress.at(-1)).toEqual({ percent: 1, transferredBytes: 200_000 });
  });

  test.each(budgets)(
    '`onUploadProgress` with `retry: $retry` leaves the replayed body complete',
    async ({ retry }) => {
      await using world = await openWorld();
      world.server.expireAccessTokens();
      const transferred: number[] = [];
      const answer = await world.session.api
        .post('api/echo', {
          body: 'x'.repeat(100_000),
          retry,
          onUploadProgress: ({ transferredBytes }) => void transferred.push(transferredBytes),
        })
        .json();

      expect(answer).toMatchObject({ length: 100_000 });
      expect(transferred.at(-1)).toBe(100_000);
    },
  );

  test('a Request as input, with its body', async () => {
    await using world = await openWorld();
    world.server.expireAccessTokens();
    const request = new Request(`${world.server.url}/api/echo`, { method: 'PUT', body: 'one apple' });

    expect(await world.session.api(request).json()).toMatchObject({ method: 'PUT', length: 9 });
    expect(world.server.counts()).toMatchObject({ api: 2 });
  });

  test.each(budgets)(
    'options that only the platform’s fetch knows are passed on, with `retry: $retry`',
    async ({ retry }) => {
      const inits: unknown[] = [];
      await using world = await openWorld({
        ky: {
          fetch: (input, init) => {
            if (input instanceof Request && input.url.endsWith('/api/me')) inits.push(init);
            return fetch(input, init);
          },
        },
      });
      world.server.expireAccessTokens();
      const more = { proxy: 'http://localhost:3128', next: { revalidate: 60 } };
      await world.session.api.get('api/me', { ...more, retry });

      expect(inits).toEqual([
        { ...besideRequest, ...more },
        { ...besideRequest, ...more },
      ]);
    },
  );

  test.each(budgets)('the referrer policy is kept, with `retry: $retry`', async ({ retry }) => {
    const policies: string[] = [];
    await using world = await openWorld({
      ky: {
        fetch: (input, init) => {
          if (input instanceof Request && input.url.endsWith('/api/me')) policies.push(input.referrerPolicy);
          return fetch(input, init);
        },
      },
    });
    world.server.expireAccessTokens();
    await world.session.api.get('api/me', { referrerPolicy: 'no-referrer', retry });

    expect(policies).toEqual(['no-referrer', 'no-referrer']);
  });

  test('`beforeError` sees the session’s errors', async () => {
    await using world = await openRefreshing({ hold: { limit: 0 } });
    const seen: string[] = [];
    const call = world.session.api.get('api/me', {
      hooks: { beforeError: [({ error }) => (seen.push(error.name), error)] },
    });

    await expect(call).rejects.toMatchObject({ name: 'HoldLimitError' });
    expect(seen).toEqual(['HoldLimitError']);
  });
});
