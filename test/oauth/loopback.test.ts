import { describe, expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { loopback } from '../../src/node/index.ts';
import { dpop, oauth, type OAuthOptions } from '../../src/oauth/index.ts';
import { startProvider, type TestProvider } from './provider.ts';
import { followTo } from './userAgent.ts';

const startNativeProvider = (options: Parameters<typeof startProvider>[0] = {}) =>
  startProvider({ ...options, redirectUris: ['http://127.0.0.1/callback'] });

function open({ issuer, api }: TestProvider, options: Partial<Omit<OAuthOptions, 'user'>> = {}) {
  const scope = 'openid email offline_access';
  const auth = oauth({ issuer, clientId: 'spa', scope, resource: api, ...options });
  return createSession({ baseUrl: api, ...auth.options });
}

/** The browser of the user: goes through the pages of the provider, and returns the page at the end. */
async function browse(url: string): Promise<{ readonly address: string; readonly page: string }> {
  const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
  const address = await followTo(redirectUri, url);
  return { address, page: await (await fetch(address)).text() };
}

const isClosed = (address: string) =>
  fetch(address).then(
    () => false,
    () => true,
  );

describe('A sign-in that returns to a port of this machine', () => {
  test.each(['bearer', 'DPoP with nonces'])('succeeds, and its server ends (%s)', async (kind) => {
    const isBound = kind !== 'bearer';
    await using provider = await startNativeProvider({ requiresNonce: isBound });
    const session = open(provider, isBound ? { dpop: dpop() } : {});
    const browsed: ReturnType<typeof browse>[] = [];
    const user = await session.login(
      loopback({ open: (url) => void browsed.push(browse(url)), prompt: 'consent' }),
    );
    const [{ address, page } = { address: '', page: '' }] = await Promise.all(browsed);

    expect(user).toMatchObject({ sub: 'ada', email: 'ada@example.com' });
    expect(page).toBe('You have signed in. You can close this page.');
    expect(await session.api.get('me').json()).toMatchObject({ sub: 'ada' });
    expect(await isClosed(address)).toBe(true);
  });

  test('is not ended by a request with another state or another path', async () => {
    await using provider = await startNativeProvider();
    const session = open(provider);
    const statuses: number[] = [];
    await session.login(
      loopback({
        async open(url) {
          const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
          const forged = [`${redirectUri}?code=forged&state=forged`, new URL('/favicon.ico', redirectUri)];
          for (const address of forged) statuses.push((await fetch(address)).status);
          await browse(url);
        },
      }),
    );
    expect(statuses).toEqual([400, 404]);
    expect(session.getSnapshot().status).toBe('authenticated');
  });

  test('fails with `access_denied` if the user refuses', async () => {
    await using provider = await startNativeProvider();
    provider.answer = { error: 'access_denied' };
    const session = open(provider);
    const browsed: ReturnType<typeof browse>[] = [];
    const login = session.login(loopback({ open: (url) => void browsed.push(browse(url)) }));
    await expect(login).rejects.toMatchObject({
      code: 'ERR_LOGIN_FAILED',
      cause: { error: 'access_denied' },
    });
    expect(await Promise.all(browsed)).toMatchObject([
      { page: 'The sign-in was refused. You can close this page.' },
    ]);
  });

  test('ends its server if the program aborts it, and if no browser can be opened', async () => {
    await using provider = await startNativeProvider();
    const session = open(provider);
    const opened: string[] = [];
    const controller = new AbortController();
    const aborted = session.login(
      loopback({
        open(url) {
          opened.push(new URL(url).searchParams.get('redirect_uri') ?? '');
          controller.abort(new Error('the user has pressed Ctrl-C'));
        },
      }),
      { signal: controller.signal },
    );
    await expect(aborted).rejects.toThrow('the user has pressed Ctrl-C');
    const withoutBrowser = session.login(
      loopback({
        open(url) {
          opened.push(new URL(url).searchParams.get('redirect_uri') ?? '');
          throw new Error('no browser');
        },
      }),
    );
    await expect(withoutBrowser).rejects.toMatchObject({ code: 'ERR_LOGIN_FAILED' });
    expect(opened).toHaveLength(2);
    expect(await Promise.all(opened.map(isClosed))).toEqual([true, true]);
  });
});

test('`loopback` names an option that is not valid', () => {
  // @ts-expect-error `open` is required
  expect(() => loopback({})).toThrow('Expected `options.open` to be a function, got undefined');
  expect(() => loopback({ open: () => undefined, path: 'callback' })).toThrow(
    'Expected `path` to be a path that begins with `/`',
  );
});
