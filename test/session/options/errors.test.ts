import { describe, expect, test } from 'vitest';
import * as library from '../../../src/index.ts';
import { AuthorizationError, isAuthorizationError } from '../../../src/oauth/index.ts';
import { sessionErrorCodes, isSessionError, SessionError, type ErrorCode } from '../../../src/index.ts';

const reason = {
  type: 'server.refreshTokenReused',
  code: 'T-003',
  status: 401,
  answerLost: true,
} as const;
const failure = { code: 'ERR_REFRESH_UNAVAILABLE', status: 503, serverCode: 'busy' };

/** One error for each code. A code without a class does not compile here. */
const errors = {
  ERR_SESSION_EXPIRED: new library.SessionExpiredError(reason),
  ERR_LOGGED_OUT: new library.LoggedOutError(reason),
  ERR_NOT_AUTHENTICATED: new library.NotAuthenticatedError('The request'),
  ERR_ALREADY_AUTHENTICATED: new library.AlreadyAuthenticatedError(),
  ERR_LOGIN_FAILED: new library.LoginFailedError(failure),
  ERR_LOGIN_CHALLENGE: new library.LoginChallengeError({ methods: ['totp'] }),
  ERR_REFRESH_UNAVAILABLE: new library.RefreshUnavailableError(failure, { retryAfter: 1_000 }),
  ERR_HOLD_TIMEOUT: new library.HoldTimeoutError(30_000),
  ERR_HOLD_LIMIT: new library.HoldLimitError(1_000),
  ERR_IDENTITY_CHANGED: new library.IdentityChangedError(),
  ERR_REQUEST_NOT_REPLAYABLE: new library.RequestNotReplayableError('POST'),
  ERR_MALFORMED_GRANT: new library.MalformedGrantError('accessToken', 'a text', 'null'),
  ERR_ACCESS_TOKEN_UNAVAILABLE: new library.AccessTokenUnavailableError(),
  ERR_CSRF_UNAVAILABLE: new library.CsrfUnavailableError('X-CSRF-Token', 'expected a text, got undefined'),
  ERR_INVALID_OPTION: new library.InvalidOptionError('hold.limit', 'a whole number', 'NaN'),
  ERR_SESSION_DISPOSED: new library.SessionDisposedError(),
  ERR_SESSION_STOPPED: new library.SessionStoppedError(),
  ERR_AUTHORIZATION: new AuthorizationError('access_denied', 'The provider refused: access_denied'),
} satisfies Record<ErrorCode, SessionError>;

const all = Object.entries(errors);
const exported = new Map<string, unknown>(
  Object.entries({ ...library, AuthorizationError, isAuthorizationError }),
);

function isFunction(value: unknown): value is (value: unknown) => unknown {
  return typeof value === 'function';
}

/** The guard for the class with this name. */
function guardOf(name: string): (value: unknown) => boolean {
  const guard = exported.get(`is${name}`);
  if (!isFunction(guard)) throw new Error(`There is no guard \`is${name}\``);
  return (value) => guard(value) === true;
}

