import { Hono } from 'hono';
import { protectedApi } from './api.ts';
import type { Dialect, DialectEnv } from './dialect.ts';
import { grantTokens, readFields, redeem, signIn } from './grants.ts';

const endpoints = { login: '/auth/login', refresh: '/auth/refresh' };

/** Refuses with a plain 401. Every refresh replaces both tokens. */
export const rotating: Dialect = {
  endpoints,
  createApp(accounts) {
    const app = new Hono<DialectEnv>();

    app.post(endpoints.login, async (c) => {
      const user = await signIn(c, accounts);
      if (user === undefined) return c.json({ message: 'Wrong username or password' }, 401);
      const expiresIn = accounts.lifetimes.accessTokenLifetime;
      return c.json({ ...(await grantTokens(accounts, user)), expiresIn, user });
    });

    app.post(endpoints.refresh, async (c) => {
      const { refreshToken = '' } = await readFields(c);
      const redeemed = await redeem(c, accounts, refreshToken, { rotate: true });
      if (redeemed === undefined) return c.json({ message: 'Unauthorized' }, 401);
      const expiresIn = accounts.lifetimes.accessTokenLifetime;
      const accessToken = await accounts.issueAccessToken(redeemed.account);
      return c.json({ accessToken, refreshToken: redeemed.refreshToken, expiresIn });
    });

    const api = protectedApi(accounts, (c, why) =>
      why === 'forbidden' ? c.json({ message: 'Forbidden' }, 403) : c.json({ message: 'Unauthorized' }, 401),
    );
    app.route('/api', api);
    return app;
  },
};
