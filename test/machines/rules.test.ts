import { describe, expect, test } from 'vitest';
import { longestDelay, shortestCooldown } from '../../machines/index.ts';
import { now } from './circumstances.ts';
import { events } from './events.ts';
import { sessionIn, startsAttempt, step, timersOf } from './worlds.ts';

describe('a grant', () => {
  const worn = { failures: 3, retryAt: now + 60_000, cooldownUntil: now + 5_000 };
  const comings = [
    ['anonymous.restoring.reading', 'store.restored', 'session.authenticated'],
    ['anonymous.restoring.requesting', 'grant.stored', 'session.authenticated'],
    ['anonymous.signingIn', 'grant.stored', 'session.authenticated'],
    ['expired.signingIn', 'grant.stored', 'session.authenticated'],
    ['anonymous.challenged.signingIn', 'grant.stored', 'session.authenticated'],
    ['expired.challenged.signingIn', 'grant.stored', 'session.authenticated'],
    ['authenticated.due.deferred', 'session.adopt', 'session.authenticated'],
    ['refreshing.offline', 'session.adopt', 'session.authenticated'],
    ['refreshing.acquiring', 'peer.adopted', null],
    ['refreshing.requesting', 'grant.stored', 'session.refreshed'],
  ] as const;

  test.each(comings)('in %s, %s sets everything that the machine stores about it', (leaf, type, told) => {
    const grant = events[type];
    const after = step(sessionIn(leaf, { ...worn, answerLost: true }), grant);
    const { sessionId, generation, expiresAt, dueAt } = grant;
    expect(after.context).toMatchObject({ sessionId, generation, expiresAt, dueAt, now });
    expect(after.context).toMatchObject({ failures: 0, retryAt: 0, answerLost: false });
    expect(after.context).toMatchObject({ reason: null, failure: null });
    expect(after.emitted).toEqual(told === null ? [] : [{ type: told, sessionId, generation }]);
  });

  test.each(comings)('in %s, %s starts a cooldown only after a successful refresh', (leaf, type, told) => {
    const { cooldownUntil } = step(sessionIn(leaf, worn), events[type]).context;
    const isRefreshed = told === 'session.refreshed' || type === 'peer.adopted';
    expect(cooldownUntil).toBe(isRefreshed ? now + 5_000 : 0);
  });

  test('of another tab that signed in starts no cooldown', () => {
    const grant = { ...events['peer.adopted'], sessionId: 'two', generation: 1 };
    expect(step(sessionIn('loggedOut.idle', worn), grant).context).toMatchObject({
      cooldownUntil: 0,
      retryAt: 0,
    });
  });

  test('of another tab that refreshed a while ago has the rest of its cooldown', () => {
    const grant = { ...events['peer.adopted'], issuedAt: now - 4_000 };
    expect(step(sessionIn('authenticated.fresh'), grant).context.cooldownUntil).toBe(now + 1_000);
  });

  test.each([
    ['a minute', 60_000, 5_000],
    ['ten seconds', 10_000, 1_000],
    ['one second', 1_000, shortestCooldown],
    ['unknown', null, 5_000],
  ])(
    'with a lifetime of %s has a cooldown of at most a tenth of it, but at least the shortest one',
    (_, lifetime, cooldown) => {
      const expiresAt = lifetime === null ? null : now + lifetime;
      const { context } = step(sessionIn('refreshing.requesting'), { ...events['grant.stored'], expiresAt });
      expect(context).toMatchObject({ cooldownUntil: now + cooldown, retryAt: 0 });
    },
  );

  test('has no cooldown if that is 0', () => {
    const grant = { ...events['grant.stored'], expiresAt: now + 60_000 };
    const { context } = step(sessionIn('refreshing.requesting', { cooldown: 0 }), grant);

    expect(context).toMatchObject({ cooldownUntil: now, retryAt: 0 });
  });

  test('that has expired on arrival is not refreshed before its cooldown has passed', () => {
    const expired = { ...events['grant.stored'], expiresAt: now, dueAt: now };
    const { context } = step(sessionIn('refreshing.requesting'), expired);
    expect(context).toMatchObject({ cooldownUntil: now + 250, retryAt: now + 250 });

    const next = step(sessionIn('authenticated.due.ready', context), events['accessToken.due']);
    expect(next).toMatchObject({ name: 'refreshing.backingOff', context: { retryAt: now + 250 } });
    expect(timersOf(next)).toEqual({ backoff: 250 });
    expect(startsAttempt(next)).toBe(false);
  });
});

