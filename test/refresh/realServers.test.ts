import { describe, expect, test } from 'vitest';
import {
  cookieContract,
  createSession,
  restContract,
  type RefusedBy,
  type ServerContract,
} from '../../src/index.ts';
import { answer, html, page } from './answers.ts';
import {
  ada,
  openSignedIn,
  openWorld,
  outcomeOf,
  requestWithExpiredToken,
  type Login,
  type User,
} from './world.ts';

const text = { 'content-type': 'text/plain; charset=utf-8' };
const xml = { 'content-type': 'application/xml' };
const json = { 'content-type': 'application/json' };
const awsJson = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amzn-errortype': 'NotAuthorizedException:',
};
const bearer = { 'www-authenticate': 'Bearer realm="api"' };
const basic = { 'www-authenticate': 'Basic realm="staging"' };

type Body = string | object | null;
type Row = readonly [name: string, status: number, body: Body, headers?: Readonly<Record<string, string>>];

/** The rows for `test.each`: the name, the response and its status. */
const each = (rows: readonly Row[]) =>
  rows.map(([name, status, body, headers = {}]) => [name, answer(status, body, headers), status] as const);

/** How servers refuse a refresh token that is expired, revoked or unknown, if they need no `errorCodes`. */
const refusals: readonly Row[] = [
  ['RFC 6749', 400, { error: 'invalid_grant' }],
  ['Keycloak', 400, { error: 'invalid_grant', error_description: 'Token is not active' }],
  ['Auth0', 403, { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }],
  ['Okta', 400, { error: 'invalid_grant', error_description: 'The refresh token is invalid or expired.' }],
  ['Azure AD', 400, { error: 'invalid_grant', error_codes: [700082], error_description: 'AADSTS700082' }],
  ['Doorkeeper', 400, { error: 'invalid_grant', error_description: 'The provided grant is invalid' }, bearer],
  ['league/oauth2-server 8', 401, { error: 'invalid_request', message: 'The refresh token is invalid.' }],
  ['Supabase', 400, { code: 400, error_code: 'refresh_token_not_found', msg: 'Invalid Refresh Token' }],
  ['Cognito', 400, '{"__type":"NotAuthorizedException","message":"Refresh Token has expired"}', awsJson],
  ['Firebase', 400, { error: { code: 400, message: 'TOKEN_EXPIRED', status: 'INVALID_ARGUMENT' } }],
  ['Parse', 400, { code: 209, error: 'Invalid session token' }],
  ['SimpleJWT', 401, { detail: 'Token is invalid or expired', code: 'token_not_valid' }, bearer],
  ['Flask-JWT-Extended', 401, { msg: 'Token has expired' }],
  ['Laravel Sanctum', 401, { message: 'Unauthenticated.' }],
  ['Devise', 401, { error: 'You need to sign in or sign up before continuing.' }],
  ['Directus', 401, { errors: [{ message: 'Invalid user credentials.', extensions: {} }] }],
  ['Payload', 403, { errors: [{ message: 'You are not allowed to perform this action.' }] }],
  ['Feathers', 401, { name: 'NotAuthenticated', message: 'jwt expired', code: 401 }],
  ['NestJS', 401, { message: 'Unauthorized', statusCode: 401 }],
  ['Spring with its own message', 403, { status: 403, error: 'Forbidden', message: 'Token was expired' }],
  ['ASP.NET', 401, { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.2', status: 401 }, bearer],
  ['ASP.NET without a problem', 401, null, bearer],
  ['Django’s `HttpResponse(status=401)`', 401, '', html],
  ['Express’s `sendStatus(401)`', 401, 'Unauthorized', text],
  ['Express’s `send()` of a text', 401, 'Invalid refresh token', html],
  ['Go’s `http.Error`', 401, 'token is expired\n', text],
  ['a small server', 401, null],
];

/** Responses of proxies and gateways in place of the API. */
const foreign: readonly Row[] = [
  ['Envoy’s access control', 403, 'RBAC: access denied', text],
  ['Cloudflare’s firewall', 403, 'error code: 1020', text],
  ['Cloudflare’s challenge', 403, page, { ...html, 'cf-mitigated': 'challenge' }],
  [
    'a filter without a content type',
    403,
    'Access to this site is blocked by policy',
    { 'content-type': '' },
  ],
  ['S3 behind CloudFront', 403, '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', xml],
  ['a proxy that cannot read the request', 400, 'Your browser sent an invalid request.', text],
  ['AWS API Gateway', 403, { message: 'Missing Authentication Token' }, { 'x-amzn-errortype': 'X' }],
  ['an authorizer of AWS API Gateway', 401, { message: 'Unauthorized' }, { 'x-amzn-errortype': 'X' }],
  ['Traefik’s basic authentication', 401, '401 Unauthorized\n', { ...text, ...basic }],
  ['nginx', 401, page, { ...html, ...basic }],
];

/** Responses that contain only their status, which is not about a credential. */
const silent: readonly Row[] = [
  ['an empty 400', 400, null],
  ['an empty 403', 403, null],
  ['the reason phrase of 400', 400, 'Bad Request', text],
  ['the reason phrase of 403', 403, 'Forbidden', text],
  ['the reason phrase of 403 in JSON', 403, { message: 'Forbidden' }],
  ['Spring’s default 403', 403, { timestamp: '2026-01-01', status: 403, error: 'Forbidden', path: '/a' }],
  ['NestJS’s default 400', 400, { statusCode: 400, message: 'Bad Request' }],
  ['a problem without a type', 403, { type: 'about:blank', title: 'Forbidden', status: 403 }],
];

/** RFC 6749, section 5.2; RFC 8707, section 2; RFC 9449, sections 5 and 8. */
const setUp = [
  [401, 'invalid_client'],
  [400, 'invalid_client'],
  [401, 'unauthorized_client'],
  [400, 'unauthorized_client'],
  [400, 'unsupported_grant_type'],
  [400, 'invalid_request'],
  [400, 'invalid_scope'],
  [400, 'invalid_target'],
  [400, 'use_dpop_nonce'],
  [400, 'invalid_dpop_proof'],
] as const;

const passing = ['temporarily_unavailable', 'server_error', 'slow_down', 'authorization_pending'];

describe('The session expires when the refresh token is refused', () => {
  test.each(each(refusals))('with the response of %s', async (_name, handler, status) => {
    await using world = await openSignedIn();
    world.answerRefresh(handler);

    expect(await requestWithExpiredToken(world)).toMatchObject({
      name: 'SessionExpiredError',
      reason: { type: 'server.refreshTokenInvalid', status },
    });
    expect(world.refreshTimes()).toHaveLength(1);
  });
});

describe('The session stays', () => {
  test.each(each(foreign))(
    'after the response of %s, and the refresh is retried',
    async (_name, handler, status) => {
      await using world = await openSignedIn();
      world.answerRefresh(handler);

      expect(await world.follow(requestWithExpiredToken(world))).toMatchObject({
        name: 'RefreshUnavailableError',
        status,
      });
      expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
      expect(world.refreshTimes()).toHaveLength(11);
    },
  );

  test.each(each(silent))(
    'after %s, and the caller gets the error at once',
    async (_name, handler, status) => {
      await using world = await openSignedIn();
      world.answerRefresh(handler);

      expect(await requestWithExpiredToken(world)).toMatchObject({ name: 'RefreshUnavailableError', status });
      expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
      expect(world.refreshTimes()).toHaveLength(1);
    },
  );

  test.each(setUp)('after the configuration error %i %s', async (status, error) => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(status, { error, error_description: 'Details' }));

    expect(await requestWithExpiredToken(world)).toMatchObject({
      name: 'RefreshUnavailableError',
      status,
      serverCode: error,
    });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
    expect(world.refreshTimes()).toHaveLength(1);
  });

  test.each(passing)('after the transient error 400 %s', async (error) => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(400, { error }), { times: 1 });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toEqual([0, 250]);
  });
});

