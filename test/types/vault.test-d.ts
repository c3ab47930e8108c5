import { describe, expectTypeOf, test } from 'vitest';
import { createSession, restContract, type Session } from '../../src/index.ts';
import {
  deviceCode,
  oauth,
  popup,
  silentFrame,
  type SignIn,
  type WindowSignIn,
} from '../../src/oauth/index.ts';
import { oauthVault, workerVault, type VaultSignIn } from '../../src/vault/index.ts';
import { serveVault } from '../../src/vault/worker/index.ts';

interface User {
  id: string;
}

const server = restContract<User, { password: string }>({ login: 'login', refresh: 'refresh' });
declare const worker: () => Worker | SharedWorker;

describe('a vault', () => {
  test('passes the user and the credentials of its contract on to the session', () => {
    const session = createSession({ baseUrl: '/', ...workerVault({ worker, server }).options });
    expectTypeOf(session.getSnapshot().user).toEqualTypeOf<User | null>();
    expectTypeOf(session.login).parameter(0).toEqualTypeOf<{ password: string }>();
  });

  test('takes `true` in place of a function of the contract', () => {
    const vault = workerVault<User, { password: string }>({ worker, server: { login: true, refresh: true } });
    expectTypeOf(vault.options.server.login).not.toBeBoolean();
  });

  test('needs a worker and a contract', () => {
    // @ts-expect-error there is no worker
    workerVault({ server });
    // @ts-expect-error an address is no worker
    workerVault({ worker: './vaultWorker.ts', server });
    // @ts-expect-error the worker needs the contract itself
    serveVault({ baseUrl: '/', server: { login: true } });
  });
});

describe('a vault of a provider', () => {
  const auth = oauthVault({ worker });
  const session = createSession({ baseUrl: '/', ...auth.options });
  const provider = oauth({ issuer: 'https://id.example', clientId: 'spa' });

  test('signs in in a popup or a frame, and not with what needs the tokens in the page', () => {
    expectTypeOf(session).toEqualTypeOf<Session<{ readonly sub: string }, VaultSignIn>>();
    expectTypeOf(auth.complete).toBeCallableWith(session, 'https://www.example/callback');
    expectTypeOf(session.login).toBeCallableWith(popup());
    expectTypeOf(session.login).toBeCallableWith(silentFrame());
    // @ts-expect-error the worker has the token endpoint
    void session.login(deviceCode({ show: () => undefined }));
  });

  test('declares the user of the provider, which has a `sub`', () => {
    interface Profile {
      readonly sub: string;
      readonly email: string;
    }
    const typed = createSession({ baseUrl: '/', ...oauthVault<Profile>({ worker }).options });
    expectTypeOf(typed.getSnapshot().user).toEqualTypeOf<Profile | null>();
    // @ts-expect-error the user has no `sub`
    oauthVault<{ email: string }>({ worker });
  });

  test('has either a contract or a provider in the worker', () => {
    serveVault({ baseUrl: '/', auth: provider });
    // @ts-expect-error a worker has either of them
    serveVault({ baseUrl: '/', auth: provider, server });
    // @ts-expect-error a worker needs one of them
    serveVault({ baseUrl: '/' });
  });
});

describe('a sign-in in another window', () => {
  test('is one for each session of a provider', () => {
    expectTypeOf(popup).returns.toEqualTypeOf<WindowSignIn>();
    expectTypeOf(silentFrame).returns.toEqualTypeOf<WindowSignIn>();
    expectTypeOf<WindowSignIn>().toExtend<SignIn>();
    expectTypeOf<SignIn>().not.toExtend<WindowSignIn>();
  });

  test('takes the parameters of an authorization request', () => {
    popup({ loginHint: 'ada@example.com', maxAge: 0, acrValues: null, width: 480 });
    // @ts-expect-error `prompt` is always `none` in a frame
    silentFrame({ prompt: 'login' });
    // @ts-expect-error a width is a number
    popup({ width: '480px' });
  });
});
