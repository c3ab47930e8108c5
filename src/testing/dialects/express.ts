import { Hono } from 'hono';
import { protectedApi } from './api.ts';
import type { Dialect, DialectEnv } from './dialect.ts';
import { grantTokens, readFields, redeem, signIn } from './grants.ts';

const endpoints = { login: '/login', refresh: '/token', logout: '/logout' };

/** Refuses with 401 if there is no token, and with 403 if it is bad or if (only the text says so) a permission is missing. */
export const express: Dialect = {
  endpoints,
  createApp(accounts) {
    const app = new Hono<DialectEnv>();

    app.post(endpoints.login, async (c) => {
      const account = await signIn(c, accounts);
      if (account === undefined) return c.text('Username or password incorrect', 401);
      return c.json(await grantTokens(accounts, account));
    });

    app.post(endpoints.refresh, async (c) => {
      const { refreshToken } = await readFields(c);
      if (refreshToken === undefined) {
        c.env.code = 'refreshTokenInvalid';
        return c.json({ error: 'Refresh token required' }, 401);
      }
      const redeemed = await redeem(c, accounts, refreshToken, { rotate: false });
      if (redeemed === undefined) return c.json({ error: 'Invalid refresh token' }, 403);
      return c.json({ accessToken: await accounts.issueAccessToken(redeemed.account) });
    });

    app.post(endpoints.logout, async (c) => {
      const { refreshToken = '' } = await readFields(c);
      await accounts.revokeRefreshToken(refreshToken);
      return c.body(null, 204);
    });

    const api = protectedApi(accounts, (c, why) => {
      if (why === 'accessTokenMissing') return c.json({ error: 'Access token required' }, 401);
      return c.json({ error: why === 'forbidden' ? 'Not allowed' : 'Invalid or expired token' }, 403);
    });
    app.route('/api', api);
    return app;
  },
};
