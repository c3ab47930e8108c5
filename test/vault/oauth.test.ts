import { expect, onTestFinished, test, vi } from 'vitest';
import { createSession, type SessionOptions } from '../../src/index.ts';
import { dpop, oauth, userInfo, type OAuthOptions } from '../../src/oauth/index.ts';
import { observeProtocol } from '../../src/observe/index.ts';
import { oauthVault } from '../../src/vault/index.ts';
import { startProvider, type TestProvider, type TestProviderOptions } from '../oauth/provider.ts';
import { followTo } from '../oauth/userAgent.ts';
import { workerOf } from './world.ts';

const callbackUrl = 'http://localhost/callback';

/** A vault for a provider. Each page has a session, and is connected to the same worker. */
async function openVault(options: Partial<Omit<OAuthOptions, 'user'>> = {}, given: TestProviderOptions = {}) {
  const provider = await startProvider(given);
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const trustedOrigins = [provider.issuer];
  const providerAuth = oauth({
    issuer: provider.issuer,
    clientId: 'spa',
    redirectUri: callbackUrl,
    scope: 'openid email offline_access',
    resource: provider.api,
    ...options,
  });
  const worker = workerOf({ baseUrl: provider.api, trustedOrigins, auth: providerAuth });
  function openPage(more: Pick<SessionOptions, 'hold'> = {}) {
    const places: string[] = [];
    const auth = oauthVault({ worker, navigate: (url) => void places.push(url) });
    const session = createSession({
      baseUrl: provider.api,
      ...auth.options,
      trustedOrigins,
      refresh: { cooldown: 0 },
      ...more,
    });
    onTestFinished(() => {
      session.dispose();
      auth.close();
    });
    async function comeBack(parameters = {}): Promise<string> {
      await auth.signIn({ returnTo: '/orders', prompt: 'consent', ...parameters });
      return followTo(callbackUrl, places.at(-1) ?? '');
    }
    const signIn = async (parameters = {}) => auth.complete(session, await comeBack(parameters));
    return { auth, session, places, comeBack, signIn };
  }
  return { provider, providerAuth, openPage };
}

const refreshes = ({ tokenRequests }: TestProvider) =>
  tokenRequests.filter(({ grant, status }) => grant === 'refresh_token' && status === 200).length;

test.each([
  ['bearer tokens', () => ({}), false],
  ['DPoP with nonces', () => ({ dpop: dpop() }), true],
] as const)(
  'A vault signs a user in, refreshes once for 20 requests, and revokes the tokens (%s)',
  async (_, options, isBound) => {
    const { provider, openPage } = await openVault(options(), { requiresNonce: isBound });
    const { session, signIn } = openPage();
    expect(await signIn()).toEqual({ returnTo: '/orders' });
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { sub: 'ada' } });
    const me = await session.fetch('/me', { method: 'POST', body: 'text' });
    expect(await me.json()).toMatchObject({ sub: 'ada', scheme: isBound ? 'DPoP' : 'Bearer', body: 'text' });
    provider.expireAccessTokens();
    const answers = await Promise.all(Array.from({ length: 20 }, () => session.fetch('/me')));

    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(refreshes(provider)).toBe(1);
    await session.logout();
    expect((await session.fetch('/me')).status).toBe(401);
  },
);

test('The provider refuses a sign-in, or the response belongs to none: the error says which', async () => {
  const { provider, openPage } = await openVault();
  const { auth, session, comeBack } = openPage();
  provider.answer = { error: 'access_denied' };
  const refused = await comeBack();

  await expect(auth.complete(session, refused)).rejects.toMatchObject({
    code: 'ERR_AUTHORIZATION',
    error: 'access_denied',
    description: 'no',
  });
  const forged = `${callbackUrl}?code=forged&state=forged`;
  await expect(auth.complete(session, forged)).rejects.toMatchObject({ error: 'unknown_state' });
  expect(session.getSnapshot().status).toBe('anonymous');
});

const stepUp = { acrValues: 'gold', maxAge: 0 };

