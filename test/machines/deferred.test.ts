import { describe, expect, test } from 'vitest';
import { startProgram } from './program.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** A program whose refresh, begun 30 s before its access token expires, has failed once. */
function startDeferred(retryAfter: number | null = null) {
  const program = startProgram();
  program.restore(minute, 30 * second);
  program.pass(30 * second);
  program.fail(retryAfter);
  return program;
}

describe('a refresh that fails while the access token is still good', () => {
  test('holds nobody, and is tried again until the token expires; then requests wait for it', () => {
    const program = startDeferred();
    while (program.now() < 59 * second) {
      expect(program.is()).toBe('authenticated.due.deferred');
      expect(program.has('attach')).toBe(true);
      program.pass(second);
      if (program.is() === 'refreshing.acquiring') program.fail();
    }
    expect(program.calls).toEqual([30, 38, 46, 54].map((seconds) => seconds * second));
    program.pass(second);
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.has('hold')).toBe(true);
    expect(program.calls.at(-1)).toBe(minute);
  });

  test('expires meanwhile, and still leaves the server alone until `Retry-After` is over', () => {
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

  test('of a token that is far from due uses up its attempts, and then waits until it is due', () => {
    const program = startProgram();
    program.restore(21 * day, 20 * day);
    program.send({ type: 'session.refresh' });
    for (const _ of [1, 2, 3]) {
      program.fail();
      program.pass(8 * second);
    }
    program.fail();
    program.pass(20 * day - 24 * second - 1);
    expect(program.has('attach')).toBe(true);
    expect(program.calls).toEqual([0, 8, 16, 24].map((seconds) => seconds * second));
    program.pass(1);
    expect(program.calls[4]).toBe(20 * day);
  });

  test('of a token whose lifetime nobody knows is not asked for over and over', () => {
    const program = startProgram({ attempts: 1 });
    program.answer({ type: 'store.restored', ...program.grant(0, 0), expiresAt: null, freshFor: null });
    program.send({ type: 'session.refresh' });
    program.fail();
    program.pass(20 * day);
    expect(program.has('attach')).toBe(true);
    expect(program.calls).toEqual([0]);
  });

  test('for a reason that will not pass is not tried again before the token has expired', () => {
    const program = startProgram();
    program.restore(minute, 30 * second);
    program.pass(30 * second);
    const failure = { code: 'ERR_MALFORMED_GRANT', status: 200, serverCode: null };
    program.answer({ type: 'refresh.failed', failure });
    program.pass(30 * second - 1);
    expect(program.is()).toBe('authenticated.due.deferred');
    expect(program.calls).toEqual([30 * second]);
    program.pass(1);
    expect(program.calls).toEqual([30 * second, minute]);
  });

  test('leaves no pause behind for the session that is adopted in its place', () => {
    const program = startDeferred(20 * second);
    const { at, expiresAt, freshFor } = program.grant(minute, 50 * second);
    program.send({ type: 'session.adopt', sessionId: 'two', generation: 1, at, expiresAt, freshFor });
    program.pass(50 * second);
    expect(program.is()).toBe('refreshing.acquiring');
    expect(program.calls).toEqual([30 * second, 80 * second]);
  });
});
