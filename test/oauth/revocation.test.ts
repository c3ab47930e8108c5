import { expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { deviceCode, oauth } from '../../src/oauth/index.ts';
import { startProvider } from './provider.ts';
import { decideOnDevice } from './userAgent.ts';

test('A logout revokes the refresh token, also if the server cannot revoke the access token', async () => {
  await using provider = await startProvider();
  const { issuer, api } = provider;
  const revoked: string[] = [];
  provider.intercept = (request) => {
    if (request.url === '/token/revocation')
      request.on('data', (chunk: Buffer) => revoked.push(String(chunk)));
    return false;
  };
  const auth = oauth({ issuer, clientId: 'spa', scope: 'openid offline_access', resource: api });
  const session = createSession({ baseUrl: api, ...auth.options });
  await session.login(
    deviceCode({
      show: ({ verificationUriComplete }) => decideOnDevice(verificationUriComplete ?? ''),
      clock: { now: Date.now, schedule: (callback) => (queueMicrotask(callback), () => undefined) },
    }),
  );
  const failures: unknown[] = [];
  session.on('session.logoutFailed', (event) => failures.push(event));
  await session.logout();

  const tokens = revoked.map((body) => new URLSearchParams(body).get('token') ?? '');
  expect(tokens, 'the access token, which is a JWT, and the refresh token').toHaveLength(2);
  expect(failures).toEqual([]);
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'spa',
      refresh_token: tokens.at(-1) ?? '',
    }),
  });
  expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
});