describe('The errors', () => {
  test('match the codes, and include every exported class', () => {
    const classes = [...exported.values()].filter(
      (value) => typeof value === 'function' && value.prototype instanceof SessionError,
    );

    expect(all.map(([code]) => code).sort()).toEqual([...sessionErrorCodes].sort());
    expect(new Set(classes)).toEqual(new Set(all.map(([, error]) => error.constructor)));
  });

  test('have exactly one guard each', () => {
    const guards = [...exported.keys()].filter((name) => /^is[A-Z].*Error$/.test(name));

    expect(guards.sort()).toEqual(['isSessionError', ...all.map(([, { name }]) => `is${name}`)].sort());
  });

  test.each(all)('%s has the name of its class, its code and a message', (code, error) => {
    expect(error).toBeInstanceOf(SessionError);
    expect(error.code).toBe(code);
    expect(error.name).toBe(error.constructor.name);
    expect(`ERR_${error.name.replace(/Error$/, '').replace(/(?!^)(?=[A-Z])/g, '_')}`.toUpperCase()).toBe(
      code,
    );
    expect(String(error)).toBe(`${error.name}: ${error.message}`);
    expect(error.message.length).toBeGreaterThan(20);
  });

  test.each(all)('%s: only its guard recognises it', (_, error) => {
    expect(isSessionError(error)).toBe(true);
    for (const [, other] of all) expect(guardOf(other.name)(error)).toBe(other === error);
  });

  test.each(all)('%s: its guard recognises an error of a second copy of the library', (code, { name }) => {
    class ForeignError extends Error {
      override readonly name = name;
      readonly code = code;
    }

    expect(guardOf(name)(new ForeignError())).toBe(true);
    expect(isSessionError(new ForeignError())).toBe(true);
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'ERR_LOGGED_OUT'],
    ['an object that is no error', { name: 'LoggedOutError', code: 'ERR_LOGGED_OUT' }],
    ['an error without a code', new Error('ERR_LOGGED_OUT')],
    ['an error of Node', Object.assign(new Error(), { code: 'ERR_INVALID_ARG_TYPE' })],
  ])('%s is not an error of this library', (_, value) => {
    expect(isSessionError(value)).toBe(false);
    for (const [, { name }] of all) expect(guardOf(name)(value)).toBe(false);
  });
});

describe('The message of an error', () => {
  test.each([
    [errors.ERR_SESSION_EXPIRED, 'server.refreshTokenReused, code T-003, after a response'],
    [errors.ERR_LOGGED_OUT, 'server.refreshTokenReused, code T-003'],
    [errors.ERR_NOT_AUTHENTICATED, 'call `login()` first'],
    [errors.ERR_ALREADY_AUTHENTICATED, 'call `logout()` before `login()`'],
    [errors.ERR_LOGIN_FAILED, 'status 503, code busy'],
    [errors.ERR_REFRESH_UNAVAILABLE, 'for 1000 ms'],
    [errors.ERR_HOLD_TIMEOUT, '30000 ms'],
    [errors.ERR_HOLD_LIMIT, '1000 requests'],
    [errors.ERR_REQUEST_NOT_REPLAYABLE, 'POST'],
    [errors.ERR_MALFORMED_GRANT, '`accessToken`'],
    [errors.ERR_ACCESS_TOKEN_UNAVAILABLE, 'in a cookie'],
    [errors.ERR_CSRF_UNAVAILABLE, '`X-CSRF-Token`: expected a text, got undefined'],
    [errors.ERR_INVALID_OPTION, '`hold.limit`'],
  ])('%s', (error, words) => {
    expect(error.message).toContain(words);
  });

  test('is available to an application too', () => {
    expect(errors.ERR_SESSION_EXPIRED.reason).toEqual(reason);
    expect(errors.ERR_LOGGED_OUT.reason).toEqual(reason);
    expect(errors.ERR_LOGIN_FAILED).toMatchObject({ status: 503, serverCode: 'busy' });
    expect(errors.ERR_LOGIN_CHALLENGE.challenge).toEqual({ methods: ['totp'] });
    expect(errors.ERR_REFRESH_UNAVAILABLE).toMatchObject({
      status: 503,
      serverCode: 'busy',
      retryAfter: 1_000,
    });
    expect(errors.ERR_HOLD_TIMEOUT.timeout).toBe(30_000);
    expect(errors.ERR_HOLD_LIMIT.limit).toBe(1_000);
    expect(errors.ERR_MALFORMED_GRANT.field).toBe('accessToken');
    expect(errors.ERR_CSRF_UNAVAILABLE.header).toBe('X-CSRF-Token');
    expect(errors.ERR_INVALID_OPTION.option).toBe('hold.limit');
  });
});
