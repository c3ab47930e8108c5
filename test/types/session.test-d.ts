import { describe, expectTypeOf, it } from 'vitest';
import type { KyInstance } from 'ky';
import {
  createSession,
  isRefreshUnavailableError,
  memoryStore,
  restContract,
  webStorageStore,
  type ErrorCode,
  type Grant,
  type RefreshUnavailableError,
  type Session,
  type SessionStatus,
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
      expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
    }
  });
});