describe('a refused access token', () => {
  test('counts as expired from then on', () => {
    const { context } = step(sessionIn('authenticated.fresh'), events['server.accessTokenExpired']);
    expect(context.expiresAt).toBe(now);
  });

  test('that had expired before keeps its time of expiry', () => {
    const before = sessionIn('authenticated.due.ready', { expiresAt: now - 500 });
    expect(step(before, events['server.accessTokenInvalid']).context.expiresAt).toBe(now - 500);
  });

  test('of unknown lifetime expires now', () => {
    const before = sessionIn('authenticated.fresh', { expiresAt: null, dueAt: null });
    expect(step(before, events['server.accessTokenMissing']).context.expiresAt).toBe(now);
  });

  test('starts one attempt, without counting earlier refreshes', () => {
    const after = step(sessionIn('authenticated.fresh', { rounds: 4 }), events['server.accessTokenExpired']);
    expect(startsAttempt(after)).toBe(true);
    expect(after.context).toMatchObject({ attempt: 0, rounds: 4 });
  });
});

describe('a transient failure', () => {
  const failed = events['server.unavailable'];

  test('is counted, and the next call waits for the backoff', () => {
    const after = step(sessionIn('refreshing.requesting', { attempt: 1, failures: 1 }), failed);
    expect(after.context).toMatchObject({ attempt: 2, failures: 2, retryAt: now });
    expect(after.context.failure).toEqual({
      code: 'ERR_REFRESH_UNAVAILABLE',
      status: 503,
      serverCode: 'T-000',
    });
    expect(timersOf(after)).toEqual({ backoff: 1_000 });
    expect(after.emitted).toEqual([]);
  });

  test('with `Retry-After` waits as long as the server asked', () => {
    const after = step(sessionIn('refreshing.requesting'), { ...failed, retryAfter: 20_000 });
    expect(after.context).toMatchObject({ retryAt: now + 20_000 });
    expect(timersOf(after)).toEqual({ backoff: 20_000 });
  });

  test('that uses up the attempts ends the refresh with an event; the session stays', () => {
    const after = step(sessionIn('refreshing.requesting', { attempt: 3, rounds: 1 }), failed);
    expect(after).toMatchObject({ name: 'authenticated.due.ready', context: { rounds: 2, reason: null } });
    expect(after.emitted).toEqual([{ type: 'session.refreshFailed', failure: after.context.failure }]);
  });

  test.each([
    [10_000, 8_000],
    [16_000, 8_000],
    [16_002, 8_001],
    [60_000, 30_000],
  ])(
    'of a token that is valid for %i ms more schedules a refresh after half of that',
    (goodFor, retryDue) => {
      const before = sessionIn('refreshing.requesting', { expiresAt: now + goodFor });
      const after = step(before, failed);
      expect(after).toMatchObject({ name: 'authenticated.due.deferred', context: { now } });
      expect(timersOf(after)).toEqual({ retryDue, tokenExpiry: goodFor });
      expect(sessionIn('authenticated.due.deferred').hasTag('attach')).toBe(true);
    },
  );

  test('that lost a response is remembered until the session ends, and appears in the reason', () => {
    const lost = step(sessionIn('refreshing.requesting'), { ...failed, answerLost: true });
    const again = step(sessionIn('refreshing.requesting', lost.context), failed);
    const after = step(
      sessionIn('refreshing.requesting', again.context),
      events['server.refreshTokenReused'],
    );
    expect(after.context.reason).toEqual({
      type: 'server.refreshTokenReused',
      code: 'T-000',
      status: 401,
      answerLost: true,
    });
  });

  test.each(['server.unavailable', 'server.rateLimited', 'refresh.failed'] as const)(
    '(%s) of a token that is not due is reported, and starts only the usual timer',
    (type) => {
      const fresh = { expiresAt: now + 60_000, dueAt: now + 50_000, now: now - 5_000, failures: 3 };
      const after = step(sessionIn('refreshing.requesting', fresh), events[type]);
      expect(after.name).toBe('authenticated.fresh');
      expect(after.context).toMatchObject({ failures: 4, now });
      expect(timersOf(after)).toEqual({ refreshDue: 50_000 });
      expect(after.emitted).toEqual([{ type: 'session.refreshFailed', failure: after.context.failure }]);
    },
  );

  test('of a token that is not due respects `Retry-After`', () => {
    const fresh = { expiresAt: now + 60_000, dueAt: now + 50_000 };
    const { context } = step(sessionIn('refreshing.requesting', fresh), { ...failed, retryAfter: 20_000 });
    expect(context).toMatchObject({ retryAt: now + 20_000, retryFrom: now });
  });

  test('for a configuration error is counted too, and no call follows before the token has expired', () => {
    const before = sessionIn('refreshing.requesting', { failures: 1, expiresAt: now + 10_000 });
    const after = step(before, events['refresh.failed']);
    expect(after.context).toMatchObject({ failures: 2, failure: events['refresh.failed'].failure });
    expect(after.context).toMatchObject({ retryAt: now + 10_000, retryFrom: now });
    expect(after.emitted).toEqual([
      { type: 'session.refreshFailed', failure: events['refresh.failed'].failure },
    ]);
  });
});

