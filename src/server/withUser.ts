import { check, expectMembers, object, text } from '../errors/checks.ts';
import { boundCopy } from '../platform/boundCopy.ts';
import { contractNames } from './contractNames.ts';
import type { ContractCall, Grant, LoginCall, ServerContract, SessionCall } from './contract.ts';
import { tokensOf } from './grant.ts';
import { isLoginChallenge } from './loginChallenge.ts';
import type { TokenResponse } from './tokenResponse.ts';

/** The endpoint that returns the user, for a server whose login returns only tokens. */
export interface UserEndpoint<User> {
  /** The path or URL, resolved against `baseUrl`. It is requested with `GET` and the new access token. */
  path: string;
  /**
   * Reads the user from the JSON of the response. The session does not validate the user, so declare the type that your
   * server sends. Default is the JSON itself.
   */
  read?(this: void, body: unknown): User;
}

/**
 * Adds a call for the user to a contract whose server returns only tokens. The user is requested after a login, and after a
 * refresh as long as the user is unknown. If the request fails after a login, the login fails and the new tokens are
 * revoked. If it fails after a refresh, the next refresh requests the user again.
 *
 * @param contract - a contract of `restContract` or `cookieContract`, or any other
 * @param endpoint - a path, or an object with the path and a function that reads the user
 * @throws {InvalidOptionError} the endpoint is not valid
 *
 * @example
 * ```ts
 * import { restContract, withUser } from 'sessionchart';
 *
 * const server = withUser(
 *   restContract<{ id: number }, { email: string; password: string }>({ login: 'login', refresh: 'refresh' }),
 *   'users/me',
 * );
 * ```
 */
export function withUser<User, Credentials>(
  contract: ServerContract<User, Credentials>,
  endpoint: string | UserEndpoint<User>,
): ServerContract<User, Credentials> {
  const login = contract.login?.bind(contract);
  const refresh = contract.refresh?.bind(contract);
  const readUser = createUserReader(endpoint, contract);
  return {
    ...boundCopy(contract, contractNames),
    ...(login !== undefined && {
      async login(call: LoginCall<Credentials>) {
        const grant = await login(call);
        if (isLoginChallenge(grant)) return grant;
        try {
          return { ...grant, user: grant.user ?? (await readUser(call, grant)) };
        } catch (error) {
          // The caller gets no session, so the tokens must not stay valid.
          await revoke(contract, call, grant);
          throw error;
        }
      },
    }),
    ...(refresh !== undefined && {
      async refresh(call: SessionCall<User>) {
        const grant = await refresh(call);
        if (call.user !== null || grant.user !== undefined) return grant;
        // The new tokens must not be lost.
        return { ...grant, user: await readUser(call, grant).catch(() => undefined) };
      },
    }),
  };
}

async function revoke<User, Credentials>(
  contract: ServerContract<User, Credentials>,
  { http, signal }: ContractCall,
  grant: Grant<User> | TokenResponse<User>,
): Promise<void> {
  const { accessToken = null, refreshToken = null, refreshTokenName } = tokensOf(grant);
  try {
    await contract.logout?.({ http, signal, accessToken, refreshToken, refreshTokenName, user: null });
  } catch {
    // The login fails with the first error.
  }
}

function createUserReader<User, Credentials>(
  endpoint: string | UserEndpoint<User>,
  contract: ServerContract<User, Credentials>,
): (call: ContractCall, grant: Grant<User> | TokenResponse<User>) => Promise<User> {
  const given = typeof endpoint === 'string' ? { path: check('endpoint', endpoint, text) } : endpoint;
  check('endpoint', given, { ...object, expected: 'a path or an object' });
  expectMembers('endpoint', given, ['path'], text);
  expectMembers('endpoint', given, ['read?']);
  const { path, read }: UserEndpoint<User> = given;
  const authorize = contract.authorize?.bind(contract) ?? setBearer;
  return async ({ http, signal }, grant) => {
    const { accessToken = null } = tokensOf(grant);
    const putToken = async ({ request }: { readonly request: Request }) => {
      if (accessToken !== null) await authorize(request, accessToken);
    };
    const response = await http(path, { signal, hooks: { beforeRequest: [putToken] } });
    return read === undefined ? response.json<User>() : read(await response.json());
  };
}

function setBearer({ headers }: Request, accessToken: string): void {
  headers.set('authorization', `Bearer ${accessToken}`);
}
