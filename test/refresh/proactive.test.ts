import { describe, expect, test } from 'vitest';
import { answer, cutBefore, html, page } from './answers.ts';
import { openSignedIn, outcomeOf, until } from './world.ts';

/** A token of ten minutes is due 30 s before its expiry; the timer fires earlier by a quarter of that. */
const lifetime = 600;
const expiry = 600_000;
const due = 562_500;

const failures = [
  ['503', answer(503)],
  ['429', answer(429)],
  ['a page', answer(200, page, html)],
  ['a cut connection', cutBefore],
] as const;

describe('a proactive refresh', () => {
  test('happens once, when the token is due, without delaying requests', async () => {
    await using world = await openSignedIn({ accessTokenLifetime: lifetime });
    await world.live(due - 1);
    expect(world.refreshTimes()).toEqual([]);
    await world.live(1);
    await until(() => world.session.getSnapshot().status === 'authenticated');

    expect(world.refreshTimes()).toEqual([due]);
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 1, refused: 0 });
  });

  test.each([
    [0, 570_000],
    [0.999, 555_015],
  ])('is early by a random part of half the leeway (%d)', async (part, time) => {
    await using world = await openSignedIn({
      accessTokenLifetime: lifetime,
      environment: { random: () => part },
    });
    await world.live(time - 1);
    expect(world.refreshTimes()).toEqual([]);
    await world.live(1);

    expect(world.refreshTimes()).toEqual([time]);
  });

  test.each([
    { of: 'what the program asks for', leeway: 200_000, seconds: 600, time: 400_000 },
    { of: 'half of the lifetime at most', leeway: 500_000, seconds: 600, time: 300_000 },
    { of: 'no more than a tenth of a short lifetime by default', seconds: 60, time: 54_000 },
  ])('starts at the leeway: $of', async ({ leeway, seconds, time }) => {
    await using world = await openSignedIn({
      accessTokenLifetime: seconds,
      environment: { random: () => 0 },
      ...(leeway !== undefined && { refresh: { leeway } }),
    });
    await world.live(time - 1);
    expect(world.refreshTimes()).toEqual([]);
    await world.live(1);

    expect(world.refreshTimes()).toEqual([time]);
  });

  test('does not happen with `proactive: false`: the next request refreshes first', async () => {
    await using world = await openSignedIn({
      accessTokenLifetime: lifetime,
      refresh: { proactive: false },
    });
    await world.live(expiry - 30_000);
    expect(world.refreshTimes()).toEqual([]);

    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
    expect(world.refreshTimes()).toEqual([expiry - 30_000]);
    expect(world.server.counts()).toMatchObject({ api: 1, refused: 0 });
  });
});

describe('a proactive refresh that fails', () => {
  test.each(failures)(
    'with %s never blocks requests, which are sent with the current token',
    async (_name, handler) => {
      await using world = await openSignedIn({ accessTokenLifetime: lifetime });
      world.answerRefresh(handler);
      await world.live(due);
      const before = world.clock.now();

      expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
      expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
      expect(world.clock.now()).toBe(before);
      expect(world.refreshTimes()).toEqual([due]);
      expect(world.session.getSnapshot()).toMatchObject({
        status: 'authenticated',
        reason: null,
        error: { code: 'ERR_REFRESH_UNAVAILABLE' },
      });
    },
  );

  test.each(failures)('with %s is retried later, without delaying requests', async (_name, handler) => {
    await using world = await openSignedIn({ accessTokenLifetime: lifetime });
    world.answerRefresh(handler, { times: 3 });
    await world.live(expiry - 10_000);
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
    await world.live(20_000);
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);

    // Each attempt comes after half of the remaining lifetime: 37.5, 18.75 and 9.375 s before the expiry.
    expect(world.refreshTimes()).toEqual([due, due + 18_750, due + 28_125, due + 32_812.5]);
    expect(world.server.counts()).toMatchObject({ api: 2, refused: 0 });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
  });

  test('emits `session.refreshFailed` each time', async () => {
    await using world = await openSignedIn({ accessTokenLifetime: lifetime });
    const told: unknown[] = [];
    world.session.on('session.refreshFailed', ({ failure }) => told.push(failure.status));
    world.answerRefresh(answer(503), { times: 2 });
    await world.live(expiry - 10_000);

    expect(told).toEqual([503, 503]);
  });

  test('with `proactive: false` releases the request that started it', async () => {
    await using world = await openSignedIn({
      accessTokenLifetime: lifetime,
      refresh: { proactive: false },
    });
    world.answerRefresh(answer(503));
    await world.live(expiry - 20_000);

    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
    expect(world.refreshTimes()).toEqual([expiry - 20_000]);
    await world.live(3_600_000);
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test('repeatedly makes a bounded number of calls, and does not end the session', async () => {
    await using world = await openSignedIn({ accessTokenLifetime: lifetime });
    world.answerRefresh(answer(503));
    await world.live(24 * 3_600_000);

    // The pauses double to 4 s (half of 8 s) until the token has expired; then four calls follow with such pauses.
    expect(world.refreshTimes().length).toBeLessThanOrEqual(17);
    expect(world.refreshTimes().every((time) => time < expiry + 20_000)).toBe(true);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
  });

  test('with a refusal expires the session', async () => {
    await using world = await openSignedIn({ accessTokenLifetime: lifetime });
    world.answerRefresh(answer(401));
    await world.live(due);

    expect(world.session.getSnapshot()).toMatchObject({ status: 'expired' });
    expect(await outcomeOf(world.session.fetch('/api/me'))).toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
  });
});

describe('`refresh()` with a valid token', () => {
  test.each([
    ['a token of an unknown lifetime', { dialect: 'express', accessTokenLifetime: 86_400 }],
    ['a token of thirty days', { accessTokenLifetime: 30 * 86_400 }],
  ] as const)('and %s fails once, and is not repeated', async (_name, options) => {
    await using world = await openSignedIn(options);
    world.answerRefresh(answer(503));

    await expect(world.follow(world.session.refresh())).rejects.toMatchObject({
      name: 'RefreshUnavailableError',
    });
    await world.live(10 * 60_000);
    expect(world.refreshTimes()).toHaveLength(1);
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
  });
});
