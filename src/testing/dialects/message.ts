import { Hono } from 'hono';
import { protectedApi } from './api.ts';
import type { Dialect, DialectEnv } from './dialect.ts';
import { grantTokens, readFields, redeem, signIn } from './grants.ts';

const endpoints = { login: '/auth/login', refresh: '/auth/refresh' };

const apiMessages = {
  accessTokenMissing: 'missing JWT',
  accessTokenExpired: 'invalid JWT',
  accessTokenInvalid: 'invalid JWT',
  forbidden: 'not allowed',
};

/** Refuses with 401; only the message `invalid JWT` means a bad token. A successful `POST` has the status 201. */
export const message: Dialect = {
  endpoints,
  createApp(accounts) {
    const app = new Hono<DialectEnv>();

    app.post(endpoints.login, async (c) => {
      const account = await signIn(c, accounts);
      if (account === undefined) return c.json({ message: 'wrong username or password' }, 401);
      return c.json(await grantTokens(accounts, account), 201);
    });

    app.post(endpoints.refresh, async (c) => {
      const { refreshToken = '' } = await readFields(c);
      const redeemed = await redeem(c, accounts, refreshToken, { rotate: false });
      if (redeemed === undefined) return c.json({ message: 'invalid JWT' }, 401);
      return c.json({ accessToken: await accounts.issueAccessToken(redeemed.account) }, 201);
    });

    app.route(
      '/api',
      protectedApi(accounts, (c, why) => c.json({ message: apiMessages[why] }, 401)),
    );
    return app;
  },
};
