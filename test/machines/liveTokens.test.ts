import { describe, expect, test } from 'vitest';
import { startProgram } from './program.ts';

const second = 1_000;
const minute = 60 * second;

/** A hidden page, and a server that refreshes an access token only while it is valid. */
const hidden = { refreshesLiveTokensOnly: true, visible: false };

function expectExpired(program: ReturnType<typeof startProgram>) {
  expect(program.is()).toBe('expired.idle');
  expect(program.context().reason).toEqual({
    type: 'accessToken.due',
    code: null,
    status: null,
    answerLost: false,
  });
}

describe('if the server refreshes live tokens only', () => {
  test('the timer of a hidden page refreshes repeatedly', () => {
    const program = startProgram(hidden);
    program.restore(minute, 50 * second);
    for (const due of [50_000, 100_000, 150_000]) {
      program.pass(due - program.now());
      expect(program.is()).toBe('refreshing.acquiring');
      program.renew(minute, 50 * second);
    }
    expect(program.calls).toEqual([50_000, 100_000, 150_000]);
  });

  test('a page that is hidden later still refreshes', () => {
    const program = startProgram({ refreshesLiveTokensOnly: true });
    program.restore(minute, 50 * second);
    program.send({ type: 'page.hidden' });
    program.pass(50 * second);
    expect(program.is()).toBe('refreshing.acquiring');
  });

  test('a token that is due on arrival is refreshed at once', () => {
    const program = startProgram(hidden);
    program.restore(10 * second, 0);
    expect(program.calls).toEqual([0]);
    program.answer({ type: 'lock.acquired', answerLost: false });
    expect(program.is()).toBe('refreshing.requesting');
  });

  test('with `proactive: false` the next request refreshes it', () => {
    const program = startProgram({ ...hidden, proactive: false });
    program.restore(10 * second, 0);
    expect(program.is()).toBe('authenticated.due.ready');
  });

  test('a token that has expired ends the session, and no call is made', () => {
    const program = startProgram(hidden);
    program.restore(-second, -11 * second);
    program.answer({ type: 'lock.acquired', answerLost: false });
    expectExpired(program);
  });

  test('a session with an expired token continues with newer tokens that another tab has stored', () => {
    const program = startProgram(hidden);
    program.restore(-second, -11 * second);
    program.answer({ type: 'peer.adopted', ...program.grant(minute, 50 * second) });
    expect(program.is()).toBe('authenticated.fresh');
  });

  test('a token that the API refuses as expired ends the session as well', () => {
    const program = startProgram(hidden);
    program.restore(minute, 50 * second);
    program.refuse();
    program.answer({ type: 'lock.acquired', answerLost: false });
    expectExpired(program);
  });

  test('a failing refresh is retried until the token expires, which ends the session', () => {
    const program = startProgram(hidden);
    program.restore(minute, 30 * second);
    const tried: number[] = [];
    while (program.now() < 2 * minute && program.is() !== 'expired.idle') {
      program.pass(second);
      if (program.is() !== 'refreshing.acquiring') continue;
      program.answer({ type: 'lock.acquired', answerLost: false });
      if (program.is() !== 'refreshing.requesting') continue;
      tried.push(program.now());
      program.fail();
    }
    expect(tried).toEqual([30_000, 45_000, 53_000]);
    expect(program.now()).toBe(minute);
    expectExpired(program);
  });

  test('an expired token ends the session without waiting for the pause', () => {
    const program = startProgram({ ...hidden, proactive: false });
    program.restore(minute, 30 * second);
    program.pass(30 * second);
    program.send({ type: 'accessToken.due' });
    program.answer({ type: 'lock.acquired', answerLost: false });
    program.fail(5 * minute);
    program.pass(31 * second);
    program.send({ type: 'accessToken.due' });
    program.answer({ type: 'lock.acquired', answerLost: false });
    expectExpired(program);
  });

  test('a token of unknown lifetime is refreshed on request', () => {
    const program = startProgram(hidden);
    program.answer({
      type: 'store.restored',
      ...program.grant(minute, minute),
      expiresAt: null,
      dueAt: null,
    });
    program.send({ type: 'session.refresh' });
    program.answer({ type: 'lock.acquired', answerLost: false });
    expect(program.is()).toBe('refreshing.requesting');
  });
});
