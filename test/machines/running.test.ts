import { describe, expect, test } from 'vitest';
import { longestDelay } from '../../machines/index.ts';
import { startProgram } from './program.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** A program with a session whose access token has just been refused, so that a refresh is in flight. */
function startRefreshing(options: Parameters<typeof startProgram>[0] = {}) {
  const program = startProgram(options);
  program.restore(minute, 50 * second);
  program.refuse();
  return program;
}

describe('a token that becomes due', () => {
  test('is refreshed by the timer when it is due, each time', () => {
    const program = startProgram();
    program.restore(minute, 50 * second);
    for (const due of [50_000, 100_000, 150_000]) {
      program.pass(due - 1 - program.now());
      expect(program.is()).toBe('authenticated.fresh');
      program.pass(1);
      expect(program.is()).toBe('refreshing.acquiring');
      expect(program.calls.at(-1)).toBe(due);
      program.renew(minute, 50 * second);
      expect(program.is()).toBe('authenticated.fresh');
    }
    expect(program.calls).toEqual([50_000, 100_000, 150_000]);
    expect(program.context().generation).toBe(4);
  });

  test.each([
    [30, 2],
    [60, 3],
  ])('after %i days waits the whole time, with %i timers', (days, timers) => {
    const program = startProgram();
    const freshFor = days * day - 30 * second;
    program.restore(days * day, freshFor);
    const before = program.armed() - 1;
    program.pass(freshFor - 1);
    expect(program).toMatchObject({ calls: [] });
    expect(program.is()).toBe('authenticated.fresh');
    program.pass(1);
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([freshFor]);
    expect(program.armed() - before).toBe(timers);
  });

  test('of unknown lifetime is never refreshed by a timer', () => {
    const program = startProgram();
    program.answer({ type: 'store.restored', ...program.grant(0, 0), expiresAt: null, dueAt: null });
    program.pass(4 * longestDelay);
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual([]);
  });

  test('is refreshed by the next request without proactive refreshes', () => {
    const program = startProgram({ proactive: false });
    program.restore(minute, 50 * second);
    program.pass(day);
    expect(program.is()).toBe('authenticated.due.ready');
    expect(program.calls).toEqual([]);
    program.send({ type: 'accessToken.due' });
    expect(program.calls).toEqual([day]);
  });

  test('ends a session if the contract cannot refresh', () => {
    const program = startProgram({ canRefresh: false });
    program.restore(minute, minute);
    program.pass(minute - 1);
    expect(program.is()).toBe('authenticated.fresh');
    program.pass(1);
    expect(program.is()).toBe('expired.idle');
    expect(program.emitted.at(-1)).toMatchObject({
      type: 'session.expired',
      reason: { type: 'accessToken.due' },
    });
  });
});

describe('a refresh that fails for a transient reason', () => {
  test('is retried after pauses that double, and gives up after the last attempt', () => {
    const program = startRefreshing();
    for (const pause of [500, 1_000, 2_000]) {
      program.fail();
      expect(program.is()).toBe('refreshing.backingOff');
      program.pass(pause - 1);
      expect(program.is()).toBe('refreshing.backingOff');
      program.pass(1);
      expect(program.is()).toBe('refreshing.acquiring');
    }
    expect(program.calls).toEqual([0, 500, 1_500, 3_500]);
    program.fail();
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(day);
    expect(program.calls).toHaveLength(4);
  });

  test('has as many attempts again the next time', () => {
    const program = startRefreshing({ attempts: 1 });
    program.fail();
    expect(program.is()).toBe('authenticated.due.ready');
    program.send({ type: 'accessToken.due' });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([0, 0]);
    expect(program.context()).toMatchObject({ failures: 1, attempt: 0, rounds: 1 });
  });

  test('waits for `Retry-After`, whatever the network does', () => {
    const program = startRefreshing();
    program.fail(20 * second);
    program.pass(5 * second);
    program.send({ type: 'network.offline' });
    program.pass(5 * second);
    program.send({ type: 'network.online' });
    expect(program.is()).toBe('refreshing.backingOff');
    program.pass(10 * second - 1);
    expect(program.calls).toEqual([0]);
    program.pass(1);
    expect(program.calls).toEqual([0, 20 * second]);
  });
});

