import { describe, expect, test } from 'vitest';
import { createSession, InvalidOptionError, memoryStore } from '../../../src/index.ts';

/** Returns the error of `createSession` for options that JavaScript code can pass. */
function refusalOf(options: unknown): InvalidOptionError {
  try {
    // @ts-expect-error: JavaScript code can pass this
    createSession(options).dispose();
  } catch (error) {
    if (error instanceof InvalidOptionError) return error;
    throw error;
  }
  throw new Error('The options were taken');
}

/** Valid options with one change. The path is that of the option, for example `refresh.leeway`. */
function withOption(path: string, value: unknown): unknown {
  const [group = '', member] = path.split('.');
  const good: Record<string, object | string> = { baseUrl: 'https://api.example.com', server: {} };
  return { ...good, [group]: member === undefined ? value : { [member]: value } };
}

const fields = [
  ['baseUrl', undefined, 'undefined'],
  ['baseUrl', null, 'null'],
  ['baseUrl', 5, '5'],
  ['baseUrl', '', ''],
  ['baseUrl', '/api', '/api'],
  ['baseUrl', 'api.example.com', 'api.example.com'],
  ['baseUrl', 'localhost:3000', 'localhost:3000'],
  ['baseUrl', 'ftp://example.com', 'ftp://example.com'],
  ['baseUrl', 'javascript:alert(1)', 'javascript:'],
  ['baseUrl', { href: 'https://example.com' }, 'an object'],
  ['baseUrl', 'https://ada:secret@example.com', 'a user name or a password'],
  ['server', undefined, 'undefined'],
  ['server', null, 'null'],
  ['server', 'https://api.example.com', 'a string of 23 characters'],
  ['server', () => ({}), 'a function'],
  ['server.login', 'auth/login', 'a string of 10 characters'],
  ['server.refresh', {}, 'an object'],
  ['server.refresh', null, 'null'],
  ['server.logout', true, 'true'],
  ['server.authorize', 'Bearer', 'a string of 6 characters'],
  ['server.errorCode', '', 'an empty string'],
  ['server.errorCode', ['code', 5], 'an array'],
  ['server.headers', 'X-Tenant: north', 'a string of 15 characters'],
  ['server.isSameUser', 'id', 'a string of 2 characters'],
  ['server.logoutNeedsFreshToken', 'yes', 'a string of 3 characters'],
  ['server.refreshesLiveTokensOnly', 'yes', 'a string of 3 characters'],
  ['server.cookies', true, 'true'],
  ['server.cookies.prepare', { credentials: 'include' }, 'undefined'],
  ['server.errorCodes', 'T-002', ''],
  ['server.errorCodes', ['T-002'], ''],
  ['name', '', 'an empty string'],
  ['name', 7, '7'],
  ['name', Symbol('session'), 'a symbol'],
  ['store', 'local', 'a string of 5 characters'],
  ['store.read', undefined, 'undefined'],
  ['trustedOrigins', 'https://cdn.example.com', 'a string of 23 characters'],
  ['trustedOrigins', {}, 'an object'],
  ['trustedOrigins', 3n, 'bigint'],
  ['refresh', null, 'null'],
  ['refresh', 30_000, '30000'],
  ['refresh.leeway', -1, '-1'],
  ['refresh.leeway', '30s', 'a string of 3 characters'],
  ['refresh.leeway', Number.NaN, 'NaN'],
  ['refresh.leeway', Infinity, 'Infinity'],
  ['refresh.timeout', 0, '0'],
  ['refresh.timeout', false, 'false'],
  ['refresh.attempts', 0, '0'],
  ['refresh.attempts', 1.5, '1.5'],
  ['refresh.attempts', -Infinity, '-Infinity'],
  ['refresh.cooldown', -5, '-5'],
  ['refresh.proactive', 'yes', 'a string of 3 characters'],
  ['refresh.maxRetryAfter', -1, '-1'],
  ['refresh.maxRetryAfter', Infinity, 'Infinity'],
  ['refresh.refusedBy', 'strict', '`strict`'],
  ['refresh.refusedBy', true, 'a boolean'],
  ['refresh.proactive', 1, '1'],
  ['hold', 'for ever', 'a string of 8 characters'],
  ['hold.timeout', 0, '0'],
  ['hold.timeout', Infinity, 'Infinity'],
  ['hold.limit', -1, '-1'],
  ['hold.limit', 2.5, '2.5'],
  ['hold.whileExpired', true, 'true'],
  ['hold.whileExpired', 0, '0'],
  ['hold.whileStepUp', true, 'true'],
  ['hold.whileOffline', 'no', 'a string of 2 characters'],
  ['ky', 'ky', 'a string of 2 characters'],
  ['ky', 5, '5'],
  ['inspect', 'on', 'a string of 2 characters'],
  ['inspect', true, 'true'],
  ['environment', 'browser', 'a string of 7 characters'],
  ['environment.clock', {}, 'undefined'],
  ['environment.clock', Date, 'a function'],
  ['environment.random', 4, '4'],
  ['environment.signals', true, 'true'],
] as const;

