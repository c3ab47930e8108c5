import { describe, expect, test } from 'vitest';
import { startProgram } from './program.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** A program that has just restored a session: due in 50 s, expired in 60. */
function startSignedIn(options: Parameters<typeof startProgram>[0] = {}) {
  const program = startProgram(options);
  program.restore(minute, 50 * second);
  return program;
}

describe('a refresh without network', () => {
  test('waits for the network however long that takes, and calls at once when it is back', () => {
    const program = startSignedIn();
    program.refuse();
    program.send({ type: 'network.offline' });
    expect(program.is()).toBe('refreshing.offline');
    program.pass(day);
    expect(program.calls).toEqual([0]);
    program.send({ type: 'network.online' });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([0, day]);
  });

  test('that begins offline makes no call at all', () => {
    const program = startSignedIn({ online: false });
    program.refuse();
    expect(program.is()).toBe('refreshing.offline');
    expect(program.calls).toEqual([]);
  });

  test('that is with the server stays there: its answer may still come', () => {
    const program = startSignedIn();
    program.refuse();
    program.answer({ type: 'lock.acquired', answerLost: false });
    program.send({ type: 'network.offline' });
    expect(program.is()).toBe('refreshing.requesting');
    program.renew(minute, 50 * second);
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual([0]);
  });

  test('whose call broke off goes on to wait for the network, not to use up its attempts', () => {
    const program = startSignedIn();
    program.refuse();
    program.answer({ type: 'lock.acquired', answerLost: false });
    program.send({ type: 'network.offline' });
    program.fail();
    program.pass(day);
    expect(program.is()).toBe('refreshing.offline');
    expect(program.calls).toEqual([0]);
    program.send({ type: 'network.online' });
    expect(program.calls).toEqual([0, day]);
  });
});

describe('the network is lost while the access token is still good', () => {
  test('a refresh that waits for the lock is put off, and nobody is held', () => {
    const program = startSignedIn();
    program.pass(50 * second);
    program.send({ type: 'network.offline' });
    expect(program.is()).toBe('authenticated.due.deferred');
    expect(program.has('attach')).toBe(true);
    program.pass(9 * second);
    expect(program.is()).toBe('authenticated.due.deferred');
    program.pass(second);
    expect(program.is()).toBe('refreshing.offline');
    expect(program.calls).toEqual([50 * second]);
  });

  test.each([
    ['asked for offline', ['network.offline', 'session.refresh'], []],
    ['that waits for the lock', ['session.refresh', 'network.offline'], [0]],
  ] as const)('a refresh %s of a token that is not even due is dropped', (_, types, calls) => {
    const program = startSignedIn();
    for (const type of types) program.send({ type });
    expect(program.is()).toBe('authenticated.fresh');
    program.pass(20 * second);
    program.send({ type: 'network.online' });
    program.pass(30 * second - 1);
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual(calls);
    program.pass(1);
    expect(program.calls).toEqual([...calls, 50 * second]);
  });

  test('a refresh that was dropped is not made when the token comes due, until the network is back', () => {
    const program = startSignedIn();
    program.send({ type: 'session.refresh' });
    program.send({ type: 'network.offline' });
    program.pass(55 * second);
    expect(program.is()).toBe('authenticated.due.deferred');
    expect(program.calls).toEqual([0]);
    program.send({ type: 'network.online' });
    expect(program.calls).toEqual([0, 55 * second]);
  });

  test('a token that comes due offline goes on serving, and is refreshed when the network is back', () => {
    const program = startSignedIn();
    program.send({ type: 'network.offline' });
    program.pass(55 * second);
    expect(program.is()).toBe('authenticated.due.deferred');
    program.send({ type: 'network.online' });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([55 * second]);
  });

  test('a request that meets a due token offline goes with it, instead of waiting for the network', () => {
    const program = startProgram({ online: false });
    program.restore(20 * second, 0);
    expect(program.has('due')).toBe(true);
    program.send({ type: 'accessToken.due' });
    expect(program.has('attach')).toBe(true);
    program.pass(20 * second);
    expect(program.is()).toBe('refreshing.offline');
  });

  test('a network that is back before `Retry-After` is over holds nobody', () => {
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
  test('with time left arms the timer for what is left', () => {
    const program = startSignedIn();
    program.send({ type: 'clock.woke', freshFor: 10 * second });
    program.pass(10 * second - 1);
    expect(program.is()).toBe('authenticated.fresh');
    program.pass(1);
    expect(program.calls).toEqual([10 * second]);
  });

  test('after the token came due gets a new one before a request needs it', () => {
    const program = startSignedIn();
    program.pass(day);
    program.send({ type: 'clock.woke', freshFor: -day });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.has('attach')).toBe(false);
  });

  test('after the token came due, where nobody looks, makes the next request wait for new ones', () => {
    const program = startSignedIn();
    program.send({ type: 'page.hidden' });
    program.send({ type: 'clock.woke', freshFor: -day });
    expect(program.is()).toBe('authenticated.due.ready');
    expect(program.calls).toEqual([]);
  });

  test('after the token came due, without a network, puts the refresh off while the token serves', () => {
    const program = startSignedIn();
    program.send({ type: 'network.offline' });
    program.send({ type: 'clock.woke', freshFor: 0 });
    expect(program.is()).toBe('authenticated.due.deferred');
  });

  test('in the pause before another attempt makes it at once, where the pause is over', () => {
    const program = startSignedIn();
    program.refuse();
    program.fail(20 * second);
    expect(program.is()).toBe('refreshing.backingOff');
    program.send({ type: 'clock.woke', freshFor: -minute });
    expect(program.is()).toBe('refreshing.backingOff');
    expect(program.calls).toHaveLength(1);
  });

  test('tries a refresh again that was given up', () => {
    const program = startSignedIn({ attempts: 1 });
    program.refuse();
    program.fail();
    expect(program.is()).toBe('authenticated.due.ready');
    program.pass(minute);
    program.send({ type: 'clock.woke', freshFor: -minute });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([0, minute]);
  });

  test('tries a refresh again that was put off', () => {
    const program = startSignedIn();
    program.pass(50 * second);
    program.fail();
    program.pass(second);
    program.send({ type: 'clock.woke', freshFor: -second });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([50 * second, 51 * second]);
  });
});
