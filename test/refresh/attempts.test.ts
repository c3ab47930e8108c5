import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { answer } from './answers.ts';
import { openSignedIn, outcomeOf, requestWithExpiredToken, until, type User } from './world.ts';

/** The longest pauses before the second, third… call of one refresh. */
const longestPauses = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000];

/** The times of the calls if each pause is this part of the longest one. */
function timesWith(part: number): number[] {
  let time = 0;
  return [0, ...longestPauses.map((pause) => (time += Math.max(100, part * pause)))];
}

describe('the pauses between the calls of one refresh', () => {
  test.each([0, 0.25, 0.5, 0.999])(
    'are a random part of 500 ms, doubling to 8 s, and at least 100 ms (%d)',
    async (part) => {
      await using world = await openSignedIn({
        refresh: { attempts: 8 },
        hold: { timeout: 60_000 },
        environment: { random: () => part },
      });
      world.answerRefresh(answer(503));
      await world.follow(requestWithExpiredToken(world));

      expect(world.refreshTimes()).toEqual(timesWith(part));
    },
  );

  test('double also in a store that can no longer be read', async () => {
    const place = memoryStore<User>();
    let isBroken = false;
    await using world = await openSignedIn({
      store: {
        ...place,
        read: (key) => (isBroken ? Promise.reject(new Error('The disk is broken')) : place.read(key)),
        update: (key, decide) =>
          isBroken ? Promise.reject(new Error('The disk is broken')) : place.update(key, decide),
      },
      refresh: { attempts: 4 },
    });
    isBroken = true;
    world.answerRefresh(answer(503));
    await world.follow(requestWithExpiredToken(world));

    expect(world.refreshTimes()).toEqual([0, 250, 750, 1_750]);
  });

  test('are random each time', async () => {
    const parts = [0.9, 0.1, 0.4];
    await using world = await openSignedIn({
      refresh: { attempts: 4, proactive: false },
      environment: { random: () => parts.shift() ?? 0.5 },
    });
    world.answerRefresh(answer(503));
    await world.follow(requestWithExpiredToken(world));

    expect(world.refreshTimes()).toEqual([0, 450, 550, 1_350]);
  });
});

describe('the calls of one refresh', () => {
  test.each([1, 2, 4, 6])('are %i in total with that `refresh.attempts`', async (attempts) => {
    await using world = await openSignedIn({ refresh: { attempts } });
    world.answerRefresh(answer(503));

    expect(await world.follow(requestWithExpiredToken(world))).toMatchObject({
      name: 'RefreshUnavailableError',
      status: 503,
    });
    expect(world.refreshTimes()).toHaveLength(attempts);
  });

  test.each([1, 2, 3])('end with the first success, after %i failures', async (failed) => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(500), { times: failed });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(failed + 1);
  });

  test('are shared by all waiting requests, which are refused with the last failure', async () => {
    await using world = await openSignedIn({ refresh: { attempts: 4, proactive: false } });
    world.answerRefresh(answer(503));
    await world.clock.advance(60_000);
    const waiting = Promise.all(
      Array.from({ length: 20 }, (_, n) => outcomeOf(world.session.fetch(`/api/items/${n}`))),
    );

    for (const outcome of await world.follow(waiting))
      expect(outcome).toMatchObject({ name: 'RefreshUnavailableError', status: 503 });
    expect(world.refreshTimes()).toHaveLength(4);
  });

  test('continue with the longest pause in the next refresh, and the request waits for it', async () => {
    await using world = await openSignedIn({ refresh: { attempts: 4 } });
    world.answerRefresh(answer(503));
    await world.follow(requestWithExpiredToken(world));
    await world.follow(outcomeOf(world.session.fetch('/api/me')));

    expect(world.refreshTimes()).toEqual([0, 250, 750, 1_750, 3_750, 7_750, 11_750, 15_750]);
  });

  test('restart with the shortest pause after a successful refresh', async () => {
    await using world = await openSignedIn({ refresh: { cooldown: 0 } });
    world.answerRefresh(answer(503), { times: 3 });
    await world.follow(requestWithExpiredToken(world));
    await world.clock.advance(10_000);
    world.answerRefresh(answer(503), { times: 1 });
    await world.follow(requestWithExpiredToken(world));

    expect(world.refreshTimes()).toEqual([0, 250, 750, 1_750, 11_750, 12_000]);
  });

  test('happen every few seconds in an outage, for any number of requests', async () => {
    await using world = await openSignedIn({ hold: { timeout: 2_000 } });
    world.answerRefresh(answer(503));
    world.server.expireAccessTokens();
    for (let second = 0; second < 40; second += 1) {
      void outcomeOf(world.session.fetch('/api/me'));
      await world.live(1_000);
    }

    // Pauses of four seconds on average, from the fifth call on.
    expect(world.refreshTimes().length).toBeGreaterThanOrEqual(10);
    expect(world.refreshTimes().length).toBeLessThanOrEqual(15);
  });
});

