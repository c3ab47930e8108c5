import type { ContractCall, Grant, ServerContract, SessionCall } from '../contract.ts';
import {
  expectFunction,
  expectFunctions,
  expectObject,
  readInteger,
  readText,
  unexpected,
} from '../checks.ts';
import { MalformedGrantError } from '../errors.ts';
import { isJson } from '../http/readJson.ts';
import { kindOf } from '../received.ts';
import { VerdictError } from '../verdict.ts';

/** One endpoint: where it is and what it is sent. */
export interface Endpoint<Call> {
  /** Resolves against `baseUrl`. */
  path: string;
  /** Default is `POST`. */
  method?: string;
  /** What is sent as JSON. Default: see the endpoint. `undefined` sends no body. */
  body?: (call: Call) => unknown;
  /** The bearer token of the request. Default is none. */
  bearer?: (call: Call) => string | null;
  /** The only status that counts as success. Default is any from 200 to 299. */
  success?: number;
}

/** Where a grant is found in an answer. */
export interface GrantFields<User> {
  /** The name of a field, with dots for a path (`data.token`). Default is `'accessToken'`,
   * or `'access_token'`. */
  accessToken?: string;
  /** Default is `'refreshToken'`, or `'refresh_token'`. */
  refreshToken?: string;
  /** Seconds. Default is `'expiresIn'`, or `'expires_in'`. */
  expiresIn?: string;
  /**
   * A response header that holds the access token, with or without `Bearer`; where an answer lacks it, the field
   * counts. Default is none.
   */
  accessTokenHeader?: string;
  /**
   * Who signed in, out of the answer's JSON, which nobody has checked: give it the type that your server
   * sends. `undefined`: as before. It is not asked about an answer without JSON. Default: the answer's `user`, as
   * it came.
   */
  user?(body: unknown): User | undefined;
}

export interface RestContractOptions<User, Credentials> extends Pick<
  ServerContract<User, Credentials>,
  'authorize' | 'errorCode' | 'errorCodes' | 'isSameUser'
> {
  /** Sends the credentials. */
  login?: string | Endpoint<ContractCall & { credentials: Credentials }>;
  /** Sends `{ refreshToken }`. */
  refresh?: string | Endpoint<SessionCall<User>>;
  /** Sends `{ refreshToken }`. */
  logout?: string | Endpoint<SessionCall<User>>;
  /** Where a grant is found in the answers of `login` and `refresh`. */
  grant?: GrantFields<User>;
}

/**
 * Builds a contract from endpoints and field names.
 *
 * @throws {InvalidOptionError} names the option, what was expected and what came
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
  expectObject('options', options);
  const { login, refresh, logout, grant = {}, ...rest } = options;
  expectFields(grant);
  const contract: ServerContract<User, Credentials> = { ...rest };
  if (login !== undefined) {
    const send = endpoint('login', login, ({ credentials }) => credentials);
    contract.login = async (call) => readAnswer(await send(call), grant);
  }
  const withRefreshToken = ({ refreshToken }: SessionCall<User>) => ({ refreshToken });
  if (refresh !== undefined) {
    const send = endpoint('refresh', refresh, withRefreshToken);
    contract.refresh = async (call) => readAnswer(await send(call), grant);
  }
  if (logout !== undefined) {
    const send = endpoint('logout', logout, withRefreshToken);
    contract.logout = async (call) => {
      await send(call);
    };
  }
  return contract;
}

function endpoint<Call extends ContractCall>(
  name: string,
  given: string | Endpoint<Call>,
  defaultBody: (call: Call) => unknown,
): (call: Call) => Promise<Response> {
  const settings: Endpoint<Call> = typeof given === 'string' ? { path: readText(name, given) } : given;
  const found: unknown = settings;
  if (typeof found !== 'object' || found === null) throw unexpected(name, 'a path or an object', settings);
  const { method = 'POST', body = defaultBody, bearer, success } = settings;
  const path = readText(`${name}.path`, settings.path);
  readText(`${name}.method`, method);
  expectFunction(`${name}.body`, body);
  if (bearer !== undefined) expectFunction(`${name}.bearer`, bearer);
  if (success !== undefined) readInteger(`${name}.success`, success, 200);
  const isBodiless = /^(?:GET|HEAD)$/i.test(method);
  return async (call) => {
    const token = bearer?.(call) ?? null;
    const response = await call.http(path, {
      method,
      ...(!isBodiless && { json: body(call) }),
      signal: call.signal,
      ...(token !== null && { headers: { authorization: `Bearer ${token}` } }),
    });
    if (success !== undefined && response.status !== success) throw new VerdictError('refreshTokenInvalid');
    return response;
  };
}

function expectFields<User>(grant: GrantFields<User>): void {
  expectObject('grant', grant);
  for (const name of ['accessToken', 'refreshToken', 'expiresIn', 'accessTokenHeader'] as const) {
    if (grant[name] !== undefined) readText(`grant.${name}`, grant[name]);
  }
  expectFunctions('grant', grant, ['user?']);
}

/** What a server calls the user is the user; nobody here knows its shape. */
function userOf<User>({ user }: { user?: User }): User | undefined {
  return user;
}

async function readAnswer<User>(response: Response, fields: GrantFields<User>): Promise<Grant<User>> {
  const header =
    fields.accessTokenHeader === undefined ? null : response.headers.get(fields.accessTokenHeader);
  const text = await response.text();
  // Where the token is in a header, the body may be anything.
  const isBare = text === '' || (header !== null && !isJson(response.headers.get('content-type')));
  const body: unknown = isBare ? undefined : JSON.parse(text);
  const expiresIn = find(body, fields.expiresIn, 'expiresIn', 'expires_in');
  return {
    accessToken:
      header?.replace(/^Bearer /i, '') ??
      expectText(find(body, fields.accessToken, 'accessToken', 'access_token'), nameOf(fields)),
    refreshToken: readOptional(
      find(body, fields.refreshToken, 'refreshToken', 'refresh_token'),
      fields.refreshToken ?? 'refreshToken',
    ),
    expiresIn: typeof expiresIn === 'number' || typeof expiresIn === 'string' ? expiresIn : null,
    user: typeof body === 'object' && body !== null ? (fields.user ?? userOf<User>)(body) : undefined,
  };
}

function nameOf({ accessTokenHeader, accessToken = 'accessToken' }: GrantFields<unknown>): string {
  return accessTokenHeader ?? accessToken;
}

function expectText(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new MalformedGrantError(field, 'a text', kindOf(value));
  return value;
}

function readOptional(value: unknown, field: string): string | null | undefined {
  return value === undefined || value === null ? value : expectText(value, field);
}

function find(body: unknown, path: string | undefined, ...usual: string[]): unknown {
  for (const name of path === undefined ? usual : [path]) {
    const found = name.split('.').reduce(fieldOf, body);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}