describe('createSession', () => {
  test.each(fields)('rejects %s: %o, with the received value', (option, value, received) => {
    const error = refusalOf(withOption(option, value));

    expect(error.option).toMatch(new RegExp(`^${option.replace('.', '\\.')}\\b`));
    expect(error.message).toMatch(/^Expected `.+` to be .+, got /);
    expect(error.message).toContain(`Expected \`${error.option}\``);
    expect(error.message.split(', got ').at(-1)).toContain(received);
  });

  test.each([undefined, null, 'https://api.example.com', 5])('rejects %o in place of options', (options) => {
    expect(refusalOf(options)).toMatchObject({ option: 'options' });
  });

  test('names `restContract` if an endpoint is a path', () => {
    expect(refusalOf(withOption('server.login', 'auth/login')).message).toContain('`restContract`');
  });

  test('names the invalid trusted origin', () => {
    const trustedOrigins = ['https://cdn.example.com', '*.example.com'];

    expect(refusalOf(withOption('trustedOrigins', trustedOrigins))).toMatchObject({
      option: 'trustedOrigins[1]',
    });
  });

  test('names the code with an invalid verdict, and the valid verdicts', () => {
    const error = refusalOf(withOption('server.errorCodes', { 'T-002': 'tokenExpired' }));

    expect(error.option).toBe("server.errorCodes['T-002']");
    expect(error.message).toContain('accessTokenExpired, ');
    expect(error.message).toContain('got `tokenExpired`');
  });

  test.each([
    ['read', undefined],
    ['update', 'put'],
    ['lock', undefined],
    ['watch', 7],
  ])('rejects a store whose `%s` is %s', (method, value) => {
    const store = { ...memoryStore(), [method]: value };

    expect(refusalOf(withOption('store', store))).toMatchObject({ option: `store.${method}` });
  });
});

describe('An error about an option', () => {
  test.each([
    ['baseUrl', 'https://ada:s3cret@example.com'],
    ['baseUrl', 'ftp://ada:s3cret@example.com'],
    ['baseUrl', 'postgres://ada:s3cret@db/app'],
    ['baseUrl', 'ada:s3cret@example.com'],
    ['name', ['s3cret']],
    ['server', 's3cret'],
    ['server.login', 's3cret'],
    ['store', 's3cret'],
    ['hold.timeout', 's3cret'],
    ['environment', 's3cret'],
    ['ky', 's3cret'],
  ])('for %s: %o does not quote the secret in it', (option, value) => {
    const error = refusalOf(withOption(option, value));

    expect(`${error.message} ${String(error.stack)} ${JSON.stringify(error)}`).not.toContain('s3cret');
  });
});
