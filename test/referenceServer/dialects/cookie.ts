import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Accounts } from '../../../src/testing/accounts.ts';
import { protectedApi } from '../../../src/testing/dialects/api.ts';
import type { Dialect, DialectContext, DialectEnv } from '../../../src/testing/dialects/dialect.ts';
import { redeem, signIn } from '../../../src/testing/dialects/grants.ts';

const endpoints = { login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' };

/** Only refresh and logout receive the refresh token; the API does not. */
const refreshPath = '/auth';

/** Without `Secure` and `__Host-…`, since the tests use HTTP. A real server needs both. */
const attributes = { sameSite: 'Lax', path: '/' } as const;

const secret = { ...attributes, httpOnly: true };

const apiCodes = {
  accessTokenMissing: 'ACCESS_MISSING',
  accessTokenExpired: 'ACCESS_EXPIRED',
  accessTokenInvalid: 'ACCESS_INVALID',
  forbidden: 'FORBIDDEN',
};

function setCookies(c: DialectContext, tokens: { access: string; refresh: string }): void {
  setCookie(c, 'access', tokens.access, secret);
  setCookie(c, 'refresh', tokens.refresh, { ...secret, path: refreshPath });
  // A new one with every grant: a replay must read it again.
  setCookie(c, 'csrf', randomBytes(16).toString('hex'), attributes);
}

/** Whether a request that changes data repeats the cookie in the header (OWASP, double submit). */
function isForged(c: DialectContext): boolean {
  const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(c.req.method);
  const cookie = getCookie(c, 'csrf');
  return !isSafe && (cookie === undefined || c.req.header('X-CSRF-Token') !== cookie);
}

function refuseForged(app: Hono<DialectEnv>): void {
  app.use(async (c, next) =>
    isForged(c) ? c.json({ code: 'CSRF', message: 'The CSRF token is missing or wrong' }, 403) : next(),
  );
}

/** Keeps the tokens in cookies that no script can read, and rotates both; a login names the user. */
export const cookie: Dialect = {
  endpoints,
  createApp(accounts) {
    const app = new Hono<DialectEnv>();
    const lifetime = () => accounts.lifetimes.accessTokenLifetime;

    app.post(endpoints.login, async (c) => {
      const user = await signIn(c, accounts);
      if (user === undefined) return c.json({ code: 'CREDENTIALS' }, 401);
      setCookies(c, {
        access: await accounts.issueAccessToken(user),
        refresh: await accounts.issueRefreshToken(user),
      });
      return c.json({ user, expiresIn: lifetime() });
    });

    const guarded = new Hono<DialectEnv>();
    refuseForged(guarded);
    guarded.post(endpoints.refresh, (c) => refresh(c, accounts));
    guarded.post(endpoints.logout, async (c) => {
      await accounts.revokeRefreshToken(getCookie(c, 'refresh') ?? '');
      deleteCookie(c, 'access', secret);
      deleteCookie(c, 'refresh', { ...secret, path: refreshPath });
      deleteCookie(c, 'csrf', attributes);
      return c.body(null, 204);
    });
    app.route('/', guarded);

    const api = new Hono<DialectEnv>();
    refuseForged(api);
    api.route(
      '/',
      protectedApi(
        accounts,
        (c, why) => c.json({ code: apiCodes[why] }, why === 'forbidden' ? 403 : 401),
        (c) => getCookie(c, 'access'),
      ),
    );
    app.route('/api', api);
    return app;
  },
};

async function refresh(c: DialectContext, accounts: Accounts): Promise<Response> {
  const redeemed = await redeem(c, accounts, getCookie(c, 'refresh') ?? '', { rotate: true });
  if (redeemed === undefined) return c.json({ code: 'REFRESH_REFUSED' }, 401);
  setCookies(c, {
    access: await accounts.issueAccessToken(redeemed.account),
    refresh: redeemed.refreshToken,
  });
  return c.json({ expiresIn: accounts.lifetimes.accessTokenLifetime });
}
