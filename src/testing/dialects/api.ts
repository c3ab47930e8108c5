import { Hono } from 'hono';
import type { Accounts } from '../accounts.ts';
import type { DialectContext, DialectEnv, Refusal } from './dialect.ts';
import { bearerToken } from './grants.ts';

export type ApiRefusal = Extract<Refusal, `accessToken${string}` | 'forbidden'>;

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The protected API. It is the same in every dialect, except for the format of its refusals.
 */
export function protectedApi(
  accounts: Accounts,
  answerRefusal: (c: DialectContext, why: ApiRefusal) => Response,
  readToken: (c: DialectContext) => string | undefined = bearerToken,
): Hono<DialectEnv> {
  const api = new Hono<DialectEnv>();

  function refuse(c: DialectContext, why: ApiRefusal): Response {
    c.env.code = why;
    return answerRefusal(c, why);
  }

  api.get('/public', (c) => c.json({ public: true, authorization: readToken(c) !== undefined }));

  api.use(async (c, next) => {
    const accessToken = readToken(c);
    if (accessToken === undefined) return refuse(c, 'accessTokenMissing');
    const account = await accounts.verifyAccessToken(accessToken);
    if (account === 'expired') return refuse(c, 'accessTokenExpired');
    if (account === 'invalid') return refuse(c, 'accessTokenInvalid');
    c.env.username = account.username;
    c.set('account', account);
    return next();
  });

  api.get('/me', (c) => c.json(c.get('account')));
  api.get('/items/:n{[0-9]+}', (c) =>
    c.json({ n: Number(c.req.param('n')), user: c.get('account').username }),
  );
  api.delete('/items/:n{[0-9]+}', (c) => c.body(null, 204));
  api.all('/forbidden', (c) => refuse(c, 'forbidden'));
  api.all('/echo', echo);
  api.all('/mirror', mirror);
  return api;
}

/** Responds with what arrived, so that a test can verify the body. */
async function echo(c: DialectContext): Promise<Response> {
  const bytes = await c.req.arrayBuffer();
  return c.json({
    method: c.req.method,
    contentType: c.req.header('Content-Type') ?? null,
    length: bytes.byteLength,
    sha256: await sha256(bytes),
    authorization: c.req.header('Authorization') !== undefined,
    user: c.get('account').username,
  });
}

/** Responds with the bytes of the request's body. */
async function mirror(c: DialectContext): Promise<Response> {
  const contentType = c.req.header('Content-Type');
  return c.body(
    await c.req.arrayBuffer(),
    200,
    contentType === undefined ? {} : { 'Content-Type': contentType },
  );
}