describe('no call before `Retry-After` has passed', () => {
  const waiting = { retryAt: now + 30_000, retryIsAsked: true, expiresAt: now - 1 };
  const asking = [
    ['authenticated.due.ready', 'accessToken.due'],
    ['authenticated.due.ready', 'session.refresh'],
    ['authenticated.due.ready', 'clock.woke'],
    ['authenticated.due.ready', 'network.online'],
    ['authenticated.due.deferred', 'server.accessTokenExpired'],
    ['refreshing.offline', 'network.online'],
  ] as const;

  test.each(asking)('in %s, not even by %s', (leaf, type) => {
    const after = step(sessionIn(leaf, waiting), events[type]);
    expect(after).toMatchObject({ name: 'refreshing.backingOff', context: { retryAt: now + 30_000 } });
    expect(startsAttempt(after)).toBe(false);
    expect(timersOf(after)).toEqual({ backoff: 30_000 });
  });

  test('not even if the access token expires in the meantime', () => {
    const before = sessionIn('authenticated.due.deferred', { retryAt: now + 30_000 });
    const after = step(before, {
      type: 'xstate.after.tokenExpiry.session.signedIn.authenticated.due.deferred',
    });
    expect(timersOf(after)).toEqual({ backoff: 20_000 });
    expect(startsAttempt(after)).toBe(false);
  });

  test('and afterwards no further wait', () => {
    const before = sessionIn('authenticated.due.deferred', { retryAt: now + 5_000 });
    const after = step(before, { type: 'xstate.after.retryDue.session.signedIn.authenticated.due.deferred' });
    expect(after.name).toBe('refreshing.acquiring');
    expect(startsAttempt(after)).toBe(true);
  });
});

describe('timers', () => {
  test('longer than the platform’s limit are restarted for the rest', () => {
    const days60 = 60 * 86_400_000;
    const fresh = sessionIn('authenticated.fresh', { dueAt: now + days60 });
    const after = step(fresh, { type: 'xstate.after.refreshDue.session.signedIn.authenticated.fresh' });
    expect(after.context).toMatchObject({ dueAt: now + days60, now: now + longestDelay });
    expect(timersOf(after)).toEqual({ refreshDue: longestDelay });
  });

  test('are recalculated after a wake', () => {
    const after = step(sessionIn('authenticated.fresh'), { ...events['clock.woke'], dueAt: now + 1_234 });
    expect(after.context.dueAt).toBe(now + 1_234);
    expect(timersOf(after)).toEqual({ refreshDue: 1_234 });
  });
});
