import { check, expectMembers, object, text, wholeNumber } from '../errors/checks.ts';
import type { ContractCall, Grant, ServerContract, SessionCall } from './contract.ts';
import { VerdictError } from './verdict.ts';

/** An endpoint of the server. */
export interface Endpoint<Call> {
  /** The path or URL, resolved against `baseUrl`. */
  path: string;
  /** Default is `POST`. */
  method?: string;
  /** Returns the JSON to send. `undefined` sends no body. For the default, see the endpoint. */
  body?: (call: Call) => unknown;
  /** Returns the bearer token of the request. Default is none. */
  bearer?: (call: Call) => string | null;
  /** The only status that counts as success. Default is any from 200 to 299. */
  success?: number;
}

/** The endpoints of a contract. */
export interface Endpoints<User, Credentials> {
  /** Sends the credentials. */
  login?: string | Endpoint<ContractCall & { credentials: Credentials }> | undefined;
  refresh?: string | Endpoint<SessionCall<User>> | undefined;
  logout?: string | Endpoint<SessionCall<User>> | undefined;
}

/** How a contract writes its requests and reads the responses. */
export interface Speech<User> {
  /** The default body of refresh and logout. */
  readonly body: (call: SessionCall<User>) => unknown;
  /** Reads the grant from a response to login or refresh. */
  readonly read: (response: Response) => Promise<Grant<User>>;
}

/** The functions of a contract that call these endpoints. */
export function callEndpoints<User, Credentials>(
  { login, refresh, logout }: Endpoints<User, Credentials>,
  { body, read }: Speech<User>,
): Pick<ServerContract<User, Credentials>, 'login' | 'refresh' | 'logout'> {
  return {
    ...(login !== undefined && {
      login: endpoint('login', login, ({ credentials }) => credentials, read),
    }),
    ...(refresh !== undefined && { refresh: endpoint('refresh', refresh, body, read) }),
    ...(logout !== undefined && { logout: endpoint('logout', logout, body, () => Promise.resolve()) }),
  };
}

/** Creates the function that calls an endpoint and reads the response. */
function endpoint<Call extends ContractCall, Result>(
  name: string,
  given: string | Endpoint<Call>,
  defaultBody: (call: Call) => unknown,
  read: (response: Response) => Promise<Result>,
): (call: Call) => Promise<Result> {
  const settings = typeof given === 'string' ? { path: check(name, given, text) } : given;
  check(name, settings, { ...object, expected: 'a path or an object' });
  expectMembers(name, settings, ['path', 'method?'], text);
  expectMembers(name, settings, ['body?', 'bearer?']);
  expectMembers(name, settings, ['success?'], wholeNumber(200));
  const { path, method = 'POST', body = defaultBody, bearer, success }: Endpoint<Call> = settings;
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
    return read(response);
  };
}
