import { describe, expectTypeOf, it } from 'vitest';
import { memoryStore, restContract, type Grant, type SessionView } from '../../src/index.ts';
import {
  serverSessions,
  sessionHandler,
  webCookies,
  type CookieAccess,
  type CookieAttributes,
  type RequestSession,
  type ServerSessions,
  type ServerSessionsOptions,
  type SessionHandler,
  type WebCookies,
} from '../../src/backend/index.ts';
import { oauth } from '../../src/oauth/index.ts';

interface User {
  readonly name: string;
}

type Credentials = { readonly email: string; readonly password: string } | { readonly code: string };

declare const cookies: CookieAccess;

const options = {
  baseUrl: 'https://api.example.com',
  server: restContract<User, Credentials>({ login: 'login', refresh: 'refresh' }),
  secret: 'a secret that is long enough for AES',
};

describe('serverSessions', () => {
  it('takes the user and the credentials from the contract', () => {
    const sessions = serverSessions(options);
    expectTypeOf(sessions).toEqualTypeOf<ServerSessions<User, Credentials>>();
    expectTypeOf(sessions.login).parameter(1).toEqualTypeOf<Credentials>();
    expectTypeOf(sessions.continueLogin).toEqualTypeOf<typeof sessions.login>();
    expectTypeOf(sessions.login(cookies, { code: '123456' })).resolves.toEqualTypeOf<User | null>();
    expectTypeOf(sessions.adopt).parameter(1).extract<Grant<User>>().not.toBeNever();
    // @ts-expect-error -- the password is missing
    const _incomplete = () => sessions.login(cookies, { email: 'ada@example.com' });
    // @ts-expect-error -- the session of a web server ends when the cookie does
    const _remember = () => sessions.login(cookies, { code: '1' }, { remember: false });
  });

  it('opens a session of the user that cannot sign in, since that needs a new cookie', async () => {
    using session = await serverSessions(options).open(cookies);
    expectTypeOf(session).toEqualTypeOf<RequestSession<User>>();
    expectTypeOf(session.getSnapshot()).toEqualTypeOf<SessionView<User>>();
    expectTypeOf(session).not.toHaveProperty('login');
    expectTypeOf(session).not.toHaveProperty('adopt');
  });

  it('has the options of a session without a name, and a store of the same user', () => {
    expectTypeOf<ServerSessionsOptions>().not.toHaveProperty('name');
    expectTypeOf<ServerSessionsOptions['secret']>().toEqualTypeOf<string | readonly string[]>();
    serverSessions({ ...options, store: memoryStore<User>(), cookie: { maxAge: 3_600, sameSite: 'strict' } });
    // @ts-expect-error -- the secret is missing
    const _open = () => serverSessions({ baseUrl: options.baseUrl, server: options.server });
    // @ts-expect-error -- a cookie for requests from other sites is not protected
    const _none = () => serverSessions({ ...options, cookie: { sameSite: 'none' } });
    // @ts-expect-error -- the store of other users
    const _others = () => serverSessions({ ...options, store: memoryStore<{ id: number }>() });
  });
});

describe('CookieAccess', () => {
  it('may read only, and may ignore when a cookie is out of date', () => {
    expectTypeOf({ get: (_name: string) => undefined }).toExtend<CookieAccess>();
    expectTypeOf((_name: string, _value: string, _attributes: CookieAttributes) => undefined).toExtend<
      NonNullable<CookieAccess['set']>
    >();
    expectTypeOf(webCookies(new Request('https://www.example.com'))).toEqualTypeOf<WebCookies>();
    expectTypeOf<WebCookies>().toExtend<CookieAccess>();
  });

  it('has attributes that no option weakens', () => {
    expectTypeOf<CookieAttributes['httpOnly']>().toEqualTypeOf<true>();
    expectTypeOf<CookieAttributes['sameSite']>().toEqualTypeOf<'lax' | 'strict'>();
  });
});

describe('sessionHandler', () => {
  it('answers a `Request`, and shows what `user` chooses', () => {
    const sessions = serverSessions(options);
    expectTypeOf(sessionHandler(sessions)).toEqualTypeOf<SessionHandler>();
    expectTypeOf<SessionHandler>().toEqualTypeOf<(request: Request) => Promise<Response>>();
    sessionHandler(sessions, {
      user: (user) => {
        expectTypeOf(user).toEqualTypeOf<User | null>();
        return user?.name;
      },
    });
  });

  it('takes a provider whose users the sessions have', () => {
    const auth = oauth({
      issuer: 'https://id.example',
      clientId: 'bff',
      user: ({ sub }) => ({ sub, age: 36 }),
    });
    const { baseUrl, secret } = options;
    const sessions = serverSessions({ baseUrl, secret, ...auth.options });
    sessionHandler(sessions, {
      auth,
      user: (user) => {
        expectTypeOf(user).toEqualTypeOf<{ sub: string; age: number } | null>();
      },
    });
    expectTypeOf(sessions.signIn).returns.toEqualTypeOf<Promise<string>>();
    expectTypeOf(sessions.complete).returns.toEqualTypeOf<Promise<{ readonly returnTo: string }>>();
  });
});