describe('a request that waits for a refresh that keeps failing', () => {
  test('waits for `hold.timeout`, and is refused with the last failure', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(503));
    const refused = await world.follow(requestWithExpiredToken(world));

    expect(refused).toMatchObject({ name: 'RefreshUnavailableError', status: 503, retryAfter: 4_000 });
    expect(world.refreshTimes()).toEqual([
      0, 250, 750, 1_750, 3_750, 7_750, 11_750, 15_750, 19_750, 23_750, 27_750,
    ]);
  });

  test('is sent as soon as the server works again, even after twenty seconds', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(503), { times: 8 });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(9);
  });

  test('keeps the refresh going while it can wait, even if another request cannot', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(503), { times: 8 });
    const patient = requestWithExpiredToken(world);
    const options = { totalTimeout: 5_000, retry: 0, throwHttpErrors: false };
    const impatient = outcomeOf(world.session.api('api/items/1', options));

    expect(await world.follow(patient)).toBe(200);
    expect(await impatient).toMatchObject({ name: 'RefreshUnavailableError' });
  });

  test('is refused with the previous failure if its time ends during a call', async () => {
    await using world = await openSignedIn({ hold: { timeout: 3_000 } });
    world.answerRefresh(() => new Promise<Response>(() => undefined));
    world.answerRefresh(answer(503), { times: 1 });
    const held = requestWithExpiredToken(world);
    await until(() => world.session.actor.getSnapshot().matches({ signedIn: { refreshing: 'backingOff' } }));
    await world.clock.advance(250);
    await until(() => world.refreshTimes().length === 2);
    await world.clock.advance(2_750);

    expect(await held).toMatchObject({ name: 'RefreshUnavailableError', status: 503 });
  });
});

describe('`refresh()`', () => {
  test('is rejected once the calls are used up, and the session stays', async () => {
    await using world = await openSignedIn({ refresh: { attempts: 4 } });
    world.server.expireAccessTokens();
    world.answerRefresh(answer(503));
    await world.clock.advance(60_000);
    const failed = world.session.refresh();

    await expect(world.follow(failed)).rejects.toMatchObject({
      name: 'RefreshUnavailableError',
      status: 503,
      cause: { message: expect.stringContaining('`server.refresh` failed') as unknown },
    });
    expect(world.session.getSnapshot().status).toBe('authenticated');
  });

  test('fails, and the session stays, if a function of yours throws', async () => {
    let calls = 0;
    await using world = await openSignedIn({
      refresh: { proactive: false },
      environment: {
        random() {
          calls += 1;
          if (calls === 1) throw new Error('No entropy');
          return 0.5;
        },
      },
    });
    world.answerRefresh(answer(503), { times: 1 });

    await expect(world.follow(world.session.refresh())).rejects.toMatchObject({
      name: 'RefreshUnavailableError',
      status: null,
      cause: { message: 'The message is withheld: it may hold a secret' },
    });
    expect(await world.follow(outcomeOf(world.session.fetch('/api/me')))).toBe(200);
    await world.session.refresh();
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('joins the refresh in flight', async () => {
    await using world = await openSignedIn();
    await Promise.all([world.session.refresh(), world.session.refresh(), world.session.refresh()]);

    expect(world.refreshTimes()).toHaveLength(1);
  });
});
