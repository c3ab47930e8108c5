import type { CookieOptions, ServerContract, SessionCall } from './contract.ts';
import { check, object, text } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { cookieRequests } from './cookies.ts';
import { contractNames } from './contractNames.ts';
import { callEndpoints, type Endpoint, type GrantEndpoint, type LoginEndpoint } from './endpoints.ts';
import type { BodyEncoding } from './formEncoding.ts';
import { expectFields, readTokenless, type GrantFields } from './grantFields.ts';

/** Options of {@link cookieContract}. */
export interface CookieContractOptions<User, Credentials>
  extends
    CookieOptions,
    Pick<
      ServerContract<User, Credentials>,
      | 'errorCode'
      | 'errorCodes'
      | 'headers'
      | 'isSameUser'
      | 'issuer'
      | 'loginDetails'
      | 'logoutNeedsFreshToken'
      | 'refreshesLiveTokensOnly'
      | 'silentSignIn'
    > {
  /**
   * Sends the credentials as JSON. For a login with a second step, use {@link twoStepLogin}. Default is none: a session starts
   * with `session.adopt()`.
   */
  login?: LoginEndpoint<User, Credentials>;
  /** Sends no body, since the refresh token is in a cookie. Default is none: a session ends when its access token expires. */
  refresh?: string | GrantEndpoint<SessionCall<User>, User>;
  /** Sends no body. Default is none: a logout ends the session only here, and the cookies stay. */
  logout?: string | Endpoint<SessionCall<User>>;
  /**
   * The fields of responses to `login` and `refresh`, which may all be missing. Without a lifetime, the session refreshes
   * when the server refuses a request.
   */
  grant?: Pick<GrantFields<User>, 'expiresIn' | 'expiresInUnit' | 'user'> & {
    /**
     * Used if there is no `expiresIn`: the field with the time of expiry by the server's clock, in seconds or milliseconds
     * since the epoch, or as ISO 8601 text. Default is none.
     */
    expiresAt?: string;
  };
  /** Encodes the bodies. Default is JSON; `formEncoding()` sends forms. */
  encoding?: BodyEncoding;
}

/**
 * Creates the contract for a server that keeps the tokens in cookies that no script can read. The session has no tokens:
 * the browser sends them, and the response to a refresh sets new ones.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { cookieContract } from 'sessionchart';
 *
 * const server = cookieContract<{ name: string }, { email: string; password: string }>({
 *   login: 'auth/login',
 *   refresh: 'auth/refresh',
 *   logout: 'auth/logout',
 *   csrf: { header: 'X-CSRF-Token', cookie: 'csrf' },
 * });
 * ```
 */
export function cookieContract<User = unknown, Credentials = unknown>(
  options: CookieContractOptions<User, Credentials>,
): ServerContract<User, Credentials> {
  check('options', options, object);
  expectKnown('', options, ['grant', 'encoding', 'credentials', 'csrf', ...contractNames]);
  const { login, refresh, logout, grant = {}, encoding, credentials, csrf, ...rest } = options;
  expectFields(grant);
  if (grant.expiresAt !== undefined) check('grant.expiresAt', grant.expiresAt, text);
  const cookies = cookieRequests({
    ...(credentials !== undefined && { credentials }),
    ...(csrf !== undefined && { csrf }),
  });
  const calls = callEndpoints(
    { login, refresh, logout },
    {
      contract: rest,
      encoding,
      body: () => undefined,
      read: (response, own) => readTokenless(response, { ...grant, ...own }),
    },
  );
  return { ...rest, ...calls, cookies };
}
