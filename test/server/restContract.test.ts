import { describe, expect, test } from 'vitest';
import { isInvalidOptionError, restContract } from '../../src/index.ts';

function refusalOf(options: unknown): unknown {
  try {
    // @ts-expect-error: JavaScript code can pass this
    restContract(options);
  } catch (error) {
    return error;
  }
  throw new Error('The options were taken');
}

describe('restContract', () => {
  test.each([
    ['options', undefined],
    ['options', null],
    ['options', 'auth/login'],
    ['login', { login: '' }],
    ['login', { login: 5 }],
    ['login', { login: null }],
    ['refresh', { refresh: true }],
    ['login.path', { login: {} }],
    ['refresh.path', { refresh: { path: '' } }],
    ['logout.path', { logout: { path: 7 } }],
    ['refresh.method', { refresh: { path: 'token', method: 5 } }],
    ['refresh.body', { refresh: { path: 'token', body: { static: true } } }],
    ['refresh.bearer', { refresh: { path: 'token', bearer: 'token' } }],
    ['refresh.success', { refresh: { path: 'token', success: '201' } }],
    ['grant', { login: 'login', grant: 'accessToken' }],
    ['grant.accessToken', { login: 'login', grant: { accessToken: 5 } }],
    ['grant.accessTokenHeader', { login: 'login', grant: { accessTokenHeader: true } }],
    ['grant.expiresAt', { login: 'login', grant: { expiresAt: 60 } }],
    ['grant.expiresAt', { login: 'login', grant: { expiresAt: '' } }],
    ['grant.user', { login: 'login', grant: { user: 'user' } }],
  ])('rejects %s: %o', (option, options) => {
    const error = refusalOf(options);

    expect(isInvalidOptionError(error) ? error.option : error).toMatch(
      new RegExp(`^${option.replace('.', '\\.')}\\b`),
    );
  });

  test('does not write to the options', () => {
    const options = Object.freeze({
      login: 'login',
      refresh: Object.freeze({ path: 'token' }),
      grant: Object.freeze({}),
    });

    expect(Object.keys(restContract(options)).sort()).toEqual(['endpoints', 'login', 'refresh']);
  });
});
