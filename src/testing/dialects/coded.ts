import { Hono } from 'hono';
import { protectedApi } from './api.ts';
import type { Dialect, DialectContext, DialectEnv } from './dialect.ts';
import { bearerToken, grantTokens, readFields, redeem, signIn } from './grants.ts';

const endpoints = { login: '/member/login', refresh: '/member/token/refresh' };

const messages = {
  'M-001': 'Wrong username or password',
  'P-001': 'Not permitted',
  'T-001': 'Not a valid token',
  'T-002': 'The access token has expired',
  'T-003': 'The refresh token has expired',
  'T-004': 'No token was sent',
  'T-005': 'The token belongs to another user',
};

const apiCodes = {
  accessTokenInvalid: 'T-001',
  accessTokenExpired: 'T-002',
  accessTokenMissing: 'T-004',
  forbidden: 'P-001',
} as const;

function refuse(c: DialectContext, code: keyof typeof messages): Response {
  return c.json({ code, message: messages[code] }, code === 'P-001' ? 403 : 401);
}

/** Refuses with a code in the body. The refresh token is sent in `Authorization`, and is not rotated. */
export const coded: Dialect = {
  endpoints,
  createApp(accounts) {
    const app = new Hono<DialectEnv>();

    app.post(endpoints.login, async (c) => {
      const account = await signIn(c, accounts);
      if (account === undefined) return refuse(c, 'M-001');
      return c.json({ ...(await grantTokens(accounts, account)), id: account.id, email: account.email });
    });

    app.post(endpoints.refresh, async (c) => {
      const refreshToken = bearerToken(c);
      if (refreshToken === undefined) {
        c.env.code = 'refreshTokenInvalid';
        return refuse(c, 'T-004');
      }
      const redeemed = await redeem(c, accounts, refreshToken, { rotate: false });
      if (redeemed === undefined) return refuse(c, c.env.code === 'refreshTokenExpired' ? 'T-003' : 'T-001');
      const { id, email } = await readFields(c);
      if (id !== redeemed.account.id || email !== redeemed.account.email) {
        c.env.code = 'subjectMismatch';
        return refuse(c, 'T-005');
      }
      return c.json({ accessToken: await accounts.issueAccessToken(redeemed.account) });
    });

    app.route(
      '/api',
      protectedApi(accounts, (c, why) => refuse(c, apiCodes[why])),
    );
    return app;
  },
};
