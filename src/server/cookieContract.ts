import type { ContractCall, CookieOptions, ServerContract, SessionCall } from './contract.ts';
import { check, object, text } from '../errors/checks.ts';
import { cookieRequests } from './cookies.ts';
import type { Endpoint } from './endpoint.ts';
import { callEndpoints } from './endpoints.ts';
import { expectFields, readTokenless, type GrantFields } from './grantFields.ts';

/** What {@link cookieContract} takes. */
export interface CookieContractOptions<User, Credentials>
  extends
    CookieOptions,
    Pick<
      ServerContract<User, Credentials>,
      'errorCode' | 'errorCodes' | 'isSameUser' | 'issuer' | 'refreshesLiveTokensOnly'
    > {
  /** Sends the credentials as JSON. Default is none: sessions begin with `session.adopt()`. */
  login?: string | Endpoint<ContractCall & { credentials: Credentials }>;
  /** Sends no body: the refresh token is in a cookie. Default is none: a session ends when its access token does. */
  refresh?: string | Endpoint<SessionCall<User>>;
  /** Sends no body. Default is none: a logout ends the session here alone, and the cookies stay. */
  logout?: string | Endpoint<SessionCall<User>>;
  /**
   * What the answers of `login` and `refresh` say beside the cookies, which may be nothing at all. Without a
   * lifetime a refresh waits until the server refuses a request.
   */
  grant?: Pick<GrantFields<User>, 'expiresIn' | 'user'> & {
    /**
     * The field with the moment of expiry, in seconds since the epoch by the server's clock, where there is no
     * `expiresIn`. Default is none.
     */
    expiresAt?: string;
  };
}

/**
 * Builds the contract of a server that keeps the tokens in cookies which no script can read. The session holds none:
 * the browser sends them, and a refresh is a call whose answer sets new ones.
 *
 * @throws {InvalidOptionError} names the option, what was expected and what came
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
  const { login, refresh, logout, grant = {}, credentials, csrf, ...rest } = options;
  expectFields(grant);
  if (grant.expiresAt !== undefined) check('grant.expiresAt', grant.expiresAt, text);
  const cookies = cookieRequests({
    ...(credentials !== undefined && { credentials }),
    ...(csrf !== undefined && { csrf }),
  });
  const calls = callEndpoints(
    { login, refresh, logout },
    { body: () => undefined, read: (response) => readTokenless(response, grant) },
  );
  return { ...rest, ...calls, cookies };
}
