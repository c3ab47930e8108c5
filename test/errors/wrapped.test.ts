import { describe, expect, test } from 'vitest';
import {
  HoldLimitError,
  isHoldLimitError,
  isSessionError,
  isSessionExpiredError,
  RefreshUnavailableError,
  sessionErrorOf,
  SessionExpiredError,
} from '../../src/index.ts';

const expired = new SessionExpiredError(null);

/** Puts the value under this key, so many times. */
function wrap(value: unknown, key: string, times: number): unknown {
  return times === 0 ? value : wrap({ [key]: value }, key, times - 1);
}

describe('The error of a session', () => {
  test.each(['cause', 'originalError', 'networkError', 'data', 'error'])('is found in `%s`', (key) => {
    const wrapper = Object.assign(new Error('The request failed'), { [key]: expired });

    expect(sessionErrorOf(wrapper)).toBe(expired);
    expect(isSessionExpiredError(wrapper)).toBe(true);
  });

  test('is found behind eight wrappers of several libraries, and not behind nine', () => {
    const four = wrap(wrap(expired, 'networkError', 2), 'cause', 2);

    expect(sessionErrorOf(wrap(four, 'data', 4))).toBe(expired);
    expect(sessionErrorOf(wrap(four, 'data', 5))).toBeNull();
  });

  test('is found although the wrappers form a cycle', () => {
    const outer: Record<string, unknown> = { name: 'Outer' };
    outer['cause'] = { error: outer, data: { cause: outer } };

    expect(sessionErrorOf(outer)).toBeNull();
    outer['networkError'] = expired;
    expect(sessionErrorOf(outer)).toBe(expired);
  });

  test('is found although another property of the wrapper cannot be read', () => {
    const wrapper = {
      get cause() {
        throw new Error('The stream is closed');
      },
      error: expired,
    };

    expect(sessionErrorOf(wrapper)).toBe(expired);
  });

  test('is the outermost one: its own cause does not count', () => {
    const failure = { code: 'ERR_REFRESH_UNAVAILABLE', status: 503, serverCode: null };
    const error = new RefreshUnavailableError(failure, { cause: new HoldLimitError(1) });

    expect(sessionErrorOf(error)).toBe(error);
    expect(isHoldLimitError(error)).toBe(false);
  });
});

describe('A guard', () => {
  test('recognises the copy of an error that RTK Query keeps in its store', () => {
    const { name, message, code } = expired;
    const copy: unknown = { name, message, code };

    expect(isSessionExpiredError(copy)).toBe(true);
    expect(isSessionExpiredError({ status: 'FETCH_ERROR', error: String(expired) })).toBe(true);
    expect(sessionErrorOf(copy)).toBeNull();
  });

  test.each([
    ['a text', String(expired)],
    ['nothing', null],
    ['a failure in the view', { code: 'ERR_SESSION_EXPIRED', status: 401, serverCode: null }],
    ['a response that repeats the code', { status: 401, data: { code: 'ERR_SESSION_EXPIRED' } }],
    ['a response that imitates the error', { data: { name: expired.name, code: expired.code } }],
    ['a response that imitates the text', { status: 400, data: { error: String(expired) } }],
    ['another error', new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })],
  ])('does not recognise %s', (_name, value) => {
    expect(isSessionError(value)).toBe(false);
    expect(sessionErrorOf(value)).toBeNull();
  });
});
