import OAuth2Server from '@node-oauth/oauth2-server';
import { createServer } from 'node:http';
import { createSession } from '../../../src/index.ts';
import { loopback } from '../../../src/node/index.ts';
import { oauth, passwordGrant } from '../../../src/oauth/index.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../listen.js';

const client = {
  id: 'web',
  grants: ['authorization_code', 'password', 'refresh_token'],
  redirectUris: ['http://127.0.0.1/callback'],
};

/**
 * A server of OAuth alone: without metadata, ID tokens, nonces and `iss`. Its tokens are not JWTs, and it names no user. A refresh
 * token can be used once.
 */
function createOAuthServer() {
  const codes = new Map();
  let tokens = [];
  const server = new OAuth2Server({
    requireClientAuthentication: { authorization_code: false, password: false, refresh_token: false },
    model: {
      getClient: (id) => (id === 'web' ? client : null),
      validateRedirectUri: (uri) => new URL(uri).hostname === '127.0.0.1',
      saveAuthorizationCode(code, owner, user) {
        const saved = { ...code, client: owner, user };
        codes.set(code.authorizationCode, saved);
        return saved;
      },
      getAuthorizationCode: (code) => codes.get(code),
      revokeAuthorizationCode: ({ authorizationCode }) => codes.delete(authorizationCode),
      getUser: (username, password) => (password === 'lovelace' ? { username } : null),
      validateScope: (_user, _client, scope) => scope,
      saveToken(token, owner, user) {
        const saved = { ...token, client: owner, user };
        tokens.push(saved);
        return saved;
      },
      getAccessToken: (accessToken) => tokens.find((token) => token.accessToken === accessToken),
      getRefreshToken: (refreshToken) => tokens.find((token) => token.refreshToken === refreshToken),
      revokeToken({ refreshToken }) {
        const before = tokens.length;
        tokens = tokens.filter((token) => token.refreshToken !== refreshToken);
        return tokens.length < before;
      },
    },
  });
  return {
    server,
    revoke: (text) =>
      (tokens = tokens.filter(
        ({ accessToken, refreshToken }) => ![accessToken, refreshToken].includes(text),
      )),
    expire: () => tokens.forEach((token) => (token.accessTokenExpiresAt = new Date(0))),
    count: () => tokens.length,
  };
}

const authenticateHandler = { handle: () => ({ username: 'ada' }) };
const provider = createOAuthServer();
const requests = [];
let place;

beforeAll(async () => {
  place = await listen(
    createServer(async (incoming, outgoing) => {
      let text = '';
      for await (const chunk of incoming) text += chunk;
      const { pathname, searchParams } = new URL(incoming.url, 'http://127.0.0.1');
      const body = Object.fromEntries(new URLSearchParams(text));
      const { method, headers } = incoming;
      const request = new OAuth2Server.Request({
        method,
        headers,
        query: Object.fromEntries(searchParams),
        body,
      });
      const response = new OAuth2Server.Response();
      try {
        if (pathname === '/authorize')
          await provider.server.authorize(request, response, { authenticateHandler });
        else if (pathname === '/token') await provider.server.token(request, response);
        else if (pathname === '/revoke') provider.revoke(body.token);
        else response.body = (await provider.server.authenticate(request, response)).user;
      } catch (error) {
        response.status = error.code;
        response.body = { error: error.name };
      }
      requests.push(`${pathname} ${body.grant_type ?? ''} ${response.status ?? 200}`.replace('  ', ' '));
      outgoing.writeHead(response.status ?? 200, { ...response.headers, 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(response.body));
    }),
  );
});
afterAll(() => place.stop());

test('A server without OpenID Connect signs in with PKCE, rotates for 20 requests once, and revokes both tokens', async () => {
  const { origin } = place;
  const auth = oauth({
    issuer: origin,
    clientId: 'web',
    scope: 'orders',
    endpoints: {
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      revocation_endpoint: `${origin}/revoke`,
    },
  });
  const session = createSession({ baseUrl: origin, ...auth.options, refresh: { cooldown: 0 } });
  const failures = [];
  session.on('session.logoutFailed', (event) => failures.push(event));
  expect(await session.login(loopback({ open: (url) => void fetch(url) })), 'no user is named').toBeNull();
  expect(await session.api.get('me').json()).toEqual({ username: 'ada' });

  provider.expire();
  const answers = await Promise.all(Array.from({ length: 20 }, () => session.fetch('/me')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await session.refresh();
  expect(requests.filter((request) => request.startsWith('/token'))).toEqual([
    '/token authorization_code 200',
    '/token refresh_token 200',
    '/token refresh_token 200',
  ]);

  await session.logout();
  expect(failures).toEqual([]);
  expect(requests.filter((request) => request.startsWith('/revoke'))).toEqual(['/revoke 200', '/revoke 200']);
  expect(provider.count()).toBe(0);
});

test('A refused refresh token ends the session', async () => {
  const { origin } = place;
  const endpoints = { authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token` };
  const auth = oauth({ issuer: origin, clientId: 'web', scope: 'orders', endpoints });
  const session = createSession({ baseUrl: origin, ...auth.options, refresh: { cooldown: 0 } });
  await session.login(loopback({ open: (url) => void fetch(url) }));
  const token = await session.accessToken();
  provider.revoke(token);
  await expect(session.fetch('/me')).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
  expect(session.getSnapshot().status).toBe('expired');
});

test('A server that offers nothing else takes a password', async () => {
  const { origin } = place;
  const auth = oauth({
    issuer: origin,
    clientId: 'web',
    scope: 'orders',
    endpoints: { token_endpoint: `${origin}/token` },
  });
  const session = createSession({ baseUrl: origin, ...auth.options });
  const wrong = session.login(passwordGrant({ username: 'ada', password: 'wrong' }));
  await expect(wrong).rejects.toMatchObject({ verdict: 'invalidCredentials', serverCode: 'invalid_grant' });
  await session.login(passwordGrant({ username: 'ada', password: 'lovelace' }));
  expect(await session.api.get('me').json()).toEqual({ username: 'ada' });
});
