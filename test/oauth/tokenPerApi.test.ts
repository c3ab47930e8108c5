import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { createSession, memoryStore, type Clock, type SessionStore } from '../../src/index.ts';
import { dpop, oauth, tokenPerApi, type ApiTokens, type OAuthUser } from '../../src/oauth/index.ts';
import { createManualClock } from '../clock.ts';
import { startProvider, type TestProvider } from './provider.ts';
import { confirmedDevice } from './signedIn.ts';

interface Settings {
  readonly isBound: boolean;
  readonly resource: ApiTokens;
  readonly clock: Clock;
  readonly store: SessionStore<OAuthUser>;
}

function open(
  { issuer, api, billing }: TestProvider,
  {
    isBound = false,
    resource = tokenPerApi({ [api]: api, [billing]: 'urn:billing' }),
    clock,
    store = memoryStore(),
  }: Partial<Settings> = {},
) {
  const auth = oauth({
    issuer,
    clientId: 'spa',
    scope: 'openid offline_access orders',
    resource,
    ...(isBound && { dpop: dpop() }),
  });
  const session = createSession({
    baseUrl: api,
    ...auth.options,
    store,
    refresh: { cooldown: 0 },
    ...(clock && { environment: { clock } }),
  });
  return { session };
}

const grants = ({ tokenRequests }: TestProvider) =>
  tokenRequests.filter(({ status }) => status === 200).map(({ grant }) => grant.split(':').at(-1));

describe('Two APIs with tokens of their own', () => {
  test.each(['bearer', 'DPoP with nonces'])(
    'each get theirs and never the other, over an expiry with one refresh for both, until the logout (%s)',
    async (kind) => {
      const isBound = kind !== 'bearer';
      await using provider = await startProvider({ requiresNonce: isBound });
      const { api, billing } = provider;
      const { session } = open(provider, { isBound });
      await session.login(confirmedDevice());
      const both = () =>
        Promise.all(
          Array.from({ length: 10 }, (_, n) => session.fetch(n % 2 === 0 ? '/me' : `${billing}/me`)),
        );
      const statuses = async () => (await both()).map(({ status }) => status);
      expect(new Set(await statuses())).toEqual(new Set([200]));
      provider.expireAccessTokens();
      expect(new Set(await statuses())).toEqual(new Set([200]));

      const eachOnce = ['device_code', 'refresh_token', 'refresh_token', 'refresh_token'];
      expect(grants(provider), 'the sign-in for both, the refresh for both').toEqual(eachOnce);
      expect(provider.audiences).toEqual({ [api]: new Set([api]), [billing]: new Set(['urn:billing']) });
      await session.refresh();
      expect(new Set(await statuses())).toEqual(new Set([200]));
    },
  );

  test('keep a token from an origin that is trusted and not named', async () => {
    await using provider = await startProvider();
    const { api, billing } = provider;
    const { session } = open(provider, { resource: tokenPerApi({ [api]: api }) });
    await session.login(confirmedDevice());
    expect((await session.fetch('/me')).status).toBe(200);
    expect((await session.fetch(`${billing}/me`)).status, 'not trusted').toBe(401);
    const auth = oauth({
      issuer: provider.issuer,
      clientId: 'spa',
      scope: 'openid offline_access orders',
      resource: tokenPerApi({ [api]: api }),
    });
    const other = createSession({ baseUrl: api, ...auth.options, trustedOrigins: [billing] });
    await other.login(confirmedDevice());
    await expect(other.fetch(`${billing}/me`)).rejects.toMatchObject({
      error: 'unknown_api',
      message: `${billing} has no token: name it in \`tokenPerApi\``,
    });
    expect(provider.audiences[billing]).toEqual(new Set());
  });

  test('are independent: an API whose token is refused says why, and the other one is called', async () => {
    await using provider = await startProvider();
    const { billing } = provider;
    const { session } = open(provider);
    answerTokenRequest(provider, 2, (response) =>
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_target"}'),
    );
    await session.login(confirmedDevice());
    expect((await session.fetch('/me')).status).toBe(200);
    await expect(session.fetch(`${billing}/me`)).rejects.toMatchObject({
      code: 'ERR_AUTHORIZATION',
      error: 'invalid_target',
      message: `There is no access token for ${billing}: invalid_target`,
    });
    await session.refresh();
    expect((await session.fetch(`${billing}/me`)).status, 'granted by the next refresh').toBe(200);
  });

  test('lose nothing if the second token request gets no response: the newest refresh token is stored', async () => {
    await using provider = await startProvider();
    const { billing } = provider;
    const { session } = open(provider);
    await session.login(confirmedDevice());
    answerTokenRequest(provider, 2, (response) => response.destroy());
    await session.refresh();
    expect((await session.fetch('/me')).status).toBe(200);
    expect((await session.fetch(`${billing}/me`)).status, 'with the token from before').toBe(200);
    // The provider would end the session if an older refresh token came.
    await session.refresh();
    expect((await session.fetch(`${billing}/me`)).status).toBe(200);
    expect(grants(provider)).toEqual(['device_code', ...Array.from({ length: 4 }, () => 'refresh_token')]);
  });

  test('get a token that is missing ten seconds later', async () => {
    await using provider = await startProvider();
    const { billing } = provider;
    const clock = createManualClock();
    const { session } = open(provider, { clock });
    answerTokenRequest(provider, 2, (response) => response.writeHead(503).end());
    await session.login(confirmedDevice());
    await expect(session.fetch(`${billing}/me`)).rejects.toMatchObject({
      error: 'OAUTH_RESPONSE_IS_NOT_CONFORM',
    });
    await clock.advance(10_000);
    expect((await session.fetch(`${billing}/me`)).status).toBe(200);
    expect((await session.fetch('/me')).status).toBe(200);
  });

  test('are not waited for longer than five seconds, so that the refresh keeps what has arrived', async () => {
    await using provider = await startProvider();
    const { session } = open(provider);
    await session.login(confirmedDevice());
    const hanging = new Promise<void>((resolve) => answerTokenRequest(provider, 2, () => resolve()));
    const timers = vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const refreshed = session.refresh();
    await hanging;
    timers.advanceTimersByTime(5000);
    timers.useRealTimers();
    await refreshed;
    expect(session.getSnapshot().status).toBe('authenticated');
    await session.refresh();
    expect(provider.tokenRequests.at(-1)).toEqual({ grant: 'refresh_token', status: 200 });
  });

  test('lose all their tokens at a logout', async () => {
    await using provider = await startProvider();
    const { session } = open(provider);
    await session.login(confirmedDevice());
    let revoked = 0;
    provider.intercept = ({ url }) => {
      if (url === '/token/revocation') revoked += 1;
      return false;
    };
    await session.logout();
    expect(revoked).toBe(3);
  });
});

