import { describe, expect, test } from 'vitest';
import { answer, html, page } from './answers.ts';
import { openSignedIn, outcomeOf, requestWithExpiredToken, until, type World } from './world.ts';

const asking = [
  ['429', 429, null, {}],
  ['503', 503, null, {}],
  ['429 with a page', 429, page, html],
  ['503 with a page', 503, page, html],
] as const;

function inSeconds(seconds: number): (world: World) => string {
  return () => String(seconds);
}

function asDate(seconds: number): (world: World) => string {
  return ({ clock }) => new Date(clock.now() + seconds * 1_000).toUTCString();
}

const spellings = [
  ['seconds', inSeconds],
  ['a date', asDate],
] as const;

/** Makes the server ask for a pause. */
function askToWait(world: World, seconds: number, times = 1): void {
  world.answerRefresh(answer(429, null, { 'retry-after': String(seconds) }), { times });
}

/** Expects a refusal before any time has passed. */
async function refusedAtOnce(world: World, refused: Promise<unknown>): Promise<unknown> {
  const before = world.clock.now();
  let isSettled = false;
  void refused.finally(() => (isSettled = true));
  await until(() => isSettled);
  expect(world.clock.now()).toBe(before);
  return refused;
}

describe('a server that asks to wait', () => {
  test.each(asking.flatMap((row) => spellings.map((spelling) => [...row, ...spelling] as const)))(
    'with %s is not called before it is over, and the held request is sent then',
    async (_name, status, body, headers, _spelling, spell) => {
      await using world = await openSignedIn();
      world.answerRefresh(answer(status, body, { ...headers, 'retry-after': spell(20)(world) }), {
        times: 1,
      });

      expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
      expect(world.refreshTimes()).toEqual([0, 20_000]);
    },
  );

  test.each([
    ['an invalid value', 'soon'],
    ['a negative number', '-5'],
    ['a date in the past', new Date(0).toUTCString()],
    ['0', '0'],
  ])('for %s is called again after the usual pause', async (_name, value) => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(429, null, { 'retry-after': value }), { times: 1 });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toEqual([0, 250]);
  });
});

/** The difference between the clocks of device and server: an hour, in milliseconds. */
const hour = 3_600_000;

describe('a date in `Retry-After`', () => {
  test.each([
    ['an hour ahead of', hour],
    ['an hour behind', -hour],
  ])('is compared with the server’s clock, which is %s the device’s', async (_name, ahead) => {
    await using world = await openSignedIn();
    const now = world.clock.now() + ahead;
    world.answerRefresh(
      answer(429, null, {
        date: new Date(now).toUTCString(),
        'retry-after': new Date(now + 20_000).toUTCString(),
      }),
      { times: 1 },
    );

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toEqual([0, 20_000]);
  });
});

describe('a server with an excessive `Retry-After`', () => {
  test.each([
    ['a year', '31536000'],
    ['milliseconds instead of seconds', '120000'],
    ['a number that is too large', '9'.repeat(400)],
    ['a date of another year', new Date(Date.UTC(2031, 0, 1)).toUTCString()],
  ])('is called again after five minutes (%s)', async (_name, value) => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(503, null, { 'retry-after': value }), { times: 1 });

    expect(await requestWithExpiredToken(world)).toMatchObject({ retryAfter: 300_000 });
    await world.live(299_999);
    expect(world.refreshTimes()).toEqual([0]);
    await world.live(1);
    expect(world.refreshTimes()).toEqual([0, 300_000]);
  });

  test.each([
    [0, '20', [0, 250]],
    [5_000, '20', [0, 5_000]],
    [5_000, '3', [0, 3_000]],
  ])('is called after `maxRetryAfter` (%i ms if it asks for %s s)', async (maxRetryAfter, value, times) => {
    await using world = await openSignedIn({ refresh: { maxRetryAfter } });
    world.answerRefresh(answer(503, page, { ...html, 'retry-after': value }), { times: 1 });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toEqual(times);
  });
});

