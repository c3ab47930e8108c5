import { describe, expect, test } from 'vitest';
import { now } from './circumstances.ts';
import { events } from './events.ts';
import { startProgram } from './program.ts';
import { sessionIn, startsAttempt, step } from './worlds.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A program that refreshes, because its access token was refused after a day. */
function startRefreshing(options: Parameters<typeof startProgram>[0] = {}) {
  const program = startProgram(options);
  program.restore(3 * day, 2 * day);
  program.pass(day);
  program.refuse();
  return program;
}

describe('a device clock that is set back', () => {
  test.each([
    ['a millisecond', 1],
    ['an hour', hour],
  ])('by %s during the cooldown ends it: a refused token is refreshed', (_, span) => {
    const program = startRefreshing();
    program.renew(minute, 50 * second);
    program.refuse();
    expect(program.is()).toBe('authenticated.fresh');
    program.setBack(span);
    program.refuse();
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([day, day - span]);
  });

  test('ends a cooldown only if it shows a time before the start of the cooldown', () => {
    const program = startRefreshing({ cooldown: 1 });
    program.renew(minute, 50 * second);
    program.pass(249);
    program.setBack(249);
    program.refuse();
    expect(program.is()).toBe('authenticated.fresh');
    program.setBack(1);
    program.refuse();
    expect(program.calls).toEqual([day, day - 1]);
  });

  test('ends `Retry-After`, so that the next request does not wait for an hour', () => {
    const program = startRefreshing({ attempts: 1 });
    program.fail(20 * second);
    program.setBack(hour);
    program.send({ type: 'accessToken.due' });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([day, day - hour]);
    expect(program.context()).toMatchObject({ retryAt: 0 });
  });

  test('does not change the next `Retry-After`', () => {
    const program = startRefreshing({ attempts: 1 });
    program.fail(20 * second);
    program.setBack(hour);
    program.refuse();
    program.fail(20 * second);
    program.pass(5 * second);
    program.send({ type: 'accessToken.due' });
    expect(program.is()).toBe('refreshing.backingOff');
    program.pass(15 * second - 1);
    expect(program.calls).toEqual([day, day - hour]);
    program.pass(1);
    expect(program.calls).toEqual([day, day - hour, day - hour + 20 * second]);
  });

  test.each(['clock.woke', 'network.online', 'session.refresh', 'accessToken.due'] as const)(
    'ends the pause of a deferred refresh when %s arrives',
    (type) => {
      const program = startProgram();
      program.restore(2 * day, day);
      program.pass(day);
      program.fail(20 * second);
      expect(program.is()).toBe('authenticated.due.deferred');
      program.setBack(second);
      program.send({ type, dueAt: program.now() - second });
      expect(program.is()).toBe('refreshing.acquiring');
      expect(program.calls).toEqual([day, day - second]);
    },
  );

  test('ends the pause after a token that had expired on arrival', () => {
    const expired = { ...events['grant.stored'], expiresAt: now, dueAt: now };
    const { context } = step(sessionIn('refreshing.requesting'), expired);
    const due = sessionIn('authenticated.due.ready', context);

    const inTime = step(due, { ...events['accessToken.due'], at: now });
    expect(inTime).toMatchObject({ name: 'refreshing.backingOff', context: { retryAt: now + 250 } });
    const setBack = step(due, { ...events['accessToken.due'], at: now - 1 });
    expect(setBack).toMatchObject({ name: 'refreshing.acquiring', context: { retryAt: 0 } });
    expect(startsAttempt(setBack)).toBe(true);
  });

  test('ends the wait for the expiry after a configuration error', () => {
    const before = sessionIn('refreshing.requesting', { expiresAt: now + 10_000 });
    const { name, context } = step(before, events['refresh.failed']);
    expect(name).toBe('authenticated.due.deferred');
    const deferred = sessionIn('authenticated.due.deferred', context);

    expect(step(deferred, { ...events['clock.woke'], at: now }).name).toBe('authenticated.due.deferred');
    expect(step(deferred, { ...events['clock.woke'], at: now - 1 }).name).toBe('refreshing.acquiring');
  });
});