const signIn = { login: 'auth/login', refresh: 'auth/refresh' };

describe('The contract', () => {
  test.each<[string, NonNullable<ServerContract['errorCodes']>, Row, string]>([
    [
      'can map a standard code',
      { invalid_request: 'refreshTokenExpired' },
      ['', 400, { error: 'invalid_request' }],
      'expired',
    ],
    ['can map a status', { 403: 'accessTokenExpired' }, ['', 403, null], 'expired'],
    [
      'can map a status, which does not apply to the text of a firewall',
      { 403: 'accessTokenExpired' },
      ['', 403, 'blocked', text],
      'authenticated',
    ],
    ['may map a code to `none`', { CSRF: 'none' }, ['', 401, { code: 'CSRF' }], 'authenticated'],
    [
      'can map a status of its API, which does not apply to a refresh',
      { 403: 'forbidden' },
      ['', 403, { error: 'Token is revoked' }],
      'expired',
    ],
  ])('%s', async (_name, errorCodes, [, status, body, headers], expected) => {
    await using world = await openWorld({ server: restContract<User, Login>({ ...signIn, errorCodes }) });
    await world.session.login(ada);
    world.answerRefresh(answer(status, body, headers));
    await world.follow(requestWithExpiredToken(world));

    expect(world.session.getSnapshot().status).toBe(expected);
  });
});

describe('`refresh.refusedBy`', () => {
  test.each<[RefusedBy, Row, string]>([
    ['code', ['', 400, { error: 'invalid_grant' }], 'expired'],
    ['code', ['', 401, { message: 'Token expired' }], 'authenticated'],
    ['code', ['', 401, null], 'authenticated'],
    ['answer', ['', 401, null], 'expired'],
    ['answer', ['', 403, 'Forbidden', text], 'authenticated'],
    ['status', ['', 403, 'Forbidden', text], 'expired'],
    ['status', ['', 400, null], 'expired'],
    ['status', ['', 403, page, html], 'authenticated'],
    ['status', ['', 401, { error: 'invalid_client' }], 'authenticated'],
  ])('with `%s` %j leaves the session %s', async (refusedBy, [, status, body, headers], expected) => {
    await using world = await openSignedIn({ refresh: { refusedBy } });
    world.answerRefresh(answer(status, body, headers));
    await world.follow(requestWithExpiredToken(world));

    expect(world.session.getSnapshot().status).toBe(expected);
  });
});

describe('A grant', () => {
  test.each([
    ['JSON with the content type of HTML, as from PHP', html],
    ['JSON without a content type', { 'content-type': '' }],
  ])('may be %s', async (_name, headers) => {
    await using world = await openSignedIn();
    world.answerRefresh(async (_request, next) => new Response(await (await next()).text(), { headers }));

    expect(await requestWithExpiredToken(world)).toBe(200);
  });

  test('in cookies can be an empty response with the content type of HTML, such as Django’s `HttpResponse(status=204)`', async () => {
    using session = createSession({
      baseUrl: 'https://api.example.com/',
      server: cookieContract({ login: 'login', refresh: 'refresh' }),
      ky: { fetch: () => Promise.resolve(new Response(null, { status: 204, headers: html })) },
    });
    await session.login({});
    await session.refresh();

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
  });

  test('cannot be the JSON of a captive portal', async () => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(200, '{"portal":true}', json));
    await requestWithExpiredToken(world);

    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
    expect(await outcomeOf(world.session.fetch('/api/me'))).toMatchObject({
      name: 'RefreshUnavailableError',
    });
  });
});
