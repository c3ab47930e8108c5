import { describe, expect, test } from 'vitest';
import { startProgram } from './program.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** A program whose access token was refused, and whose refresh has failed once. */
function startFailed(pause: number, options: Parameters<typeof startProgram>[0] = { attempts: 1 }) {
  const program = startProgram(options);
  program.restore(minute, 50 * second);
  program.refuse();
  program.fail(null, { pause });
  return program;
}

describe('the pause after a failed call', () => {
  test('outlasts the refresh: the next request waits for the remainder', () => {
    const program = startFailed(4 * second);
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(second);
    program.send({ type: 'accessToken.due' });
    expect(program.is()).toBe('refreshing.backingOff');
    program.pass(3 * second - 1);
    expect(program.calls).toEqual([0]);
    program.pass(1);
    expect(program.calls).toEqual([0, 4 * second]);
  });

  test.each(['session.refresh', 'network.online'] as const)(
    'is cut short by %s, unless the server asked for it',
    (type) => {
      const program = startFailed(4 * second);
      program.pass(second);
      program.send({ type });
      expect(program.calls).toEqual([0, second]);
    },
  );

  test.each(['session.refresh', 'network.online'] as const)(
    'is not cut short by %s if the server asked for it',
    (type) => {
      const program = startProgram({ attempts: 1 });
      program.restore(minute, 50 * second);
      program.refuse();
      program.fail(4 * second, { pause: 2 * second });
      program.pass(3 * second);
      program.send({ type });
      program.pass(second - 1);
      expect(program.calls).toEqual([0]);
      program.pass(1);
      expect(program.calls).toEqual([0, 4 * second]);
    },
  );

  test('is reduced by the time slept, and ends if it was slept through', () => {
    const program = startFailed(4 * second);
    program.pass(second);
    program.send({ type: 'clock.woke', dueAt: program.now() - second });
    expect(program.is()).toBe('refreshing.backingOff');
    expect(program.calls).toEqual([0]);
    program.pass(3 * second);
    expect(program.calls).toEqual([0, 4 * second]);
  });

  test('counts the failures of all refreshes until one succeeds', () => {
    const program = startFailed(second);
    program.pass(second);
    program.send({ type: 'accessToken.due' });
    program.fail(null, { pause: second });
    expect(program.context()).toMatchObject({ attempt: 1, failures: 2 });
    program.pass(second);
    program.send({ type: 'accessToken.due' });
    program.renew(minute, 50 * second);
    expect(program.context()).toMatchObject({ failures: 0, retryAt: 0, retryIsAsked: false });
  });
});

describe('a refresh that a request waits for', () => {
  test('continues as long as the request can wait', () => {
    const program = startFailed(4 * second, { attempts: Infinity });
    for (let left = 26; left > 0; left -= 4) {
      program.pass(4 * second);
      program.fail(null, { pause: 4 * second, neededFor: left * second });
    }
    expect(program.calls).toEqual([0, 4, 8, 12, 16, 20, 24, 28].map((seconds) => seconds * second));
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(day);
    expect(program.calls).toHaveLength(8);
  });

  test('makes four calls if no request waits', () => {
    const program = startFailed(second, { attempts: Infinity });
    for (let call = 2; call <= 4; call += 1) {
      program.pass(second);
      program.fail(null, { pause: second, neededFor: null });
    }
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(day);
    expect(program.calls).toHaveLength(4);
  });

  test('makes at most `refresh.attempts` calls, even if the request can wait longer', () => {
    const program = startFailed(second, { attempts: 2 });
    program.pass(second);
    program.fail(null, { pause: second, neededFor: minute });
    expect(program.is()).toBe('authenticated.due.ready');
    expect(program.calls).toHaveLength(2);
  });
});

describe('a refresh that failed in another tab', () => {
  test('causes the same pause as one that failed here', () => {
    const program = startProgram();
    program.restore(minute, 50 * second);
    program.refuse();
    program.pass(1);
    program.failElsewhere(4 * second, { failures: 3, isAsked: true });
    expect(program.is()).toBe('refreshing.backingOff');
    expect(program.context()).toMatchObject({ attempt: 1, failures: 3, retryIsAsked: true });
    program.pass(4 * second - 1);
    expect(program.calls).toEqual([0]);
    program.pass(1);
    expect(program.calls).toEqual([0, 4 * second + 1]);
  });

  test('keeps the next request of this tab from calling too early', () => {
    const program = startProgram();
    program.restore(0, 0);
    program.pass(1);
    program.failElsewhere(20 * second, { isAsked: true });
    expect(program.is()).toBe('authenticated.due.ready');
    program.send({ type: 'session.refresh' });
    expect(program.is()).toBe('refreshing.backingOff');
    program.pass(20 * second);
    expect(program.calls).toEqual([20 * second + 1]);
  });

  test('before the expiry defers the refresh of this tab', () => {
    const program = startProgram();
    program.restore(minute, 30 * second);
    program.pass(29 * second);
    program.failElsewhere(second);
    expect(program.is()).toBe('authenticated.due.deferred');
    program.pass(15 * second);
    expect(program.calls).toEqual([]);
    program.pass(second);
    expect(program.calls).toEqual([44_500]);
  });

  test('for the second time defers the refresh that was scheduled here after the first time', () => {
    const program = startProgram();
    program.restore(minute, 20 * second);
    program.pass(20 * second);
    program.fail(null, { pause: second });
    program.pass(19 * second);
    program.failElsewhere(second, { failures: 2 });
    program.pass(10 * second);
    expect(program.calls).toEqual([20 * second]);
    program.pass(second);
    expect(program.calls).toEqual([20 * second, 49_500]);
  });

  test('is processed once', () => {
    const program = startProgram();
    program.restore(minute, 50 * second);
    program.refuse();
    program.pass(1);
    program.failElsewhere(4 * second);
    program.failElsewhere(4 * second);
    expect(program.context()).toMatchObject({ attempt: 1, failures: 1 });
  });
});