describe('a token that is refused right after its refresh', () => {
  test('starts no second refresh until the cooldown has passed', () => {
    const program = startRefreshing();
    program.renew(minute, 50 * second);
    program.pass(5 * second - 1);
    program.refuse();
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual([0]);
    program.pass(1);
    program.refuse();
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([0, 5 * second]);
  });

  test('starts one at once if it came from a login or the store', () => {
    const program = startProgram();
    program.restore(minute, 50 * second);
    program.refuse();
    expect(program.is()).toBe('refreshing.acquiring');
  });
});

describe('restoring', () => {
  test('gives up on a store that does not respond, and ignores its late response', () => {
    const program = startProgram();
    program.pass(30 * second - 1);
    expect(program.has('hold')).toBe(true);
    program.pass(1);
    expect(program.is()).toBe('anonymous.idle');
    expect(program.stopped).toEqual(['restorer']);
    program.restore(minute, 50 * second);
    expect(program.is()).toBe('anonymous.idle');
  });
});

describe('a logout', () => {
  test('stops the refresh and its timers; a late grant changes nothing', () => {
    const program = startRefreshing();
    program.fail();
    program.send({ type: 'session.logout' });
    expect(program.stopped).toEqual(['restorer', 'refresher']);
    program.renew(minute, 50 * second);
    program.pass(day);
    expect(program.is()).toBe('loggedOut.revoking');
    expect(program.calls).toEqual([0]);
    expect(program.context().generation).toBe(1);
  });

  const failure = { sessionId: 'one', generation: 1, status: 503, code: null };

  test('is told to the server four times if the server cannot be reached, and then reported once', () => {
    const program = startRefreshing();
    program.send({ type: 'session.logout' });
    const told = program.emitted.length;
    for (const pause of [500, 1_000, 2_000]) {
      program.answer({ type: 'logout.failed', ...failure, pause });
      expect(program.is()).toBe('loggedOut.backingOff');
      program.pass(pause);
      expect(program.is()).toBe('loggedOut.revoking');
    }
    program.answer({ type: 'logout.failed', ...failure, pause: 4_000 });
    program.pass(day);

    expect(program.revocations).toEqual([0, 500, 1_500, 3_500]);
    expect(program.is()).toBe('loggedOut.idle');
    expect(program.emitted.slice(told)).toEqual([{ type: 'session.logoutFailed', ...failure, at: 3_500 }]);
  });

  test('waits for the server’s `Retry-After` before the next attempt', () => {
    const program = startRefreshing();
    program.send({ type: 'session.logout' });
    program.answer({ type: 'logout.failed', ...failure, pause: 500, retryAfter: 30 * second });
    program.pass(30 * second - 1);
    expect(program.revocations).toEqual([0]);
    program.pass(1);
    expect(program.revocations).toEqual([0, 30 * second]);
  });

  test('without a network is tried again until there is one', () => {
    const program = startRefreshing({ online: false });
    program.send({ type: 'session.logout' });
    const cutOff = { ...failure, status: null, pause: 500 };
    for (let attempt = 0; attempt < 10; attempt += 1) {
      program.answer({ type: 'logout.failed', ...cutOff });
      program.pass(500);
    }
    program.answer({ type: 'logout.failed', ...cutOff });
    program.send({ type: 'network.online' });
    expect(program.is()).toBe('loggedOut.revoking');
    program.answer({ type: 'logout.confirmed', sessionId: 'one', generation: 1 });

    expect(program.is()).toBe('loggedOut.idle');
    expect(program.emitted).not.toContainEqual(expect.objectContaining({ type: 'session.logoutFailed' }));
  });
});