test.each([
  ['the request waits', { whileStepUp: 600_000 }],
  ['the request gets the response of the API', {}],
])('A stronger sign-in continues the session, unless another user signs in (%s)', async (_, hold) => {
  const { provider, openPage } = await openVault({ dpop: dpop() });
  const { session, signIn } = openPage({ hold });
  await signIn();
  const { identity } = session.getSnapshot();
  const request = session.fetch('/transfers');
  if ('whileStepUp' in hold) await vi.waitUntil(() => session.getSnapshot().stepUp !== null);
  else expect((await request).status).toBe(401);
  provider.answer = { account: 'grace' };
  await expect(signIn(stepUp)).rejects.toMatchObject({
    code: 'ERR_LOGIN_FAILED',
    verdict: 'subjectMismatch',
  });
  provider.answer = { account: 'ada' };
  await signIn(stepUp);

  expect(session.getSnapshot()).toMatchObject({ stepUp: null, identity, user: { sub: 'ada' } });
  expect((await session.fetch('/transfers')).status).toBe(200);
  expect((await request).status).toBe('whileStepUp' in hold ? 200 : 401);
});

test('Ten pages that return at the same time share the session, and a logout ends it at the provider too', async () => {
  const { provider, openPage } = await openVault({ postLogoutRedirectUri: callbackUrl });
  const pages = Array.from({ length: 10 }, () => openPage());
  const urls = await Promise.all(pages.map(({ comeBack }) => comeBack()));
  await Promise.all(pages.map(({ auth, session }, index) => auth.complete(session, urls[index])));
  const sendAll = () =>
    Promise.all(pages.map(({ session }) => session.fetch('/me').then(({ status }) => status, String)));
  // The session of one page replaces those of the others.
  await expect.poll(sendAll).toEqual(Array(10).fill(200));
  provider.expireAccessTokens();
  expect(await sendAll()).toEqual(Array(10).fill(200));
  expect(refreshes(provider)).toBe(1);

  const [{ session, places }] = pages as [(typeof pages)[0]];
  await session.logout();
  const end = new URL(places.at(-1) ?? '');
  expect(end.pathname).toBe('/session/end');
  expect(Object.fromEntries(end.searchParams)).toEqual({
    client_id: 'spa',
    post_logout_redirect_uri: callbackUrl,
  });
});

test('The refused sign-in of another user does not end the session at the provider', async () => {
  const { provider, openPage } = await openVault({ postLogoutRedirectUri: callbackUrl });
  const { session, signIn, places } = openPage({ hold: { whileStepUp: 600_000 } });
  await signIn();
  const request = session.fetch('/transfers');
  await vi.waitUntil(() => session.getSnapshot().stepUp !== null);
  provider.answer = { account: 'grace' };
  await expect(signIn(stepUp)).rejects.toMatchObject({ verdict: 'subjectMismatch' });
  provider.answer = { account: 'ada' };
  await signIn(stepUp);
  await request;
  const paths = () => places.map((place) => new URL(place).pathname);
  expect(paths()).not.toContain('/session/end');

  await session.logout();
  expect(paths()).toContain('/session/end');
});

test('A page may ask the userinfo endpoint of the provider, but not its token endpoint', async () => {
  const { provider, openPage } = await openVault({ userInfo });
  const { session, signIn } = openPage();
  // The strict provider would refuse the token of the API.
  provider.intercept = ({ url }, response) => {
    if (url !== '/me') return false;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"sub":"ada"}');
    return true;
  };
  await signIn();
  const { issuer } = provider;

  expect(await (await session.fetch(`${issuer}/me`)).json()).toEqual({ sub: 'ada' });
  await expect(session.fetch(`${issuer}/token`, { method: 'POST' })).rejects.toThrow(
    'The vault sends no requests of a page to /token, which responds with tokens',
  );
});

test('`observeProtocol` in the worker records the requests of the worker to the provider', async () => {
  const { provider, providerAuth, openPage } = await openVault({ dpop: dpop() }, { requiresNonce: true });
  const { steps } = observeProtocol(providerAuth);
  const { session, signIn } = openPage();
  await signIn();
  await session.fetch('/me');
  provider.expireAccessTokens();
  await session.fetch('/me');
  await session.logout();
  await vi.waitUntil(() => steps().every(({ duration }) => duration !== null));
  const names = steps().map(({ name, code }) => (code === null ? name : `${name} ${code}`));

  expect(names).toEqual([
    'discovery',
    'token use_dpop_nonce',
    'token',
    'api use_dpop_nonce',
    'api',
    'token',
    'revocation unsupported_token_type',
    'revocation',
  ]);
});

test('A misspelt option of a vault is named', () => {
  const worker = () => new MessageChannel().port1;
  // @ts-expect-error -- JavaScript can pass anything
  expect(() => oauthVault({ worker, navigate: '/sign-in' })).toThrow(
    'Expected `navigate` to be a function, got a string',
  );
});
