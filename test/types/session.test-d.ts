import { describe, expectTypeOf, it } from 'vitest';
import type { KyInstance } from 'ky';
import {
  cookieContract,
  createSession,
  isRefreshUnavailableError,
  isSessionStoppedError,
  memoryStore,
  restContract,
  webStorageStore,
  type ErrorCode,
  type FailedRefresh,
  type Grant,
  type LoginOptions,
  type RefreshOptions,
  type RefreshUnavailableError,
  type RefusedBy,
  type ServerContract,
  type Session,
  type SessionStatus,
  type SessionStoppedError,
  type StoredRecord,
  type StoredSession,
  type TokenStore,
  type Verdict,
} from '../../src/index.ts';

interface User {
  name: string;
}

interface Credentials {
  email: string;
  password: string;
}

const server = restContract<User, Credentials>({ login: 'login', refresh: 'token' });
const session = createSession({ baseUrl: 'https://api.example.com', server });

describe('a session', () => {
  it('takes the types of its user and of its credentials from the contract', () => {
    expectTypeOf(session).toEqualTypeOf<Session<User, Credentials>>();
    expectTypeOf(session.login).parameter(0).toEqualTypeOf<Credentials>();
    expectTypeOf(session.login).returns.resolves.toEqualTypeOf<User | null>();
    expectTypeOf(session.getSnapshot().user).toEqualTypeOf<User | null>();
  });

  it('keeps them where a store is added that names nobody', () => {
    const stored = createSession({
      baseUrl: 'https://api.example.com',
      server,
      store: webStorageStore(localStorage),
    });
    expectTypeOf(stored).toEqualTypeOf<Session<User, Credentials>>();
    const shared = memoryStore();
    expectTypeOf(createSession({ baseUrl: 'https://api.example.com', server, store: shared })).toEqualTypeOf<
      Session<User, Credentials>
    >();
  });

  it('refuses credentials of another shape', () => {
    // @ts-expect-error the password is missing
    void session.login({ email: 'ada@example.com' });
  });

  it('is a ky instance and a fetch', () => {
    expectTypeOf(session.api).toEqualTypeOf<KyInstance>();
    expectTypeOf(session.fetch).toExtend<typeof fetch>();
  });

  it('says how a request wants to be authenticated', () => {
    void session.fetch('/me', { context: { auth: 'required' } });
    // @ts-expect-error there is no such way
    void session.fetch('/me', { context: { auth: 'sometimes' } });
  });

  it('says whether a request may be sent again', () => {
    void session.fetch('/me', { context: { auth: 'required', replay: false } });
    void session.api.post('me', { context: { replay: false } });
    // @ts-expect-error it is true or false
    void session.fetch('/me', { context: { replay: 'never' } });
  });

  it('narrows what it emits by type', () => {
    session.on('session.expired', (event) => {
      expectTypeOf(event.type).toEqualTypeOf<'session.expired'>();
      expectTypeOf(event.reason.status).toEqualTypeOf<number | null>();
    });
    session.on('store.failed', (event) => {
      expectTypeOf(event.operation).toEqualTypeOf<'read' | 'write'>();
    });
    // @ts-expect-error nothing of this name is emitted
    session.on('session.exploded', () => undefined);
  });

  it('has one of five states', () => {
    expectTypeOf(session.getSnapshot().status).toEqualTypeOf<SessionStatus>();
    expectTypeOf<SessionStatus>().toEqualTypeOf<
      'anonymous' | 'authenticated' | 'refreshing' | 'expired' | 'loggedOut'
    >();
  });

  it('gives out no snapshot that can be written to', () => {
    // @ts-expect-error a view is read only
    session.getSnapshot().status = 'anonymous';
  });

  it('can be passed on as a session of anybody', () => {
    expectTypeOf(session).toExtend<Session>();
  });
});

describe('options', () => {
  it('want a base URL and a contract', () => {
    // @ts-expect-error `server` is missing
    createSession({ baseUrl: 'https://api.example.com' });
    // @ts-expect-error `baseUrl` is missing
    createSession({ server });
  });

  it('want a store for the same user', () => {
    createSession({ baseUrl: 'https://api.example.com', server, store: memoryStore<User>() });
    const store: TokenStore<{ id: number }> = memoryStore();
    // @ts-expect-error another user's store
    createSession<User, Credentials>({ baseUrl: 'https://api.example.com', server, store });
  });

  it('know the verdicts', () => {
    restContract({ errorCodes: { 'T-002': 'accessTokenExpired', 401: 'none' } });
    // @ts-expect-error there is no such verdict
    restContract({ errorCodes: { 'T-002': 'tokenTired' } });
    expectTypeOf<'none'>().toExtend<Verdict>();
  });

  it('take from a contract that its server refreshes live tokens only', () => {
    expectTypeOf<ServerContract['refreshesLiveTokensOnly']>().toEqualTypeOf<boolean | undefined>();
    restContract({ refresh: 'token', refreshesLiveTokensOnly: true });
    cookieContract({ refresh: 'token', refreshesLiveTokensOnly: true });
    // @ts-expect-error it is so, or it is not
    restContract({ refresh: 'token', refreshesLiveTokensOnly: 'yes' });
  });
});

