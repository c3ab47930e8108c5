import OAuth2Server from '@node-oauth/oauth2-server';
import { createServer } from 'node:http';
import { listen } from '../listen.js';
import { testRecipe } from '../testRecipe.js';
import { nodeOauth } from './contract.ts';

const client = { id: 'web', grants: ['password', 'refresh_token'], accessTokenLifetime: 60 };

/** A server with tokens in memory, whose refresh tokens can be used once. */
async function start() {
  let tokens = [];
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
        const before = tokens.length;
        tokens = tokens.filter((token) => token.refreshToken !== refreshToken);
        return tokens.length < before;
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
  const { origin, stop } = await listen(server);
  return {
    baseUrl: origin,
    credentials: { username: 'ada', password: 'lovelace' },
    expire({ accessToken }) {
      tokens.find((token) => token.accessToken === accessToken).accessTokenExpiresAt = new Date(0);
    },
    revoke({ refreshToken }) {
      tokens = tokens.filter((token) => token.refreshToken !== refreshToken);
    },
    stop,
  };
}

testRecipe('node-oauth', nodeOauth, start, {
  resource: 'me',
  user: null,
  refused: { verdict: 'invalidCredentials', status: 400, serverCode: 'invalid_grant' },
  expired: 'refreshes',
  afterLogout: { accessToken: 'accepted', refresh: 'accepted' },
});
