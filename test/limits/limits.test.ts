import { describe, expect, test } from 'vitest';
import { isLoggedOutError } from '../../src/index.ts';
import { ada, outcome, stateOf } from '../session/ending/world.ts';
import { hour, minute, openLimited } from './world.ts';

const ended = (code: string) => ({ type: 'limit.reached', code, status: null, answerLost: false });

describe('the idle timeout', () => {
  test('warns, then signs out, revokes the tokens and says why', async () => {
    await using world = await openLimited({ idle: 15 * minute, warning: minute });
    const { page, clock } = world;
    const start = clock.now();
    await clock.advance(14 * minute - 1);
    expect(page.session.getSnapshot().ending).toBeNull();
    await clock.advance(1);
    const ending = { reason: 'idle', endsAt: start + 15 * minute };
    expect(page.session.getSnapshot()).toMatchObject({ isSignedIn: true, ending });
    expect(page.endings()).toEqual([expect.objectContaining(ending)]);

    await clock.advance(minute);
    expect(page.session.getSnapshot()).toMatchObject({ status: 'loggedOut', ending: null, user: null });
    expect(page.reason()).toEqual(ended('idle'));
    expect(page.told.at(-1)).toMatchObject({ type: 'session.loggedOut', reason: ended('idle') });
    await expect.poll(() => world.asked('/logout')).toBe(1);
    const causes = page.session.history().filter(({ event }) => event.startsWith('limit.'));
    expect(causes.map(({ event, code }) => [event, code])).toEqual([
      ['limit.near', 'idle'],
      ['limit.reached', 'idle'],
    ]);
  });

  test('an activity of the user extends it, requests of the program do not', async () => {
    await using world = await openLimited({ idle: 15 * minute });
    const { page, clock } = world;
    await clock.advance(10 * minute);
    page.act();
    await clock.advance(10 * minute);
    expect((await page.session.fetch('/api/me')).status).toBe(200);
    expect(stateOf(page.session)).toBe('authenticated.fresh');
    await clock.advance(5 * minute);
    expect(page.reason()).toEqual(ended('idle'));
  });

  test('while the end is near, only `stay()` extends it', async () => {
    await using world = await openLimited({ idle: 15 * minute });
    const { page, clock } = world;
    await clock.advance(14.5 * minute);
    page.act();
    expect(page.session.getSnapshot().ending).not.toBeNull();
    page.limits.stay();
    expect(page.session.getSnapshot().ending).toBeNull();
    await clock.advance(14 * minute - 1);
    expect(page.session.getSnapshot()).toMatchObject({ isSignedIn: true, ending: null });
    await clock.advance(minute + 1);
    expect(page.reason()).toEqual(ended('idle'));
    expect(page.endings()).toHaveLength(2);
  });

  test('a new sign-in starts anew', async () => {
    await using world = await openLimited({ idle: 15 * minute, lifetime: hour });
    const { page, clock } = world;
    await clock.advance(15 * minute);
    await page.session.login(ada);
    await clock.advance(13 * minute);
    expect(page.session.getSnapshot()).toMatchObject({ isSignedIn: true, ending: null });
  });
});

describe('the lifetime', () => {
  test('ends the session whatever the user does, and `stay()` does not help', async () => {
    await using world = await openLimited({ idle: 15 * minute, lifetime: hour });
    const { page, clock } = world;
    const endsAt = clock.now() + hour;
    for (let passed = 0; passed < 59; passed += 1) {
      await clock.advance(minute);
      page.act();
    }
    expect(page.session.getSnapshot().ending).toEqual({ reason: 'lifetime', endsAt });
    page.limits.stay();
    expect(page.session.getSnapshot().ending).toEqual({ reason: 'lifetime', endsAt });
    await clock.advance(minute);
    expect(page.reason()).toEqual(ended('lifetime'));
    expect(page.endings()).toHaveLength(1);
  });

  test('is not extended by a refresh or by tokens of the same user', async () => {
    await using world = await openLimited({ lifetime: hour });
    const { page, clock } = world;
    await clock.advance(30 * minute);
    await page.session.refresh();
    await page.session.adopt({ accessToken: 'other', expiresIn: 60, user: { username: 'ada' } });
    await clock.advance(30 * minute);
    expect(page.reason()).toEqual(ended('lifetime'));
  });
});

