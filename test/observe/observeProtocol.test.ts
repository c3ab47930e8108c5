import { expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import {
  dpop,
  oauth,
  pushRequest,
  userInfo,
  verifySignature,
  type OAuthOptions,
} from '../../src/oauth/index.ts';
import { observeProtocol, type ProtocolStep } from '../../src/observe/index.ts';
import { createMemoryStorage } from '../oauth/memoryStorage.ts';
import { startProvider, type TestProvider } from '../oauth/provider.ts';
import { followTo } from '../oauth/userAgent.ts';

function open(provider: TestProvider, options: Partial<Omit<OAuthOptions, 'user'>> = {}) {
  const places: string[] = [];
  const auth = oauth({
    issuer: provider.issuer,
    clientId: 'spa',
    redirectUri: 'http://localhost/callback?tenant=canary',
    scope: 'openid email offline_access',
    resource: provider.api,
    storage: createMemoryStorage(),
    navigate: (url) => void places.push(url),
    ...options,
  });
  const session = createSession({ baseUrl: provider.api, ...auth.options, refresh: { cooldown: 0 } });
  async function signIn() {
    await auth.signIn({ returnTo: '/', prompt: 'consent', loginHint: 'canary' });
    const callback = await followTo('http://localhost/callback', places.at(-1) ?? '');
    return { callback, done: auth.complete(session, callback) };
  }
  return { auth, session, signIn, places };
}

const redirectUris = ['http://localhost/callback?tenant=canary'];

/** A step in one line: `token /token 200`, without the origin. */
const brief = ({ name, url, status, code, isRepeat }: ProtocolStep) =>
  [name, URL.canParse(url) ? new URL(url).pathname : url, status, code, isRepeat && 'repeated']
    .filter((part) => part !== null && part !== false)
    .join(' ');

const valuesOf = (fields: ProtocolStep['sent']) =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]));

test('Each step of a sign-in, a refresh and a sign-out is recorded, with the nonces and repeats of DPoP', async () => {
  await using provider = await startProvider({ redirectUris, requiresNonce: true, requiresPar: true });
  const { auth, session, signIn } = open(provider, {
    dpop: dpop(),
    pushRequest,
    verifySignature,
    postLogoutRedirectUri: 'http://localhost/callback?tenant=canary',
  });
  const { steps } = observeProtocol(auth);
  await (
    await signIn()
  ).done;
  await session.fetch('/me');
  await session.refresh();
  await session.fetch('/me');
  await session.logout();

  await expect.poll(() => steps().every(({ duration }) => duration !== null)).toBe(true);
  expect(steps().map(brief)).toEqual([
    'discovery /.well-known/openid-configuration 200',
    'pushedAuthorization /request 201',
    'authorization /auth',
    'callback /callback',
    'token /token 400 use_dpop_nonce',
    'token /token 200 repeated',
    'keys /jwks 200',
    'api /me 401 use_dpop_nonce',
    'api /me 200 repeated',
    'token /token 200',
    // Of the access token, which is a JWT, and of the refresh token.
    'revocation /token/revocation 400 unsupported_token_type',
    'revocation /token/revocation 200',
    'endSession /session/end',
  ]);
  const proofs = new Set(steps().map(({ proof }) => proof));
  expect(proofs, 'none, or that of the one key').toHaveLength(2);
  const token = steps().find(({ name, status }) => name === 'token' && status === 200);
  expect(valuesOf(token?.sent ?? [])).toMatchObject({ grant_type: 'authorization_code', code: null });
  expect(valuesOf(token?.received ?? [])).toMatchObject({ token_type: 'DPoP', access_token: null });
});

test('No step contains a secret', async () => {
  await using provider = await startProvider({ redirectUris });
  const secrets = new Set(['canary']);
  const { auth, session, signIn, places } = open(provider, {
    dpop: dpop(),
    postLogoutRedirectUri: 'http://localhost/callback?tenant=canary',
  });
  const told: string[] = [];
  const saved = createMemoryStorage();
  const { steps, subscribe } = observeProtocol(auth, {
    storage: { ...saved, setItem: (_key, text) => void told.push(text) },
  });
  subscribe((step) => told.push(JSON.stringify(step)));
  provider.intercept = ({ headers }) => {
    if (headers['dpop'] !== undefined) secrets.add(String(headers['dpop']));
    return false;
  };
  const { done, callback } = await signIn();
  await done;
  secrets.add(await session.accessToken());
  await session.refresh();
  secrets.add(await session.accessToken());
  await session.logout();
  for (const place of [callback, ...places]) {
    const { searchParams } = new URL(place);
    for (const name of ['code', 'state', 'nonce', 'code_challenge', 'id_token_hint'])
      secrets.add(searchParams.get(name) ?? 'canary');
  }

  expect(secrets.size).toBeGreaterThanOrEqual(10);
  expect(told.join()).toContain('endSession');
  for (const secret of secrets) {
    expect([...told, JSON.stringify(steps())].filter((text) => text.includes(secret))).toEqual([]);
  }
});

test('Refusals are recorded by their codes: of the user, of the token endpoint, and of this library', async () => {
  await using provider = await startProvider({ redirectUris });
  const { auth, session, signIn } = open(provider);
  const { steps } = observeProtocol(auth);
  provider.answer = { error: 'access_denied' };
  await expect((await signIn()).done).rejects.toThrow('access_denied');
  await expect(auth.complete(session, 'http://localhost/callback?state=old&code=old')).rejects.toThrow();
  provider.answer = { account: 'ada' };
  await (
    await signIn()
  ).done;
  provider.intercept = ({ url }, response) => {
    if (url !== '/token') return false;
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    return true;
  };
  await session.refresh().catch(() => undefined);
  provider.intercept = null;
  const asking = open(provider, { userInfo });
  const asked = observeProtocol(asking.auth).steps;
  await expect((await asking.signIn()).done, 'the token is for the API only').rejects.toThrow();

  expect(asked().map(brief)).toContain('userinfo /me 401 invalid_token');
  const codes = steps().filter(({ code }) => code !== null);
  expect(codes.map(brief)).toEqual([
    'callback /callback access_denied',
    'callback /callback unknown_state',
    'token /token 400 invalid_grant',
  ]);
});

test('A step is told when it begins and when it ends, and the steps outlive the page', async () => {
  await using provider = await startProvider({ redirectUris });
  const storage = createMemoryStorage();
  const { auth, signIn } = open(provider);
  const { subscribe, steps } = observeProtocol(auth, { storage });
  const told: ProtocolStep[] = [];
  const stop = subscribe((step) => told.push(step));
  await (
    await signIn()
  ).done;
  stop();

  const ofToken = told.filter(({ name }) => name === 'token');
  expect(ofToken.map(({ duration }) => duration === null)).toEqual([true, false]);
  expect(observeProtocol(auth).steps).toBe(steps);
  const next = open(provider);
  expect(observeProtocol(next.auth, { storage }).steps()).toEqual(steps());
  const other = open(provider);
  const damaged = [{ name: 'token' }, null, 7, { ...steps()[0], sent: [null] }];
  storage.setItem(`sessionchart.protocol.${provider.issuer}`, JSON.stringify(damaged));
  expect(observeProtocol(other.auth, { storage }).steps()).toEqual([]);
});
