import { describe, expect, test } from 'vitest';
import ky from 'ky';
import {
  isLoginFailedError,
  sessionErrorOf,
  VerdictError,
  type LoginFailedError,
  type ServerAnswer,
  type ServerContract,
} from '../../../src/index.ts';
import { ada, openWorld, outcome, withLogout, type Credentials, type User } from './world.ts';

type Contract = ServerContract<User, Credentials>;

/** Returns the error of a login that fails, with a custom contract or with a response of the server. */
async function failedLogin(
  contract: Partial<Contract>,
  answer?: () => Response,
): Promise<{ error: LoginFailedError; seen: object | null }> {
  await using world = await openWorld({ server: { ...withLogout, ...contract } });
  const session = world.start();
  if (answer !== undefined) world.server.intercept('login', answer);
  const error = sessionErrorOf(await outcome(session.login(ada)));
  if (!isLoginFailedError(error)) throw new Error('The login did not fail as expected', { cause: error });
  return { error, seen: session.getSnapshot().error };
}

const refusal =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { status, headers });

/** An error as an SDK throws it. */
const sdkError = (fields: object) => () => Promise.reject(Object.assign(new Error('Refused'), fields));

describe('A failed login has the verdict', () => {
  test.each<[string, string, Partial<Contract>, () => Response]>([
    ['invalidCredentials', 'a 401 without a code', {}, () => new Response('No', { status: 401 })],
    ['invalidCredentials', 'a 401 with an unknown code', {}, refusal(401, { code: 'E-7' })],
    [
      'invalidCredentials',
      'a 401, although the contract says that it is not about the token',
      { errorCodes: { 401: 'none' } },
      refusal(401, { message: 'Wrong' }),
    ],
    ['invalidCredentials', '`invalid_grant`', {}, refusal(400, { error: 'invalid_grant' })],
    [
      'invalidCredentials',
      'a code that stands for a bad token elsewhere',
      { errorCodes: { 'T-001': 'accessTokenInvalid' } },
      refusal(400, { code: 'T-001' }),
    ],
    [
      'invalidCredentials',
      'a code of the contract',
      { errorCodes: { WRONG: 'invalidCredentials' } },
      refusal(422, { code: 'WRONG' }),
    ],
    [
      'invalidCredentials',
      'a refusal with status 200',
      {
        errorCode: ({ body }) => String(Reflect.get(Object(body), 'fault')),
        errorCodes: { WRONG: 'invalidCredentials' },
      },
      refusal(200, { fault: 'WRONG' }),
    ],
    [
      'none',
      'a 401 with a code that the contract maps to it',
      { errorCodes: { VERIFY_EMAIL: 'none' } },
      refusal(401, { code: 'VERIFY_EMAIL' }),
    ],
    [
      'accountDisabled',
      'a code that the contract maps to it',
      { errorCodes: { LOCKED: 'accountDisabled' } },
      refusal(401, { code: 'LOCKED' }),
    ],
    ['forbidden', 'an unknown client', {}, refusal(401, { error: 'invalid_client' })],
    ['rateLimited', 'a 429', {}, refusal(429, {})],
    ['unavailable', 'a 503', {}, refusal(503, {})],
    ['unavailable', 'no response', {}, () => Response.error()],
    [
      'unavailable',
      'the page of a portal',
      {},
      () => new Response('<html>Hotel</html>', { status: 401, headers: { 'content-type': 'text/html' } }),
    ],
    ['none', 'a 404', {}, refusal(404, {})],
  ])('%s for %s', async (verdict, _, contract, answer) => {
    const { error, seen } = await failedLogin(contract, answer);

    expect(error.verdict).toBe(verdict);
    expect(seen).toMatchObject({ code: 'ERR_LOGIN_FAILED', verdict });
  });

  test.each<[string, () => Promise<never>, Partial<LoginFailedError>]>([
    [
      'a VerdictError',
      () => Promise.reject(new VerdictError('accountDisabled', 'E-7')),
      { verdict: 'accountDisabled', serverCode: 'E-7' },
    ],
    [
      'the error of an OAuth client',
      sdkError({ error: 'access_denied', code: 'OAUTH_AUTHORIZATION_RESPONSE_ERROR' }),
      { verdict: 'none', serverCode: 'access_denied' },
    ],
    [
      'the error of an SDK with a status and a code that the contract maps',
      sdkError({ status: 400, code: 'invalid_credentials' }),
      { verdict: 'invalidCredentials', serverCode: 'invalid_credentials', status: 400 },
    ],
    [
      'the error of an SDK with status 401',
      sdkError({ status: 401, code: 'auth/wrong-password' }),
      { verdict: 'invalidCredentials', serverCode: 'auth/wrong-password', status: 401 },
    ],
    [
      'a passkey that the user has cancelled',
      () => Promise.reject(new DOMException('The user cancelled', 'NotAllowedError')),
      { verdict: 'none', serverCode: null, status: null },
    ],
    [
      'a network error of Node',
      sdkError({ code: 'ECONNREFUSED' }),
      { verdict: 'unavailable', serverCode: null, status: null },
    ],
  ])('and the code of %s', async (_, login, expected) => {
    const errorCodes = { invalid_credentials: 'invalidCredentials' } as const;
    const { error } = await failedLogin({ login, errorCodes });

    expect(error).toMatchObject(expected);
  });
});

