import { describe, expectTypeOf, it } from 'vitest';
import type { KyInstance } from 'ky';
import {
  cookieContract,
  createSession,
  isRefreshUnavailableError,
  isSessionError,
  isSessionStoppedError,
  memoryStore,
  simpleStore,
  restContract,
  sessionErrorOf,
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
  type SessionError,
  type SessionStatus,
  type SessionStoppedError,
  type StoredRecord,
  type StoredSession,
  type SessionStore,
  type Verdict,
  type WrappedError,
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

  it('keeps these types with a store of unknown users', () => {
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

  it('rejects credentials of another type', () => {
    // @ts-expect-error the password is missing
    void session.login({ email: 'ada@example.com' });
  });

  it('accepts a user of its type, or a function that returns one', () => {
    void session.updateUser({ name: 'Ada' });
    void session.updateUser((user) => {
      expectTypeOf(user).toEqualTypeOf<User | null>();
      return { name: `${user?.name ?? ''} Lovelace` };
    });
    // @ts-expect-error a user has a name
    void session.updateUser({ email: 'ada@example.com' });
  });

  it('has a ky instance and a `fetch`', () => {
    expectTypeOf(session.api).toEqualTypeOf<KyInstance>();
    expectTypeOf(session.fetch).toExtend<typeof fetch>();
  });

  it('accepts the `auth` of a request', () => {
    void session.fetch('/me', { context: { auth: 'required' } });
    // @ts-expect-error an unknown value
    void session.fetch('/me', { context: { auth: 'sometimes' } });
  });

  it('accepts the `replay` of a request', () => {
    void session.fetch('/me', { context: { auth: 'required', replay: false } });
    void session.api.post('me', { context: { replay: false } });
    // @ts-expect-error not a boolean
    void session.fetch('/me', { context: { replay: 'never' } });
  });

  it('narrows emitted events by type', () => {
    session.on('session.expired', (event) => {
      expectTypeOf(event.type).toEqualTypeOf<'session.expired'>();
      expectTypeOf(event.reason.status).toEqualTypeOf<number | null>();
    });
    session.on('store.failed', (event) => {
      expectTypeOf(event.operation).toEqualTypeOf<'read' | 'write'>();
    });
    // @ts-expect-error no event has this name
    session.on('session.exploded', () => undefined);
  });

  it('has one of five states', () => {
    expectTypeOf(session.getSnapshot().status).toEqualTypeOf<SessionStatus>();
    expectTypeOf<SessionStatus>().toEqualTypeOf<
      'anonymous' | 'authenticated' | 'refreshing' | 'expired' | 'loggedOut'
    >();
  });

  it('returns a read-only snapshot', () => {
    // @ts-expect-error a view is read-only
    session.getSnapshot().status = 'anonymous';
  });

  it('is assignable to a session of unknown users', () => {
    expectTypeOf(session).toExtend<Session>();
  });
});

describe('options', () => {
  it('require a base URL and a contract', () => {
    // @ts-expect-error `server` is missing
    createSession({ baseUrl: 'https://api.example.com' });
    // @ts-expect-error `baseUrl` is missing
    createSession({ server });
  });

  it('require a store for the same user', () => {
    createSession({ baseUrl: 'https://api.example.com', server, store: memoryStore<User>() });
    const store: SessionStore<{ id: number }> = memoryStore();
    // @ts-expect-error another user's store
    createSession<User, Credentials>({ baseUrl: 'https://api.example.com', server, store });
  });

  it('accept only known verdicts', () => {
    restContract({ errorCodes: { 'T-002': 'accessTokenExpired', 401: 'none' } });
    // @ts-expect-error an unknown verdict
    restContract({ errorCodes: { 'T-002': 'tokenTired' } });
    expectTypeOf<'none'>().toExtend<Verdict>();
  });

  it('accept `refreshesLiveTokensOnly` and `logoutNeedsFreshToken` in a contract', () => {
    expectTypeOf<ServerContract['refreshesLiveTokensOnly']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<ServerContract['logoutNeedsFreshToken']>().toEqualTypeOf<boolean | undefined>();
    restContract({ refresh: 'token', refreshesLiveTokensOnly: true, logoutNeedsFreshToken: true });
    cookieContract({ refresh: 'token', refreshesLiveTokensOnly: true });
    // @ts-expect-error not a boolean
    restContract({ refresh: 'token', refreshesLiveTokensOnly: 'yes' });
  });
});

describe('the options for durations', () => {
  const baseUrl = 'https://api.example.com';

  it('accept a time limit for a sign-in, or `false`', () => {
    createSession({ baseUrl, server, login: { timeout: 5_000 } });
    createSession({ baseUrl, server, login: { timeout: false } });
    expectTypeOf<LoginOptions['timeout']>().toEqualTypeOf<number | false | undefined>();
    // @ts-expect-error `true` is not a limit
    createSession({ baseUrl, server, login: { timeout: true } });
  });

  it('accept only a number as the limit of `Retry-After`', () => {
    createSession({ baseUrl, server, refresh: { maxRetryAfter: 60_000, attempts: Infinity } });
    expectTypeOf<RefreshOptions['maxRetryAfter']>().toEqualTypeOf<number | undefined>();
    // @ts-expect-error not a number
    createSession({ baseUrl, server, refresh: { maxRetryAfter: false } });
  });

  it('accept the known values of `refusedBy`', () => {
    expectTypeOf<RefusedBy>().toEqualTypeOf<'code' | 'answer' | 'status'>();
    expectTypeOf<RefreshOptions['refusedBy']>().toEqualTypeOf<RefusedBy | undefined>();
    createSession({ baseUrl, server, refresh: { refusedBy: 'code' } });
    // @ts-expect-error an unknown value
    createSession({ baseUrl, server, refresh: { refusedBy: 'body' } });
  });
});

describe('a contract', () => {
  it('can name its issuer', () => {
    expectTypeOf<ServerContract['issuer']>().toEqualTypeOf<string | undefined>();
    createSession({ baseUrl: 'https://api.example.com', server: { ...server, issuer: 'shop' } });
    // @ts-expect-error not a string
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
  const store: SessionStore<User> = memoryStore<User>();

  it('needs only four functions', () => {
    expectTypeOf<Pick<SessionStore<User>, 'read' | 'update' | 'lock' | 'watch'>>().toExtend<
      SessionStore<User>
    >();
  });

  it('replaces a record in one step, synchronously or asynchronously', () => {
    type Current = Record | null | undefined;
    expectTypeOf(store.update).parameter(1).toEqualTypeOf<(current: Current) => Record | undefined>();
    expectTypeOf(store.update).returns.toEqualTypeOf<Record | null | PromiseLike<Record | null>>();
    // @ts-expect-error the decision must be synchronous
    void store.update('session', () => Promise.resolve(undefined));
  });

  it('runs a task under its lock', () => {
    const { signal } = new AbortController();
    const result = store.lock('session', async ({ isLost }) => isLost, { signal, timeout: 8_000 });
    expectTypeOf(result).toEqualTypeOf<Promise<boolean>>();
  });

  it('can be made of two functions', () => {
    expectTypeOf(simpleStore<User>({ read: () => null, write: () => undefined })).toEqualTypeOf<
      SessionStore<User>
    >();
  });

  it('stores the issuer of the tokens and the failure of the last refresh', () => {
    expectTypeOf<StoredSession<User>['api']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<StoredSession<User>['failedRefresh']>().toEqualTypeOf<FailedRefresh | undefined>();
  });
});

describe('a grant', () => {
  it('requires only an access token', () => {
    expectTypeOf<{ accessToken: string }>().toExtend<Grant<User>>();
    expectTypeOf<{ refreshToken: string }>().not.toExtend<Grant<User>>();
  });
});

describe('a guard', () => {
  const error: unknown = new Error();

  it('narrows an unknown error to the class, or to an error that wraps it and lacks its fields', () => {
    if (!isRefreshUnavailableError(error)) return;
    expectTypeOf(error).toEqualTypeOf<RefreshUnavailableError | WrappedError<RefreshUnavailableError>>();
    expectTypeOf(error.retryAfter).toEqualTypeOf<number | null | undefined>();
    expectTypeOf(error.code).toEqualTypeOf<'ERR_REFRESH_UNAVAILABLE' | undefined>();
  });

  it('narrows the error that `sessionErrorOf` finds to the class with its fields', () => {
    const found = sessionErrorOf(error);
    expectTypeOf(found).toEqualTypeOf<SessionError | null>();
    if (isRefreshUnavailableError(found)) expectTypeOf(found).toEqualTypeOf<RefreshUnavailableError>();
    if (isSessionStoppedError(found)) expectTypeOf(found).toEqualTypeOf<SessionStoppedError>();
    expectTypeOf<SessionStoppedError['code']>().toEqualTypeOf<'ERR_SESSION_STOPPED'>();
    expectTypeOf<'ERR_SESSION_STOPPED'>().toExtend<ErrorCode>();
  });

  it('leaves other errors as they are', () => {
    const failure: Error | null = Math.random() > 0.5 ? new Error() : null;
    if (!isSessionError(failure)) expectTypeOf(failure).toEqualTypeOf<Error | null>();
  });
});
