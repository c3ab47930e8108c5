import type { ServerContract, SessionCall } from './contract.ts';
import { check, object } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { contractNames } from './contractNames.ts';
import { callEndpoints, type Endpoint, type GrantEndpoint, type LoginEndpoint } from './endpoints.ts';
import type { BodyEncoding } from './formEncoding.ts';
import { expectFields, readTokens, type GrantFields } from './grantFields.ts';

export interface RestContractOptions<User, Credentials> extends Pick<
  ServerContract<User, Credentials>,
  | 'authorize'
  | 'cookies'
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
  /** Sends the credentials. For a login with a second step, use {@link twoStepLogin}. */
  login?: LoginEndpoint<User, Credentials>;
  /**
   * Sends the refresh token, under the name under which it came (`refreshToken` or `refresh_token`, for example), or no field
   * if the session has none because the token is in a cookie.
   */
  refresh?: string | GrantEndpoint<SessionCall<User>, User>;
  /** Sends the same as `refresh`. */
  logout?: string | Endpoint<SessionCall<User>>;
  /** The fields of a grant in responses to `login` and `refresh`. */
  grant?: GrantFields<User>;
  /** Encodes the bodies. Default is JSON; `formEncoding()` sends forms, as OAuth servers expect. */
  encoding?: BodyEncoding;
}

/**
 * Creates a contract from endpoints and field names.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { restContract } from 'sessionchart';
 *
 * const server = restContract({
 *   login: 'auth/login',
 *   refresh: 'auth/refresh',
 *   logout: 'auth/logout',
 *   grant: { accessToken: 'data.token', refreshToken: 'data.refresh_token' },
 *   errorCodes: { TOKEN_REVOKED: 'sessionRevoked' },
 * });
 * ```
 */
export function restContract<User = unknown, Credentials = unknown>(
  options: RestContractOptions<User, Credentials>,
): ServerContract<User, Credentials> {
  check('options', options, object);
  expectKnown('', options, ['grant', 'encoding', ...contractNames]);
  const { login, refresh, logout, grant = {}, encoding, ...rest } = options;
  expectFields(grant);
  const calls = callEndpoints(
    { login, refresh, logout },
    {
      contract: rest,
      encoding,
      body: ({ refreshToken, refreshTokenName = 'refreshToken' }) => ({
        ...(refreshToken !== null && {
          [grant.refreshToken?.split('.').at(-1) ?? refreshTokenName]: refreshToken,
        }),
      }),
      read: (response, own) => readTokens(response, { ...grant, ...own }),
    },
  );
  return { ...rest, ...calls };
}