describe('a request that cannot wait for `Retry-After`', () => {
  test('is refused at once, with the time to wait', async () => {
    await using world = await openSignedIn();
    askToWait(world, 60);

    expect(await refusedAtOnce(world, requestWithExpiredToken(world))).toMatchObject({
      name: 'RefreshUnavailableError',
      status: 429,
      retryAfter: 60_000,
    });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'refreshing', reason: null });
  });

  test('is refused at once if only its `totalTimeout` is too short', async () => {
    await using world = await openSignedIn();
    askToWait(world, 20);
    world.server.expireAccessTokens();
    const options = { totalTimeout: 5_000, retry: 0, throwHttpErrors: false };
    const impatient = outcomeOf(world.session.api('api/me', options));

    expect(await refusedAtOnce(world, impatient)).toMatchObject({ retryAfter: 20_000 });
    expect(await world.follow(outcomeOf(world.session.fetch('/api/me')))).toBe(200);
    expect(world.refreshTimes()).toEqual([0, 20_000]);
  });

  test('is refused at once if the attempts are used up too', async () => {
    await using world = await openSignedIn({ refresh: { attempts: 1 } });
    askToWait(world, 60);

    expect(await refusedAtOnce(world, requestWithExpiredToken(world))).toMatchObject({ retryAfter: 60_000 });
    expect(world.session.getSnapshot().status).toBe('authenticated');
  });

  test('is refused at once if it arrives after the attempts were used up', async () => {
    await using world = await openSignedIn({ refresh: { attempts: 1 } });
    askToWait(world, 60);
    await requestWithExpiredToken(world);
    await world.clock.advance(10_000);

    expect(await refusedAtOnce(world, outcomeOf(world.session.fetch('/api/me')))).toMatchObject({
      name: 'RefreshUnavailableError',
      retryAfter: 50_000,
    });
    expect(world.refreshTimes()).toEqual([0]);
  });
});

describe('before `Retry-After` has passed, the server is not called', () => {
  test('by later requests, `refresh()`, or a network that comes back', async () => {
    await using world = await openSignedIn();
    askToWait(world, 60);
    await requestWithExpiredToken(world);
    for (let waited = 10; waited < 60; waited += 10) {
      await world.clock.advance(10_000);
      world.signals.setOnline(false);
      world.signals.setOnline(true);
      if (waited >= 30) continue;
      const retryAfter = (60 - waited) * 1_000;
      expect(await refusedAtOnce(world, outcomeOf(world.session.fetch('/api/me')))).toMatchObject({
        retryAfter,
      });
      await expect(world.session.refresh()).rejects.toMatchObject({ retryAfter });
      await expect(world.session.accessToken()).rejects.toMatchObject({ retryAfter });
    }
    expect(world.refreshTimes()).toEqual([0]);
    await world.live(10_000);

    expect(world.refreshTimes()).toEqual([0, 60_000]);
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
  });

  test('even if the access token expires in the meantime', async () => {
    await using world = await openSignedIn();
    askToWait(world, 60);
    // The token is due 6 s before its expiry, and the timer fires earlier by a quarter of that.
    await world.live(53_000);
    expect(world.refreshTimes()).toEqual([52_500]);
    await world.live(59_000);
    expect(world.refreshTimes()).toEqual([52_500]);
    await world.live(1_000);

    expect(world.refreshTimes()).toEqual([52_500, 112_500]);
  });

  test('and requests are sent with the valid access token, whatever wakes the session', async () => {
    await using world = await openSignedIn({ accessTokenLifetime: 600 });
    askToWait(world, 20);
    await world.live(565_000);
    expect(world.refreshTimes()).toEqual([562_500]);
    world.signals.setOnline(false);
    world.signals.setOnline(true);

    expect(await refusedAtOnce(world, outcomeOf(world.session.fetch('/api/me')))).toBe(200);
    expect(world.refreshTimes()).toEqual([562_500]);
    const refused = world.session.refresh().catch((error: unknown) => error);
    expect(await refusedAtOnce(world, outcomeOf(world.session.fetch('/api/me')))).toBe(200);
    await world.live(20_000);
    await refused;
    expect(world.refreshTimes()).toEqual([562_500, 582_500]);
  });
});
