import { describe, expect, test } from 'vitest';
import { testsEverything } from '../everything.ts';
import { holdResponses, clients, openWorld, range, statusesByPath } from './world.ts';

/** On a busy machine, a thousand concurrent requests take longer than ky's default timeout, which is not tested here. */
const patient = { timeout: false } as const;

describe.each(clients)('$name, many requests at once', ({ name, send }) => {
  // Both clients share what happens to a refused request, and to a held one.
  const counts = testsEverything ? [5, 1_000] : name === 'session.api' ? [5, 200] : [5];

  test.each(counts)(
    '%i with a token that the server refuses: one refresh, and each is replayed once',
    async (count) => {
      await using world = await openWorld({ ky: patient });
      const { server, session } = world;
      server.expireAccessTokens();
      const answers = await Promise.all(range(count).map((n) => send(session, `api/items/${n}`)));

      expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual(
        range(count).map((n) => ({ n, user: 'ada' })),
      );
      expect(server.counts()).toEqual({ login: 1, refresh: 1, logout: 0, api: 2 * count, refused: count });
      const statuses = statusesByPath(server);
      for (const n of range(count)) expect(statuses.get(`/api/items/${n}`)).toEqual([401, 200]);
    },
  );

  test.each(counts)(
    '%i with a token that has expired: one refresh, no refusal, sent in order',
    async (count) => {
      await using world = await openWorld({ ky: patient, refresh: { proactive: false } });
      const { server, session, clock } = world;
      await clock.advance(60_000);
      const answers = await Promise.all(range(count).map((n) => send(session, `api/items/${n}`)));

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(count);
      expect(server.counts()).toEqual({ login: 1, refresh: 1, logout: 0, api: count, refused: 0 });
      expect(world.sent.map(({ path }) => path)).toEqual(range(count).map((n) => `/api/items/${n}`));
    },
  );

  test('new requests wait for a timer’s refresh', async () => {
    await using world = await openWorld();
    const { server, session, clock } = world;
    const refresh = holdResponses(server, 'refresh');
    await clock.advance(60_000);
    await refresh.reached;
    const answers = Promise.all(range(5).map((n) => send(session, `api/items/${n}`)));
    refresh.open();

    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(server.counts()).toMatchObject({ refresh: 1, api: 5, refused: 0 });
  });

  test('requests that arrive while a refused one waits are sent in order, and not refused', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    const refresh = holdResponses(server, 'refresh');
    server.expireAccessTokens();
    const refused = send(session, 'api/me');
    await refresh.reached;
    const others = range(5).map((n) => send(session, `api/items/${n}`));
    refresh.open();
    await Promise.all([refused, ...others]);

    expect(world.sent.map(({ path }) => path).filter((path) => path !== '/api/me')).toEqual(
      range(5).map((n) => `/api/items/${n}`),
    );
    expect(server.counts()).toMatchObject({ refresh: 1, api: 7, refused: 1 });
  });

  test('an expired token is not sent, even if no timer fires', async () => {
    let time = Date.UTC(2030, 0, 1);
    const now = () => time;
    const sleepy = { now, schedule: () => () => undefined };
    await using world = await openWorld({ startServer: { now }, environment: { clock: sleepy } });
    time += 60_000;
    const answers = await Promise.all(range(5).map((n) => send(world.session, `api/items/${n}`)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 5, refused: 0 });
  });

  test('twenty identical POSTs that are held at the same time are all sent, once each', async () => {
    await using world = await openWorld({ refresh: { proactive: false } });
    const { server, session, clock } = world;
    await clock.advance(60_000);
    const answers = await Promise.all(
      range(20).map(() => send(session, 'api/echo', { method: 'POST', body: 'one apple' })),
    );

    expect(server.counts()).toMatchObject({ refresh: 1, api: 20, refused: 0 });
    for (const answer of answers) expect(await answer.json()).toMatchObject({ method: 'POST', length: 9 });
  });

  test('all carry the new token after the refresh, and none the old one', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    const old = await session.accessToken();
    await Promise.all(range(5).map((n) => send(session, `api/items/${n}`)));
    const fresh = await session.accessToken();

    expect(fresh).not.toBe(old);
    expect(world.sent.map(({ authorization }) => authorization)).toEqual([
      ...range(5).map(() => `Bearer ${old}`),
      ...range(5).map(() => `Bearer ${fresh}`),
    ]);
  });
});
