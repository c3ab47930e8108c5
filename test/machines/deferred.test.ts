import { describe, expect, test } from 'vitest';
import { startProgram } from './program.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

const misconfigured = { code: 'ERR_MALFORMED_GRANT', status: 200, serverCode: null };

/** A program whose refresh, started 30 s before the expiry of its access token, has failed once. */
function startDeferred(retryAfter: number | null = null) {
  const program = startProgram();
  program.restore(minute, 30 * second);
  program.pass(30 * second);
  program.fail(retryAfter);
  return program;
}

describe('a refresh that fails while the access token is valid', () => {
  test('blocks no request and is retried until the token expires; then requests wait for it', () => {
    const program = startDeferred();
    while (program.now() < 59 * second) {
      expect(program.is()).toBe('authenticated.due.deferred');
      expect(program.has('attach')).toBe(true);
      program.pass(second);
      if (program.is() === 'refreshing.acquiring') program.fail();
    }
    expect(program.calls).toEqual([30, 45, 53].map((seconds) => seconds * second));
    program.pass(second);
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.has('hold')).toBe(true);
    expect(program.calls).toEqual([30, 45, 53, 60].map((seconds) => seconds * second));
  });

  test('makes no call before `Retry-After` has passed, even if the token expires', () => {
    const program = startProgram();
    program.restore(minute, 55 * second);
    program.pass(55 * second);
    program.fail(20 * second);
    program.pass(5 * second);
    expect(program.is()).toBe('refreshing.backingOff');
    program.pass(15 * second - 1);
    expect(program.calls).toEqual([55 * second]);
    program.pass(1);
    expect(program.calls).toEqual([55 * second, 75 * second]);
  });

  test('for a permanent reason is not retried before the token has expired', () => {
    const program = startProgram();
    program.restore(minute, 30 * second);
    program.pass(30 * second);
    program.answer({ type: 'refresh.failed', failure: misconfigured });
    program.pass(30 * second - 1);
    expect(program.is()).toBe('authenticated.due.deferred');
    expect(program.calls).toEqual([30 * second]);
    program.pass(1);
    expect(program.calls).toEqual([30 * second, minute]);
  });

  test('leaves no pause for a session that is adopted instead', () => {
    const program = startDeferred(20 * second);
    const grant = { ...program.grant(minute, 50 * second), sessionId: 'two', generation: 1 };
    program.send({ type: 'session.adopt', ...grant });
    program.pass(50 * second);
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([30 * second, 80 * second]);
  });
});

describe('a refresh that fails before the access token is due', () => {
  /** A program that has requested a refresh right after it restored its session. */
  function startAsking(lifetime = 21 * day, freshFor = 20 * day, options = {}) {
    const program = startProgram(options);
    program.restore(lifetime, freshFor);
    program.send({ type: 'session.refresh' });
    return program;
  }

  const ways = [
    ['for a transient reason', (program) => program.fail()],
    ['before a `Retry-After`', (program) => program.fail(20 * second)],
    [
      'for a permanent reason',
      (program) => program.answer({ type: 'refresh.failed', failure: misconfigured }),
    ],
  ] satisfies [string, (program: ReturnType<typeof startProgram>) => void][];

  test.each(ways)('%s, leaves it fresh, and no call follows before it is due', (_, fail) => {
    const program = startAsking();
    fail(program);
    program.pass(20 * day - 1);
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual([0]);
    program.pass(1);
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([0, 20 * day]);
  });

  test.each(ways)('%s, never refreshes a token of unknown lifetime again by itself', (_, fail) => {
    const program = startProgram({ attempts: 1 });
    program.answer({ type: 'store.restored', ...program.grant(0, 0), expiresAt: null, dueAt: null });
    program.send({ type: 'session.refresh' });
    fail(program);
    program.pass(60 * day);
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual([0]);
  });

  test.each(ways)('%s, blocks no request without proactive refreshes', (_, fail) => {
    const program = startAsking(21 * day, 20 * day, { proactive: false });
    fail(program);
    program.pass(20 * day - 1);
    expect(program.has('attach')).toBe(true);
    program.pass(1);
    expect(program.has('due')).toBe(true);
    expect(program.calls).toEqual([0]);
  });

  test('makes no call before `Retry-After` has passed, even if the token becomes due', () => {
    const program = startAsking(minute, 50 * second);
    program.fail(59 * second);
    program.pass(50 * second);
    expect(program.is()).toBe('authenticated.due.deferred');
    program.pass(9 * second - 1);
    expect(program.calls).toEqual([0]);
    program.pass(1);
    expect(program.calls).toEqual([0, 59 * second]);
  });

  test('is not repeated by a call of refresh() before `Retry-After` has passed', () => {
    const program = startAsking();
    program.fail(20 * second);
    program.pass(10 * second);
    program.send({ type: 'session.refresh' });
    program.pass(20 * day - 10 * second - 1);
    expect(program.is()).toBe('authenticated.fresh');
    expect(program.calls).toEqual([0]);
    program.pass(1);
    expect(program.calls).toEqual([0, 20 * day]);
  });

  test('can be requested again at once', () => {
    const program = startAsking();
    program.fail();
    program.pass(1);
    program.send({ type: 'session.refresh' });
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([0, 1]);
  });
});
