import { describe, expect, test } from 'vitest';
import { startProgram } from './program.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** A program that has just restored a session. The token is due in 50 s and expires in 60 s. */
function startSignedIn(options: Parameters<typeof startProgram>[0] = {}) {
  const program = startProgram(options);
  program.restore(minute, 50 * second);
  return program;
}

describe('a refresh while the platform says that it is offline', () => {
  test.each(['session.refresh', 'accessToken.due'] as const)(
    'is tried at once on request (%s), since the platform may be wrong',
    (type) => {
      const program = startProgram({ online: false });
      program.restore(0, 0);
      program.send({ type });
      expect(program.is()).toBe('refreshing.acquiring');
      expect(program.calls).toEqual([0]);
      program.renew(minute, 50 * second);
      expect(program.is()).toBe('authenticated.fresh');
    },
  );

  test('waits for the network after a call has failed, and calls at once when it is back', () => {
    const program = startSignedIn({ online: false });
    program.refuse();
    program.breakOff();
    expect(program.is()).toBe('refreshing.offline');
    program.pass(5 * second);
    expect(program.calls).toEqual([0]);
    program.send({ type: 'network.online' });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([0, 5 * second]);
  });

  test('is retried every eight seconds while a request waits for it', () => {
    const program = startSignedIn({ online: false, attempts: 100 });
    program.refuse();
    for (let left = 60 * second; left > 0; left -= 8 * second) {
      program.breakOff({ pause: 8 * second, neededFor: left });
      program.pass(8 * second);
    }
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(day);
    expect(program.calls).toEqual([0, 8, 16, 24, 32, 40, 48, 56].map((seconds) => seconds * second));
  });

  test('that was given up is repeated when the network is back', () => {
    const program = startSignedIn({ online: false, attempts: 1 });
    program.refuse();
    program.breakOff();
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(day);
    program.send({ type: 'network.online' });
    expect(program.calls).toEqual([0, day]);
  });

  test('that fails with a server’s response pauses as usual, since there is a network', () => {
    const program = startSignedIn({ online: false });
    program.refuse();
    program.fail(null, { pause: second });
    expect(program.is()).toBe('refreshing.backingOff');
    program.pass(second);
    expect(program.calls).toEqual([0, second]);
  });

  test('that is in flight continues, since its response may still arrive', () => {
    const program = startSignedIn();
    program.refuse();
    program.answer({ type: 'lock.acquired', answerLost: false });
    program.send({ type: 'network.offline' });
    expect(program.is()).toBe('refreshing.requesting');
    program.renew(minute, 50 * second);
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual([0]);
  });

  test('that waits for the lock keeps waiting', () => {
    const program = startSignedIn();
    program.refuse();
    program.send({ type: 'network.offline' });
    expect(program.is()).toBe('refreshing.acquiring');
    program.renew(minute, 50 * second);
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual([0]);
  });

  test('that pauses when the network is lost waits for the network, for at most eight seconds', () => {
    const program = startSignedIn();
    program.refuse();
    program.fail(null, { pause: second });
    program.send({ type: 'network.offline' });
    expect(program.is()).toBe('refreshing.offline');
    program.pass(8 * second - 1);
    expect(program.calls).toEqual([0]);
    program.pass(1);
    expect(program.calls).toEqual([0, 8 * second]);
  });
});

describe('while the platform says that it is offline, and the access token is valid', () => {
  test('no timer starts a refresh, and requests are sent with the token', () => {
    const program = startSignedIn();
    program.send({ type: 'network.offline' });
    program.pass(50 * second);
    expect(program.is()).toBe('authenticated.due.deferred');
    expect(program.has('attach')).toBe(true);
    program.pass(10 * second);
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(day);
    expect(program.calls).toEqual([]);
  });

  test('a failed refresh is deferred until the network is back', () => {
    const program = startSignedIn();
    program.pass(50 * second);
    program.send({ type: 'network.offline' });
    program.breakOff();
    program.pass(9 * second);
    expect(program.is()).toBe('authenticated.due.deferred');
    program.send({ type: 'network.online' });
    expect(program.calls).toEqual([50 * second, 59 * second]);
  });

  test('a token that becomes due offline stays in use, and is refreshed when the network is back', () => {
    const program = startSignedIn();
    program.send({ type: 'network.offline' });
    program.pass(55 * second);
    expect(program.is()).toBe('authenticated.due.deferred');
    program.send({ type: 'network.online' });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([55 * second]);
  });

  test('a request is sent with a due token offline, instead of waiting for the network', () => {
    const program = startProgram({ online: false });
    program.restore(20 * second, 0);
    expect(program.has('due')).toBe(true);
    program.send({ type: 'accessToken.due' });
    expect(program.has('attach')).toBe(true);
    expect(program.calls).toEqual([]);
    program.pass(20 * second);
    program.send({ type: 'accessToken.due' });
    expect(program.calls).toEqual([20 * second]);
  });

  test('a network that is back before `Retry-After` has passed blocks no request', () => {
    const program = startProgram();
    program.restore(minute, 30 * second);
    program.pass(30 * second);
    program.fail(20 * second);
    program.send({ type: 'network.offline' });
    program.pass(10 * second);
    program.send({ type: 'network.online' });
    expect(program.has('attach')).toBe(true);
    program.pass(10 * second - 1);
    expect(program.calls).toEqual([30 * second]);
    program.pass(1);
    expect(program.calls).toEqual([30 * second, 50 * second]);
  });
});

describe('a clock that woke', () => {
  test('with time left starts the timer for the remainder', () => {
    const program = startSignedIn();
    program.send({ type: 'clock.woke', dueAt: program.now() + 10 * second });
    program.pass(10 * second - 1);
    expect(program.is()).toBe('authenticated.fresh');
    program.pass(1);
    expect(program.calls).toEqual([10 * second]);
  });

  test('after the token became due refreshes before a request needs it', () => {
    const program = startSignedIn();
    program.pass(day);
    program.send({ type: 'clock.woke', dueAt: program.now() - day });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.has('attach')).toBe(false);
  });

  test('after the token became due, in a hidden page, makes the next request refresh', () => {
    const program = startSignedIn();
    program.send({ type: 'page.hidden' });
    program.send({ type: 'clock.woke', dueAt: program.now() - day });
    expect(program.is()).toBe('authenticated.due.ready');
    expect(program.calls).toEqual([]);
  });

  test('after the token became due, without a network, defers the refresh while the token is valid', () => {
    const program = startSignedIn();
    program.send({ type: 'network.offline' });
    program.send({ type: 'clock.woke', dueAt: program.now() + 0 });
    expect(program.is()).toBe('authenticated.due.deferred');
  });

  test('in the pause before an attempt makes it at once, if the pause has passed', () => {
    const program = startSignedIn();
    program.refuse();
    program.fail(20 * second);
    expect(program.is()).toBe('refreshing.backingOff');
    program.send({ type: 'clock.woke', dueAt: program.now() - minute });
    expect(program.is()).toBe('refreshing.backingOff');
    expect(program.calls).toHaveLength(1);
  });

  test('repeats a refresh that was given up', () => {
    const program = startSignedIn({ attempts: 1 });
    program.refuse();
    program.fail();
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(minute);
    program.send({ type: 'clock.woke', dueAt: program.now() - minute });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([0, minute]);
  });

  test('repeats a deferred refresh', () => {
    const program = startSignedIn();
    program.pass(50 * second);
    program.fail();
    program.pass(second);
    program.send({ type: 'clock.woke', dueAt: program.now() - second });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([50 * second, 51 * second]);
  });
});