/** Answers the token request with this number, from now on, in place of the provider. */
function answerTokenRequest(
  provider: TestProvider,
  number: number,
  answer: (response: ServerResponse) => unknown,
): void {
  let count = 0;
  provider.intercept = ({ url }, response) => {
    if (url === '/token') count += 1;
    if (url !== '/token' || count !== number) return false;
    answer(response);
    return true;
  };
}

describe('`tokenPerApi`', () => {
  test.each([
    [{}, 'Expected `apis` to be at least one origin, got none'],
    [{ 'https://api.example/path': 'urn:a' }, 'Expected `apis` to be origins'],
    [{ 'https://api.example': {} }, "Expected `apis['https://api.example']` to be a `resource` or a `scope`"],
    [
      { 'https://api.example': '' },
      "Expected `apis['https://api.example'].resource` to be a non-empty string",
    ],
    [{ 'https://api.example': { scopes: 'a' } }, "`apis['https://api.example'].scopes`"],
  ])('names an option that is not valid: %j', (apis: object, message) => {
    expect(() => tokenPerApi({ ...apis })).toThrow(message);
  });
});

test('A session that was stored before an API was added has no token for it, and goes on if the provider grants none', async () => {
  await using provider = await startProvider();
  const { api, billing } = provider;
  const store = memoryStore();
  const before = open(provider, { store, resource: tokenPerApi({ [api]: api }) });
  await before.session.login(confirmedDevice());
  before.session.dispose();
  const { session } = open(provider, { store });
  await expect(session.fetch(`${billing}/me`)).rejects.toMatchObject({ error: 'token_missing' });
  await session.refresh();
  // The user has signed in for one API only (RFC 8707, section 2.2).
  await expect(session.fetch(`${billing}/me`)).rejects.toMatchObject({ error: 'invalid_target' });
  expect((await session.fetch('/me')).status).toBe(200);
});
