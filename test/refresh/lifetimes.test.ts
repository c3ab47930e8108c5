import { describe, expect, test } from 'vitest';
import { granted } from './answers.ts';
import { openSignedIn, outcomeOf, reaches, requestWithExpiredToken } from './world.ts';

const day = 24 * 3_600_000;

function lasting(expiresIn: unknown) {
  return granted(({ accessToken, refreshToken }) => ({ accessToken, refreshToken, expiresIn }));
}

describe('the lifetime of a granted token', () => {
  test.each([
    ['the number 900', 900, 900_000],
    ['the text "900"', '900', 900_000],
    ['the text " 900 "', ' 900 ', 900_000],
    ['a fraction', 0.5, 500],
    ['30 days', 30 * 86_400, 30 * day],
    ['60 days', 60 * 86_400, 60 * day],
  ])('is calculated from %s', async (_name, expiresIn, lifetime) => {
    await using world = await openSignedIn();
    world.answerRefresh(lasting(expiresIn));

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.session.getSnapshot().expiresAt).toBe(world.clock.now() + lifetime);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a negative number', -1],
    ['the text "NaN"', 'NaN'],
    ['the text "abc"', 'abc'],
    ['an empty text', ''],
    ['a date in milliseconds', 1_893_456_000_000],
    ['1e12', 1e12],
    ['the text "Infinity"', 'Infinity'],
    ['a list', [900]],
    ['true', true],
  ])('is unknown if the response says %s, until the server refuses the token', async (_name, expiresIn) => {
    await using world = await openSignedIn();
    world.answerRefresh(lasting(expiresIn));

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', expiresAt: null });
    await world.live(90 * day);
    expect(world.refreshTimes()).toHaveLength(1);
    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.refreshTimes()).toHaveLength(2);
  });

  test('starts when the request for it was sent', async () => {
    await using world = await openSignedIn();
    const sent = world.clock.now();
    world.answerRefresh(async (_request, next) => {
      await world.clock.advance(4_000);
      return next();
    });

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.session.getSnapshot().expiresAt).toBe(sent + 60_000);
  });

  test.each([
    ['starts when the request was sent if the response took less than the lifetime', 59_999, 60_000],
    ['starts on arrival if the response took the whole lifetime', 60_000, 120_000],
  ])('%s', async (_name, took, expectedAt) => {
    await using world = await openSignedIn({
      refresh: { proactive: false, timeout: 600_000 },
      hold: { timeout: 600_000 },
    });
    const sent = world.clock.now();
    world.answerRefresh(async (_request, next) => {
      await world.clock.advance(took);
      return next();
    });

    await world.session.refresh();
    expect(world.session.getSnapshot().expiresAt).toBe(sent + expectedAt);
  });
});

describe('a token that has expired on arrival', () => {
  test.each([0, '0'])(
    'is never sent, and the request that waited for it is refused (%j)',
    async (expiresIn) => {
      await using world = await openSignedIn();
      world.answerRefresh(lasting(expiresIn));

      expect(await requestWithExpiredToken(world)).toMatchObject({ name: 'RefreshUnavailableError' });
      expect(world.server.counts()).toMatchObject({ refresh: 1, api: 1 });
      expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
    },
  );

  test('starts no refresh loop: without requests there is no other call', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(lasting(0));
    await requestWithExpiredToken(world);
    await world.live(day);

    expect(world.refreshTimes()).toEqual([0]);
  });

  test('starts no refresh loop: with requests there are at most four calls per second', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(lasting(0));
    await requestWithExpiredToken(world);
    for (let n = 0; n < 20; n += 1) await world.follow(outcomeOf(world.session.fetch('/api/me')));

    const times = world.refreshTimes();
    expect(times).toHaveLength(21);
    for (const [n, time] of times.entries())
      expect(time - (times[n - 1] ?? -250)).toBeGreaterThanOrEqual(250);
  });

  test('is replaced as soon as the server grants a valid one', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(lasting(0), { times: 1 });
    await requestWithExpiredToken(world);

    expect(await world.follow(outcomeOf(world.session.fetch('/api/me')))).toBe(200);
  });
});

test('a token that is due on arrival is sent by the request that waited for it, and the next request refreshes it', async () => {
  await using world = await openSignedIn({
    accessTokenLifetime: 10,
    refresh: { leeway: 30_000, proactive: false },
  });
  world.answerRefresh(
    async (_request, next) => {
      await world.clock.advance(6_000);
      return next();
    },
    { times: 1 },
  );

  expect(await requestWithExpiredToken(world)).toBe(200);
  expect(world.refreshTimes()).toHaveLength(1);
  expect(await world.follow(outcomeOf(world.session.fetch('/api/me')))).toBe(200);
  expect(world.refreshTimes()).toHaveLength(2);
});

describe('a lifetime beyond the limit of timers', () => {
  test.each([30, 60])('of %i days causes one refresh, when the token is due and not before', async (days) => {
    await using world = await openSignedIn({ accessTokenLifetime: days * 86_400 });
    // The leeway of 30 s and a quarter of it: at `random` 0.5, half of the random part, which is half of the leeway.
    const due = days * day - 37_500;
    await world.live(due - 1);
    expect(world.refreshTimes()).toEqual([]);
    await world.live(1);
    await reaches(world.session, (snapshot) => snapshot.matches({ signedIn: { authenticated: 'fresh' } }));

    expect(world.refreshTimes()).toEqual([due]);
    await world.live(due - 1);
    expect(world.refreshTimes()).toEqual([due]);
  });
});
