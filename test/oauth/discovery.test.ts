import { expect, test, vi } from 'vitest';
import { createSession } from '../../src/index.ts';
import { oauth } from '../../src/oauth/index.ts';
import { readOAuthOptions } from '../../src/oauth/oauthOptions.ts';
import { createProvider } from '../../src/oauth/provider.ts';
import { createManualClock } from '../clock.ts';
import { createMemoryStorage } from './memoryStorage.ts';
import { startProvider } from './provider.ts';
import { followTo } from './userAgent.ts';

test('A discovery that the provider never answers ends after ten seconds, and the next call repeats it', async () => {
  await using provider = await startProvider();
  const { issuer } = provider;
  const clock = createManualClock();
  const { metadata } = createProvider(readOAuthOptions({ issuer, clientId: 'spa' }), clock);
  const { signal } = new AbortController();
  let asked = 0;
  provider.intercept = () => {
    asked += 1;
    return asked === 1;
  };
  const both = Promise.allSettled([metadata(signal), metadata(signal)]);
  await vi.waitUntil(() => asked === 1);
  await clock.advance(10_000);
  const reasons = (await both).map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as unknown) : null,
  );

  expect(reasons).toMatchObject([{ verdict: 'unavailable' }, { verdict: 'unavailable' }]);
  expect(await metadata(signal)).toMatchObject({ issuer });
  expect(asked).toBe(2);
});

test('The discovery and direct calls use the `fetch` that you give', async () => {
  await using provider = await startProvider();
  const paths: string[] = [];
  const places: string[] = [];
  const auth = oauth({
    issuer: provider.issuer,
    clientId: 'spa',
    redirectUri: 'http://localhost/callback',
    scope: 'openid offline_access',
    resource: provider.api,
    storage: createMemoryStorage(),
    navigate: (url) => void places.push(url),
    fetch(input, init) {
      paths.push(new URL(input instanceof Request ? input.url : input).pathname);
      return fetch(input, init);
    },
  });
  using session = createSession({ baseUrl: provider.api, ...auth.options });
  await auth.signIn({ returnTo: '/', prompt: 'consent' });
  await auth.complete(session, await followTo('http://localhost/callback', places[0] ?? ''));

  expect(paths).toEqual(['/.well-known/openid-configuration', '/token']);
});
