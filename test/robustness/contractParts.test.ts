import { describe, expect, test, vi } from 'vitest';
import type { ServerContract } from '../../src/index.ts';
import { answer } from '../refresh/answers.ts';
import {
  openSignedIn,
  outcomeOf,
  requestWithExpiredToken,
  rotating,
  until,
  type Login,
  type User,
} from '../refresh/world.ts';

const mistake = new TypeError("Cannot read properties of undefined (reading 'code')");

/** The reduced error: the original may quote a token. */
const withheld = (where: string) => ({
  name: 'TypeError',
  message: `\`${where}\` failed; the message is withheld: it may hold a secret`,
});

/** A common mistake: it assumes that every body has the same shape. */
const withErrorCode: ServerContract<User, Login> = {
  ...rotating,
  errorCode() {
    throw mistake;
  },
};

describe('an `errorCode` that throws', () => {
  test('returns the response unchanged', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await using world = await openSignedIn({ server: withErrorCode });

    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
    expect(await outcomeOf(world.session.fetch('/api/forbidden'))).toBe(403);
    expect(await outcomeOf(world.session.fetch('/nowhere'))).toBe(404);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
  });

  test('lets the status decide: a 401 refreshes the token', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await using world = await openSignedIn({ server: withErrorCode });

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('at the refresh endpoint leaves a transient failure transient', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await using world = await openSignedIn({ server: withErrorCode });
    world.answerRefresh(answer(503), { times: 1 });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('is reported', async () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await using world = await openSignedIn({ server: withErrorCode });
    await outcomeOf(world.session.fetch('/api/me'));

    expect(reported).toHaveBeenCalledWith(expect.objectContaining(withheld('server.errorCode')));
  });
});

test('a `shouldRepeat` that throws is reported, and the response counts', async () => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const shouldRepeat = () => {
    throw mistake;
  };
  await using world = await openSignedIn({ server: { ...rotating, shouldRepeat } });

  expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
  expect(await requestWithExpiredToken(world)).toBe(200);
  expect(world.refreshTimes()).toHaveLength(1);
  expect(reported).toHaveBeenCalledWith(expect.objectContaining(withheld('server.shouldRepeat')));
});

describe('an `authorize` that fails', () => {
  test.each([
    [
      'throws',
      () => {
        throw mistake;
      },
    ],
    ['rejects', () => Promise.reject(mistake)],
  ])(
    'and %s fails its request, which is not sent, and does not end the session',
    async (_name, authorize) => {
      let isBroken = true;
      await using world = await openSignedIn({
        server: {
          ...rotating,
          authorize(request, accessToken) {
            if (isBroken) return authorize();
            request.headers.set('authorization', `Bearer ${accessToken}`);
            return undefined;
          },
        },
      });

      expect(await outcomeOf(world.session.fetch('/api/me'))).toMatchObject(withheld('server.authorize'));
      expect(await outcomeOf(world.session.api('api/me', { retry: 0 }))).toMatchObject(
        withheld('server.authorize'),
      );
      expect(world.server.counts().api).toBe(0);
      expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
      isBroken = false;
      expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
    },
  );

  test('fails the request that was held for a refresh, but no other', async () => {
    await using world = await openSignedIn({
      refresh: { proactive: false },
      server: {
        ...rotating,
        authorize(request, accessToken) {
          if (request.url.endsWith('/1')) throw mistake;
          request.headers.set('authorization', `Bearer ${accessToken}`);
        },
      },
    });
    await world.clock.advance(60_000);
    const held = [0, 1, 2].map((n) => outcomeOf(world.session.fetch(`/api/items/${n}`)));

    expect(await Promise.all(held)).toMatchObject([200, withheld('server.authorize'), 200]);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test.each(['an abort', 'a logout', '`dispose()`'])(
    'and never settles: its request ends with %s',
    async (end) => {
      let calls = 0;
      await using world = await openSignedIn({
        server: {
          ...rotating,
          authorize() {
            calls += 1;
            return new Promise<void>(() => undefined);
          },
        },
      });
      const caller = new AbortController();
      let outcome: unknown = null;
      void outcomeOf(world.session.fetch('/api/me', { signal: caller.signal })).then(
        (got) => (outcome = got),
      );
      await until(() => calls === 1);
      if (end === 'an abort') caller.abort();
      else if (end === 'a logout') await world.session.logout();
      else world.session.dispose();
      await world.clock.advance(0);

      expect(outcome).toBeInstanceOf(Error);
      expect(world.server.counts().api).toBe(0);
    },
  );
});
