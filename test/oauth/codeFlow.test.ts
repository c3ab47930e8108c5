import { expect, onTestFinished, test, vi } from 'vitest';
import { createSession } from '../../src/index.ts';
import { dpop, oauth, pushRequest, userInfo, type OAuthOptions } from '../../src/oauth/index.ts';
import { createMemoryStorage } from './memoryStorage.ts';
import { startProvider, type TestProvider } from './provider.ts';
import { followTo } from './userAgent.ts';

function open(provider: TestProvider, options: Partial<Omit<OAuthOptions, 'user'>> = {}) {
  const places: string[] = [];
  const auth = oauth({
    issuer: provider.issuer,
    clientId: 'spa',
    redirectUri: 'http://localhost/callback',
    scope: 'openid email offline_access',
    resource: provider.api,
    storage: createMemoryStorage(),
    navigate: (url) => void places.push(url),
    ...options,
  });
  const session = createSession({ baseUrl: provider.api, ...auth.options, refresh: { cooldown: 0 } });
  async function signIn(): Promise<string> {
    await auth.signIn({ returnTo: '/orders', prompt: 'consent' });
    return followTo('http://localhost/callback', places.at(-1) ?? '');
  }
  return { auth, session, signIn, places };
}

test.each(['bearer', 'DPoP with nonces'])(
  'A user signs in, 20 requests over an expiry make one refresh, and a logout revokes the tokens (%s)',
  async (kind) => {
    const isBound = kind !== 'bearer';
    await using provider = await startProvider({ requiresNonce: isBound });
    const { auth, session, signIn } = open(provider, isBound ? { dpop: dpop() } : {});
    const callback = await signIn();
    expect(await auth.complete(session, callback)).toEqual({ returnTo: '/orders' });
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { sub: 'ada' } });

    const me = await session.fetch('/me', { method: 'POST', body: 'text' });
    expect(await me.json()).toMatchObject({ sub: 'ada', scheme: isBound ? 'DPoP' : 'Bearer', body: 'text' });

    provider.expireAccessTokens();
    const answers = await Promise.all(Array.from({ length: 20 }, () => session.fetch('/me')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(
      provider.tokenRequests.filter(({ grant, status }) => grant === 'refresh_token' && status === 200),
    ).toHaveLength(1);
    await session.logout();
  },
);

test('A sign-in whose code the provider never exchanges fails after 30 seconds', async () => {
  await using provider = await startProvider();
  const { auth, session, signIn } = open(provider);
  const callback = await signIn();
  const hanging = new Promise<void>((resolve) => {
    provider.intercept = ({ url }) => {
      if (url === '/token') resolve();
      return url === '/token';
    };
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const outcome = auth.complete(session, callback).catch((error: unknown) => error);
  await hanging;
  vi.advanceTimersByTime(30_000);
  expect(await outcome).toMatchObject({ code: 'ERR_LOGIN_FAILED', verdict: 'unavailable' });
  expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', isSigningIn: false });
});

test('Parameters are pushed with `pushRequest`, and a provider that requires it is an error without', async () => {
  await using provider = await startProvider({ requiresPar: true });
  const { auth, session, signIn, places } = open(provider, { pushRequest });
  await auth.complete(session, await signIn());
  expect(session.getSnapshot()).toMatchObject({ status: 'authenticated' });
  const address = new URL(places[0] ?? '');
  expect([...address.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);

  const without = open(provider);
  await expect(without.auth.signIn({ returnTo: '/' })).rejects.toThrow(
    'Expected `pushRequest` to be given, since the provider requires it (RFC 9126), got none',
  );
  expect(without.places).toEqual([]);
});

test('A token for the API is refused by the userinfo endpoint of a strict provider, with an error that says so', async () => {
  await using provider = await startProvider();
  const { auth, session, signIn } = open(provider, { userInfo });
  await expect(auth.complete(session, await signIn())).rejects.toMatchObject({
    error: 'userinfo_refused',
    message: expect.stringContaining('`resource`') as unknown,
  });
  expect(session.getSnapshot()).toMatchObject({ status: 'anonymous' });
});