describe('the options of time', () => {
  const baseUrl = 'https://api.example.com';

  it('limit a login, or leave it to the user', () => {
    createSession({ baseUrl, server, login: { timeout: 5_000 } });
    createSession({ baseUrl, server, login: { timeout: false } });
    expectTypeOf<LoginOptions['timeout']>().toEqualTypeOf<number | false | undefined>();
    // @ts-expect-error there is no `true`: a limit is a number
    createSession({ baseUrl, server, login: { timeout: true } });
  });

  it('limit what a `Retry-After` may ask for', () => {
    createSession({ baseUrl, server, refresh: { maxRetryAfter: 60_000, attempts: Infinity } });
    expectTypeOf<RefreshOptions['maxRetryAfter']>().toEqualTypeOf<number | undefined>();
    // @ts-expect-error it always has a limit
    createSession({ baseUrl, server, refresh: { maxRetryAfter: false } });
  });

  it('say what it takes to end a session', () => {
    expectTypeOf<RefusedBy>().toEqualTypeOf<'code' | 'answer' | 'status'>();
    expectTypeOf<RefreshOptions['refusedBy']>().toEqualTypeOf<RefusedBy | undefined>();
    createSession({ baseUrl, server, refresh: { refusedBy: 'code' } });
    // @ts-expect-error there is no such way
    createSession({ baseUrl, server, refresh: { refusedBy: 'body' } });
  });
});

describe('a contract', () => {
  it('names its issuer, or leaves it to the origin', () => {
    expectTypeOf<ServerContract['issuer']>().toEqualTypeOf<string | undefined>();
    createSession({ baseUrl: 'https://api.example.com', server: { ...server, issuer: 'shop' } });
    // @ts-expect-error it is a text
    createSession({ baseUrl: 'https://api.example.com', server: { ...server, issuer: 7 } });
  });

  it('compares two users of its own type', () => {
    type IsSameUser = NonNullable<ServerContract<User>['isSameUser']>;
    expectTypeOf<IsSameUser>().parameters.toEqualTypeOf<[before: User, now: User]>();
    expectTypeOf<IsSameUser>().returns.toEqualTypeOf<boolean>();
  });
});

describe('a store', () => {
  type Record = StoredRecord<User>;
  const store: TokenStore<User> = {
    scope: 'mine',
    read: () => null,
    write: () => undefined,
  };

  it('works without `update` and `catchUp`', () => {
    expectTypeOf<{ scope: string; read(): null; write(): void }>().toExtend<TokenStore<User>>();
  });

  it('replaces a record in one step, at once or later', () => {
    type Update = NonNullable<TokenStore<User>['update']>;
    expectTypeOf<Update>().parameter(1).toEqualTypeOf<(current: Record | null) => Record | undefined>();
    expectTypeOf<Update>().returns.toEqualTypeOf<Record | null | Promise<Record | null>>();
    const found = store.update?.('session', () => undefined);
    expectTypeOf(found).toEqualTypeOf<Record | null | Promise<Record | null> | undefined>();
    // @ts-expect-error the decision is made at once
    void store.update?.('session', () => Promise.resolve(undefined));
  });

  it('resolves once it shows the writes of others', () => {
    expectTypeOf<NonNullable<TokenStore<User>['catchUp']>>().toEqualTypeOf<(name: string) => Promise<void>>();
  });

  it('keeps whose tokens a record holds, and how its last refresh failed', () => {
    expectTypeOf<StoredSession<User>['api']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<StoredSession<User>['failedRefresh']>().toEqualTypeOf<FailedRefresh | undefined>();
  });
});

describe('a grant', () => {
  it('needs an access token and nothing else', () => {
    expectTypeOf<{ accessToken: string }>().toExtend<Grant<User>>();
    expectTypeOf<{ refreshToken: string }>().not.toExtend<Grant<User>>();
  });
});

describe('a guard', () => {
  it('narrows an unknown error to the class with its fields', () => {
    const error: unknown = new Error();
    if (isRefreshUnavailableError(error)) {
      expectTypeOf(error).toEqualTypeOf<RefreshUnavailableError>();
      expectTypeOf(error.retryAfter).toEqualTypeOf<number | null>();
      expectTypeOf(error.code).toEqualTypeOf<'ERR_REFRESH_UNAVAILABLE'>();
    }
  });

  it('knows the session whose machine has stopped', () => {
    const error: unknown = new Error();
    if (isSessionStoppedError(error)) expectTypeOf(error).toEqualTypeOf<SessionStoppedError>();
    expectTypeOf<SessionStoppedError['code']>().toEqualTypeOf<'ERR_SESSION_STOPPED'>();
    expectTypeOf<'ERR_SESSION_STOPPED'>().toExtend<ErrorCode>();
  });
});
