import { describe, expect, test } from 'vitest';
import {
  cookieContract,
  createSession,
  formEncoding,
  restContract,
  type ServerContract,
} from '../../../src/index.ts';

const baseUrl = 'https://api.example.com';
const create = (options: object) => () => {
  createSession({ baseUrl, server: {}, ...options }).dispose();
};

/** What a program without types might pass. */
const untyped = (options: object): object => options;

describe('An option that does not exist is refused with the nearest name', () => {
  test.each([
    ['baseURL', 'baseUrl', create({ baseURL: baseUrl })],
    ['trustedOrigin', 'trustedOrigins', create({ trustedOrigin: [] })],
    ['refresh.leway', 'refresh.leeway', create({ refresh: { leway: 5 } })],
    ['hold.whenExpired', 'hold.whileExpired', create({ hold: { whenExpired: 5 } })],
    ['login.timeOut', 'login.timeout', create({ login: { timeOut: 5 } })],
    ['environment.signal', 'environment.signals', create({ environment: { signal: {} } })],
    ['server.refesh', 'server.refresh', create({ server: { refesh: () => null } })],
    ['errorcodes', 'errorCodes', () => restContract({ ...untyped({ errorcodes: {} }) })],
    [
      'refresh.sucess',
      'refresh.success',
      () => restContract({ ...untyped({ refresh: { path: 'r', sucess: 201 } }) }),
    ],
    [
      'grant.accesToken',
      'grant.accessToken',
      () => restContract({ ...untyped({ grant: { accesToken: 'jwt' } }) }),
    ],
    ['credential', 'credentials', () => cookieContract({ ...untyped({ credential: 'include' }) })],
    [
      'client.clientSecret',
      'client.secret',
      () => formEncoding({ client: { id: 'web', ...untyped({ clientSecret: 's3cret' }) } }),
    ],
  ])('%s: did you mean `%s`?', (option, nearest, call) => {
    expect(call).toThrow(`Expected \`${option}\` to be an option (did you mean \`${nearest}\`?), got `);
  });

  test('its value is not quoted', () => {
    expect(create({ secret: 's3cret' })).not.toThrow('s3cret');
    expect(create({ secret: 's3cret' })).toThrow('got a string of 6 characters');
  });

  test('but a class that implements a contract may have members of its own', () => {
    class Contract implements ServerContract {
      readonly path = 'login';
      readonly refreshesLiveTokensOnly = false;
    }

    expect(create({ server: new Contract() })).not.toThrow();
    expect(create({ misspelt: undefined })).not.toThrow();
  });
});
