import type { ContractCall, ServerContract, SessionCall } from './contract.ts';
import { check, object } from '../errors/checks.ts';
import { callEndpoints, type Endpoint } from './endpoints.ts';
import { expectFields, readTokens, type GrantFields } from './grantFields.ts';

export interface RestContractOptions<User, Credentials> extends Pick<
  ServerContract<User, Credentials>,
  | 'authorize'
  | 'cookies'
  | 'errorCode'
  | 'errorCodes'
  | 'isSameUser'
  | 'issuer'
  | 'loginDetails'
  | 'refreshesLiveTokensOnly'
> {
  /** Sends the credentials. */
  login?: string | Endpoint<ContractCall & { credentials: Credentials }>;
  /** Sends `{ refreshToken }`. */
  refresh?: string | Endpoint<SessionCall<User>>;
  /** Sends `{ refreshToken }`. */
  logout?: string | Endpoint<SessionCall<User>>;
  /** The fields of a grant in responses to `login` and `refresh`. */
  grant?: GrantFields<User>;
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
 *   refresh: { path: 'auth/refresh', body: ({ refreshToken }) => ({ refresh_token: refreshToken }) },
 *   logout: 'auth/logout',
 *   grant: { accessToken: 'access_token', refreshToken: 'refresh_token', expiresIn: 'expires_in' },
 *   errorCodes: { TOKEN_REVOKED: 'sessionRevoked' },
 * });
 * ```
 */
export function restContract<User = unknown, Credentials = unknown>(
  options: RestContractOptions<User, Credentials>,
): ServerContract<User, Credentials> {
  check('options', options, object);
  const { login, refresh, logout, grant = {}, ...rest } = options;
  expectFields(grant);
  const calls = callEndpoints(
    { login, refresh, logout },
    { body: ({ refreshToken }) => ({ refreshToken }), read: (response) => readTokens(response, grant) },
  );
  return { ...rest, ...calls };
}
