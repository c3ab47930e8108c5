import { expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { oauth, passwordGrant, tokenExchange } from '../../src/oauth/index.ts';
import { startProvider } from './provider.ts';

test('A token that the program has is exchanged for one of the API (RFC 8693, section 2.1)', async () => {
  await using provider = await startProvider();
  const { issuer, api } = provider;
  const bodies: URLSearchParams[] = [];
  provider.intercept = (request, response) => {
    if (request.url !== '/token') return false;
    request.on('data', (chunk: Buffer) => bodies.push(new URLSearchParams(String(chunk))));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"access_token":"exchanged","token_type":"Bearer","expires_in":60}');
    });
    return true;
  };
  const auth = oauth({ issuer, clientId: 'spa', scope: 'orders', resource: api });
  const session = createSession({ baseUrl: api, ...auth.options });
  await session.login(tokenExchange({ subjectToken: 'subject', parameters: { audience: 'orders' } }));

  expect(await session.accessToken()).toBe('exchanged');
  expect(bodies.map((body) => Object.fromEntries(body))).toEqual([
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: 'spa',
      scope: 'orders',
      resource: api,
      audience: 'orders',
      subject_token: 'subject',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    },
  ]);
});

test('The options of these sign-ins are named if they are not valid, and not quoted', () => {
  expect(() => tokenExchange({ subjectToken: '' })).toThrow(
    'Expected `subjectToken` to be a non-empty string',
  );
  expect(() => passwordGrant({ username: 'ada', password: '' })).toThrow(
    'Expected `password` to be a non-empty string',
  );
});