describe('A failed login has the server’s code, even if it is not in `errorCodes`', () => {
  test.each<[unknown, object]>([
    ['INVALID_CREDENTIALS', { errors: [{ extensions: { code: 'INVALID_CREDENTIALS' } }] }],
    ['auth/user-not-found', { code: 'auth/user-not-found' }],
    ['AUTH004', { error: { code: 'AUTH004' } }],
    [101, { code: 101, error: 'Invalid username or password.' }],
    ['https://example.com/probs/locked', { type: 'https://example.com/probs/locked', title: 'Locked' }],
  ])('%s', async (code, body) => {
    const { error, seen } = await failedLogin({}, refusal(400, body));

    expect(error).toMatchObject({ serverCode: code });
    expect(seen).toMatchObject({ serverCode: code });
  });

  test.each<[string, number, object]>([
    ['a message for people', 400, { message: 'Wrong username or password' }],
    ['the reason phrase of the status', 401, { error: 'Unauthorized' }],
    ['the status', 400, { error: { code: 400 } }],
    ['a random token', 400, { code: 'f3a1b9c04d7e2f8a' }],
    ['the password', 400, { code: ada.password }],
  ])('but not %s', async (_, status, body) => {
    const { error } = await failedLogin({}, refusal(status, body));

    expect(error).toMatchObject({ status, serverCode: null });
  });
});

describe('A failed login names', () => {
  test('the method, the origin and the path of the request, but not the query', async () => {
    const login: Contract['login'] = ({ credentials, http }) =>
      http.post('login?tenant=7', { json: { ...credentials, password: 'wrong' } }).json();
    const { error } = await failedLogin({ login });

    expect(error).toMatchObject({ method: 'POST', path: '/login', status: 401 });
    expect(error.message).toMatch(/^Signing in failed \(status 401\): POST https?:\/\/[^/?]+\/login$/);
  });

  test('them without a response too', async () => {
    const { error } = await failedLogin({}, () => Response.error());

    expect(error).toMatchObject({ method: 'POST', path: '/login', status: null });
  });

  test('no part of a path that the credentials contain', async () => {
    const login: Contract['login'] = ({ credentials, http }) =>
      http.post(`links/${credentials.password}/open`).json();
    const { error } = await failedLogin({ login });

    expect(error.path).toBe('/links/…/open');
  });

  test('the request of a separate ky instance', async () => {
    const own = ky.create({
      fetch: () => Promise.resolve(Response.json({ code: 'E-7' }, { status: 403 })),
      retry: 0,
    });
    const { error } = await failedLogin({
      login: () => own.put('https://id.example.com/v1/token?key=1').json(),
    });

    expect(error).toMatchObject({ method: 'PUT', path: '/v1/token', status: 403, serverCode: 'E-7' });
  });

  test('how long the server asks to wait, also if that is longer than a refresh would wait', async () => {
    const { error, seen } = await failedLogin({}, refusal(429, {}, { 'retry-after': '1800' }));

    expect(error).toMatchObject({ retryAfter: 1_800_000 });
    expect(error.message).toContain('wait 1800000 ms');
    expect(seen).toMatchObject({ retryAfter: 1_800_000 });
  });
});

describe('`loginDetails` of the contract', () => {
  const loginDetails = ({ status, headers, body }: ServerAnswer) => ({
    status,
    request: headers.get('x-request-id'),
    message: String(Reflect.get(Object(body), 'message')),
  });

  test('takes from the response what the form shows', async () => {
    const answer = refusal(422, { message: 'Too short' }, { 'x-request-id': 'r-1' });
    const { error } = await failedLogin({ loginDetails }, answer);

    expect(error.details).toEqual({ status: 422, request: 'r-1', message: 'Too short' });
  });

  test('is not called without a response of the server, nor for the page of a portal', async () => {
    const page = () => new Response('<html>Hotel</html>', { headers: { 'content-type': 'text/html' } });

    expect((await failedLogin({ loginDetails }, () => Response.error())).error.details).toBeNull();
    expect((await failedLogin({ loginDetails }, page)).error.details).toBeNull();
  });
});

test('A 401 with a code for wrong credentials changes nothing in a session: the caller gets it', async () => {
  await using world = await openWorld({
    server: { ...withLogout, errorCodes: { WRONG_PASSWORD: 'invalidCredentials' } },
  });
  const session = world.start();
  await session.login(ada);
  world.server.intercept('api', refusal(401, { code: 'WRONG_PASSWORD' }));

  expect((await session.fetch('api/password', { method: 'POST' })).status).toBe(401);
  expect(session.getSnapshot().status).toBe('authenticated');
  expect(world.asked('/token')).toBe(0);
});