test('a sign-in that the server has asked for (step-up) starts both limits anew, in all pages', async () => {
  await using world = await openLimited({ idle: 15 * minute, lifetime: 20 * minute });
  const { page, clock, server } = world;
  await clock.advance(10 * minute);
  const challenge = 'Bearer error="insufficient_user_authentication"';
  const refusal = Response.json({}, { status: 401, headers: { 'www-authenticate': challenge } });
  server.intercept('api', () => refusal.clone(), { times: 1 });
  const strong = world.open({ hold: { whileStepUp: hour } });
  const asked = strong.session.fetch('/api/me');
  await expect.poll(() => strong.session.getSnapshot().stepUp).not.toBeNull();
  await strong.session.login(ada);
  expect((await asked).status).toBe(200);
  await clock.advance(13 * minute);
  expect(page.session.getSnapshot()).toMatchObject({ isSignedIn: true, ending: null });
  await clock.advance(2 * minute);
  expect(page.session.getSnapshot().status).toBe('loggedOut');
});

describe('a device that sleeps', () => {
  test('a request after the limit is refused, before any timer has run and without being sent', async () => {
    await using world = await openLimited({ idle: 15 * minute });
    const { page, clock } = world;
    clock.skip(8 * hour);
    const refusal = await outcome(page.session.fetch('/api/me'));
    expect(isLoggedOutError(refusal) && refusal.reason).toEqual(ended('idle'));
    expect([world.asked('/api/me'), world.asked('/token')]).toEqual([0, 0]);
  });

  test('a refresh in flight does not undo the end, and its late grant is revoked', async () => {
    await using world = await openLimited({ idle: 15 * minute });
    const { page, clock } = world;
    await clock.advance(15 * minute - 1);
    const dam = world.dam('refresh');
    const refusal = outcome(page.session.refresh());
    await dam.reached;
    await clock.advance(1);
    expect(page.reason()).toMatchObject({ type: 'limit.reached', code: 'idle' });
    expect(isLoggedOutError(await refusal)).toBe(true);
    dam.open();
    await expect.poll(() => world.asked('/logout')).toBeGreaterThanOrEqual(1);
    expect(stateOf(page.session)).toMatch(/^loggedOut\./);
  });

  test.each([
    ['waking', (world: World) => world.signals.wake()],
    ['showing the page', ({ signals }: World) => [false, true].forEach(signals.setVisible)],
    ['a key press', (world: World) => world.page.act()],
    ['`stay()`', (world: World) => world.page.limits.stay()],
  ])('%s after the limit ends the session', async (_, happen) => {
    await using world = await openLimited({ idle: 15 * minute });
    world.clock.skip(8 * hour);
    happen(world);
    await expect.poll(() => world.page.reason()).toEqual(ended('idle'));
  });

  test('without any of them, the session ends within a minute of waking', async () => {
    await using world = await openLimited({ idle: 8 * hour });
    world.clock.skip(9 * hour);
    await world.clock.advance(minute);
    expect(world.page.reason()).toEqual(ended('idle'));
  });
});

describe('a clock that is set back', () => {
  test('gives back at most the time since the last activity', async () => {
    await using world = await openLimited({ idle: 15 * minute, lifetime: hour });
    const { page, clock } = world;
    for (let times = 0; times < 5; times += 1) {
      await clock.advance(10 * minute);
      page.act();
      clock.skip(-24 * hour);
    }
    expect(page.session.getSnapshot().isSignedIn).toBe(true);
    // Each time, up to a minute passed until a timer looked at the clock.
    await clock.advance(10 * minute);
    page.act();
    await clock.advance(5 * minute);
    expect(page.reason()).toEqual(ended('lifetime'));
  });
});

type World = Awaited<ReturnType<typeof openLimited>>;
