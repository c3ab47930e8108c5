import { describe, expect, test } from 'vitest';
import {
  cookieRequests,
  cookieContract,
  createSession,
  restContract,
  VerdictError,
  type ServerContract,
  type Session,
} from '../../src/index.ts';

type Contract = ServerContract<{ id: number }>;
type Codes = Pick<Contract, 'errorCode' | 'errorCodes'>;

const granted = { accessToken: 'a', refreshToken: 'r', user: { id: 1 } };
const post = { login: 'login', refresh: 'session' };

/** A body without a code. */
const named: Codes = {
  errorCode: ({ status, body }) => (status === 200 && body === null ? 'SIGNED_OUT' : undefined),
  errorCodes: { SIGNED_OUT: 'refreshTokenInvalid' },
};

const coded: Codes = {
  errorCodes: { SESSION_GONE: 'sessionRevoked', UNAUTHENTICATED: 'refreshTokenExpired' },
};

const contracts: readonly (readonly [string, (codes: Codes) => Contract])[] = [
  ['restContract', (codes) => restContract({ ...post, ...codes })],
  ['cookieContract', (codes) => cookieContract({ ...post, ...codes })],
  [
    'a custom contract',
    (codes) => ({
      login: ({ http }) => http.post('login').json(),
      refresh: ({ http }) => http.post('session').json(),
      ...codes,
    }),
  ],
  [
    'a custom contract with cookies',
    (codes) => ({
      cookies: cookieRequests(),
      login: () => Promise.resolve({ accessToken: null, user: { id: 1 } }),
      refresh: async ({ http }) => {
        await http.post('session');
        return { accessToken: null };
      },
      ...codes,
    }),
  ],
];

/** A server that always responds with status 200. */
function start(server: Contract, answers: Readonly<Record<string, unknown>>) {
  let calls = 0;
  const session: Session<{ id: number }> = createSession({
    baseUrl: 'https://api.example.com/',
    server,
    ky: {
      fetch: (input) => {
        calls += 1;
        const path = new URL(input instanceof Request ? input.url : input).pathname.slice(1);
        return Promise.resolve(Response.json(path in answers ? answers[path] : granted));
      },
    },
  });
  return Object.assign(session, { calls: () => calls });
}

describe.each(contracts)('With %s, a refusal with status 200', (_name, contract) => {
  test.each([
    ['that `errorCode` names', named, null, 'expired', { code: 'SIGNED_OUT' }],
    [
      'in the errors of GraphQL',
      coded,
      { data: null, errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] },
      'expired',
      { type: 'server.refreshTokenExpired', code: 'UNAUTHENTICATED' },
    ],
    [
      'that says that the session is over',
      coded,
      { code: 'SESSION_GONE' },
      'loggedOut',
      { code: 'SESSION_GONE' },
    ],
  ])('%s ends the session at its refresh', async (_what, codes, body, status, reason) => {
    using session = start(contract(codes), { session: body });
    await session.login({});
    await session.refresh().catch(() => undefined);

    expect(session.getSnapshot()).toMatchObject({ status, reason: { status: 200, ...reason } });
    expect(await session.refresh().catch((error: unknown) => error)).toBeInstanceOf(Error);
  });
});

describe.each(contracts.slice(0, 3))('With %s, a login', (_name, contract) => {
  test.each([
    ['that `errorCode` names', named, null, 'SIGNED_OUT'],
    ['by a code in its body', coded, { code: 'SESSION_GONE', ...granted }, 'SESSION_GONE'],
    [
      'in the errors of GraphQL',
      coded,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      'UNAUTHENTICATED',
    ],
  ])('that is refused with status 200 and %s fails', async (_what, codes, body, serverCode) => {
    using session = start(contract(codes), { login: body });

    await expect(session.login({})).rejects.toMatchObject({
      name: 'LoginFailedError',
      status: 200,
      serverCode,
    });
    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
  });
});

test('A login that makes two calls is judged by the second', async () => {
  using session = start(
    {
      login: async ({ http }) => {
        await http.post('login');
        return http.post('code').json();
      },
      ...coded,
    },
    { login: { code: 'SESSION_GONE' } },
  );

  expect(await session.login({})).toEqual({ id: 1 });
});

test('A verdict that the contract throws at login keeps the server’s code', async () => {
  using session = start({ login: () => Promise.reject(new VerdictError('accountDisabled', 'E-7')) }, {});

  await expect(session.login({})).rejects.toMatchObject({ status: null, serverCode: 'E-7' });
});
