import OAuth2Server from '@node-oauth/oauth2-server';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { nodeOauth } from './contracts/nodeOauth.ts';

const client = { id: 'web', grants: ['password', 'refresh_token'], accessTokenLifetime: 60 };

/** A server with tokens in memory, whose refresh tokens can be used once. */
async function startServer() {
  const tokens = [];
  const oauth = new OAuth2Server({
    requireClientAuthentication: { password: false, refresh_token: false },
    model: {
      getClient: (id) => (id === 'web' ? client : null),
      getUser: (username, password) => (password === 'lovelace' ? { username } : null),
      saveToken(token, owner, user) {
        const saved = { ...token, client: owner, user };
        tokens.push(saved);
        return saved;
      },
      getAccessToken: (accessToken) => tokens.find((token) => token.accessToken === accessToken),
      getRefreshToken: (refreshToken) => tokens.find((token) => token.refreshToken === refreshToken),
      revokeToken({ refreshToken }) {
        const index = tokens.findIndex((token) => token.refreshToken === refreshToken);
        return tokens.splice(index, 1).length > 0;
      },
    },
  });
  const server = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { method, headers, url } = incoming;
    const request = new OAuth2Server.Request({
      method,
      headers,
      query: {},
      body: Object.fromEntries(new URLSearchParams(body)),
    });
    const response = new OAuth2Server.Response();
    try {
      if (url === '/oauth/token') await oauth.token(request, response);
      else response.body = (await oauth.authenticate(request, response)).user;
    } catch (error) {
      response.status = error.code;
      response.body = { error: error.name };
    }
    outgoing.writeHead(response.status ?? 200, { ...response.headers, 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(response.body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    tokens,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('node-oauth: signs in, replaces an unknown access token, and expires with a refused refresh token', async () => {
  using server = await startServer();
  using session = createSession({ baseUrl: server.url, server: nodeOauth, refresh: { cooldown: 0 } });
  await expect(session.login({ username: 'ada', password: 'wrong' })).rejects.toMatchObject({
    verdict: 'invalidCredentials',
  });
  await session.login({ username: 'ada', password: 'lovelace' });
  expect(await session.api.get('me').json()).toEqual({ username: 'ada' });
  for (const token of server.tokens) token.accessToken = 'unknown';
  expect(await session.api.get('me').json()).toEqual({ username: 'ada' });
  server.tokens.length = 0;
  await expect(session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
});
