import { Hono } from 'hono';
import { protectedApi } from './api.ts';
import type { Dialect, DialectEnv } from './dialect.ts';
import { grantTokens, readFields, redeem, signIn } from './grants.ts';

const endpoints = { login: '/auth/login', refresh: '/auth/reissue' };

const apiMessages = {
  accessTokenMissing: '로그인이 필요합니다.',
  accessTokenExpired: '토큰이 만료되었습니다.',
  accessTokenInvalid: '유효하지 않은 토큰입니다.',
  forbidden: '접근 권한이 없습니다.',
};

/** Refuses with 401; only one message means an expired token. A refresh returns the new token in a header. */
export const header: Dialect = {
  endpoints,
  createApp(accounts) {
    const app = new Hono<DialectEnv>();

    app.post(endpoints.login, async (c) => {
      const account = await signIn(c, accounts);
      if (account === undefined) return c.json({ message: '아이디 또는 비밀번호가 올바르지 않습니다.' }, 401);
      return c.json(await grantTokens(accounts, account));
    });

    app.post(endpoints.refresh, async (c) => {
      const { refreshToken = '' } = await readFields(c);
      const redeemed = await redeem(c, accounts, refreshToken, { rotate: false });
      if (redeemed === undefined) return c.json({ message: '다시 로그인해 주세요.' }, 401);
      const accessToken = await accounts.issueAccessToken(redeemed.account);
      return c.body(null, 200, { Authorization: `Bearer ${accessToken}` });
    });

    app.route(
      '/api',
      protectedApi(accounts, (c, why) => c.json({ message: apiMessages[why] }, 401)),
    );
    return app;
  },
};
