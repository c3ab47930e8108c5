import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Accounts } from '../../../src/testing/accounts.ts';
import { protectedApi } from '../../../src/testing/dialects/api.ts';
import type { Dialect, DialectContext, DialectEnv } from '../../../src/testing/dialects/dialect.ts';
import { redeem, signIn } from '../../../src/testing/dialects/grants.ts';
import type { Account } from '../../../src/testing/accounts.ts';

const endpoints = { login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' };

/** Without `Secure` and `__Secure-…`, since the tests use HTTP. A real server needs both. */
const secret = { sameSite: 'Strict', httpOnly: true, path: '/auth' } as const;

/**
 * Returns the access token, and keeps the refresh token in a cookie that no script can read. It rotates the cookie
 * strictly: a cookie that comes twice ends the session.
 */
export const refreshCookie: Dialect = {
  endpoints,
  createApp(accounts) {
    const app = new Hono<DialectEnv>();

    app.post(endpoints.login, async (c) => {
      const user = await signIn(c, accounts);
      if (user === undefined) return c.json({ code: 'CREDENTIALS' }, 401);
      return grant(c, accounts, user, await accounts.issueRefreshToken(user));
    });
    app.post(endpoints.refresh, async (c) => {
      const redeemed = await redeem(c, accounts, getCookie(c, 'refresh') ?? '', { rotate: true });
      if (redeemed === undefined) return c.json({ code: 'REFRESH_REFUSED' }, 401);
      return grant(c, accounts, redeemed.account, redeemed.refreshToken);
    });
    app.post(endpoints.logout, async (c) => {
      await accounts.revokeRefreshToken(getCookie(c, 'refresh') ?? '');
      deleteCookie(c, 'refresh', secret);
      return c.body(null, 204);
    });
    app.route(
      '/api',
      protectedApi(accounts, (c, why) => c.json({ code: why }, why === 'forbidden' ? 403 : 401)),
    );
    return app;
  },
};

async function grant(
  c: DialectContext,
  accounts: Accounts,
  user: Account,
  refreshToken: string,
): Promise<Response> {
  setCookie(c, 'refresh', refreshToken, secret);
  return c.json({
    accessToken: await accounts.issueAccessToken(user),
    expiresIn: accounts.lifetimes.accessTokenLifetime,
    user,
  });
}
