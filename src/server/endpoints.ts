import { check, expectMembers, func, object, text, wholeNumber } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import type {
  ContractCall,
  ContractEndpoints,
  Grant,
  HeaderValues,
  LoginCall,
  ServerContract,
  SessionCall,
} from './contract.ts';
import { expectErrorCodes, judgeByCodes, type ErrorCodes } from './errorCodes.ts';
import { isForm } from './formBody.ts';
import type { BodyEncoding } from './formEncoding.ts';
import { expectFields, type GrantFields } from './grantFields.ts';
import type { TokenResponse } from './tokenResponse.ts';
import type { TwoStepLogin } from './twoStepLogin.ts';
import { VerdictError } from './verdict.ts';

/** An endpoint of the server. */
export interface Endpoint<Call> {
  /** The path or URL, resolved against `baseUrl`. */
  path: string;
  /** Default is `POST`. */
  method?: string;
  /**
   * Returns what to send: an object, which is sent as JSON or in the contract's `encoding`; `URLSearchParams` or `FormData`,
   * which are sent as they are; or `undefined` for no body. For the default, see the endpoint.
   */
  body?: (call: Call) => unknown;
  /** Headers of the request, or a function that returns them. Default is none. */
  headers?: HeaderValues | ((call: Call) => HeaderValues);
  /** Returns the bearer token of the request. Default is none. */
  bearer?: (call: Call) => string | null;
  /**
   * The only status that counts as success, or a function that receives the JSON of the response (`undefined` if there is
   * none) and returns whether the call has succeeded. Default is any status from 200 to 299.
   */
  success?: number | ((body: unknown) => boolean);
  /**
   * Maps codes in responses of this endpoint to verdicts, for a code that means something else here than in other responses.
   * They are looked up before those of the contract. A status may stand for a code. `none` counts as no entry. Default is none.
   *
   * @example
   * ```ts
   * import { restContract } from 'sessionchart';
   *
   * const server = restContract({
   *   login: 'auth/login',
   *   // This endpoint responds with 404 if the user has been removed.
   *   refresh: { path: 'auth/refresh', errorCodes: { 404: 'accountDisabled' } },
   * });
   * ```
   */
  errorCodes?: ErrorCodes;
}

/** An endpoint that grants tokens. */
export interface GrantEndpoint<Call, User> extends Endpoint<Call> {
  /** The fields of the grant that this endpoint names differently. Default is the contract's `grant`. */
  grant?: GrantFields<User>;
}

/** A path, an endpoint, or a login in two steps. */
export type LoginEndpoint<User, Credentials> =
  string | GrantEndpoint<LoginCall<Credentials>, User> | TwoStepLogin<Credentials>;

/** The endpoints of a contract. */
export interface Endpoints<User, Credentials> {
  login?: LoginEndpoint<User, Credentials> | undefined;
  refresh?: string | GrantEndpoint<SessionCall<User>, User> | undefined;
  logout?: string | Endpoint<SessionCall<User>> | undefined;
}

/** How a contract writes its requests and reads the responses. */
export interface Speech<User> {
  /** Where the server puts its codes. */
  readonly contract: Pick<ServerContract, 'errorCode'>;
  /** Default is JSON. */
  readonly encoding: BodyEncoding | undefined;
  /** The default body of refresh and logout. */
  readonly body: (call: SessionCall<User>) => unknown;
  /** Reads the grant from a response to login or refresh. `own` are the fields that the endpoint names differently. */
  readonly read: (response: Response, own: GrantFields<User>) => Promise<Grant<User> | TokenResponse<User>>;
}

/** The functions of a contract that call these endpoints. */
export function callEndpoints<User, Credentials>(
  { login, refresh, logout }: Endpoints<User, Credentials>,
  speech: Speech<User>,
): Pick<ServerContract<User, Credentials>, 'endpoints' | 'login' | 'refresh' | 'logout'> {
  if (speech.encoding !== undefined) check('encoding', speech.encoding, func);
  return {
    endpoints: {
      ...addressOf('login', login),
      ...addressOf('refresh', refresh),
      ...addressOf('logout', logout),
    },
    ...(login !== undefined && {
      login:
        object.includes(login) && 'connect' in login
          ? login.connect(speech)
          : endpoint('login', login, { ...speech, body: ({ credentials }) => credentials }),
    }),
    ...(refresh !== undefined && { refresh: endpoint('refresh', refresh, speech) }),
    ...(logout !== undefined && {
      logout: endpoint('logout', logout, { ...speech, read: () => Promise.resolve() }),
    }),
  };
}

/** The address of an endpoint, or of both steps of a login, by name. */
export function addressOf(
  name: keyof ContractEndpoints,
  given: string | { readonly path: string } | Pick<TwoStepLogin<never>, 'endpoints'> | undefined,
): ContractEndpoints {
  if (!object.includes(given)) return given === undefined ? {} : { [name]: given };
  return 'endpoints' in given ? given.endpoints : { [name]: given.path };
}

interface Exchange<Call, User, Result> extends Pick<Speech<User>, 'contract' | 'encoding'> {
  readonly body: (call: Call) => unknown;
  readonly read: (response: Response, own: GrantFields<User>) => Promise<Result>;
}

/** Creates the function that calls an endpoint and reads the response. */
export function endpoint<Call extends ContractCall, User, Result>(
  name: string,
  given: string | GrantEndpoint<Call, User>,
  { contract, encoding, body: defaultBody, read }: Exchange<Call, User, Result>,
): (call: Call) => Promise<Result> {
  const { path, method = 'POST', body = defaultBody, ...rest } = readEndpoint(name, given);
  const { bearer, success, headers = {}, grant = {}, errorCodes } = rest;
  const isBodiless = /^(?:GET|HEAD)$/i.test(method);
  return async (call) => {
    const token = bearer?.(call) ?? null;
    const sent = isBodiless ? {} : encode(`${name}.body`, body(call), encoding);
    const sending = call.http(path, {
      method,
      ...sent,
      signal: call.signal,
      headers: {
        ...sent.headers,
        ...(typeof headers === 'function' ? headers(call) : headers),
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
    });
    const response = await sending.catch((error: unknown) => {
      throw errorCodes === undefined ? error : judgeByCodes(error, { ...contract, errorCodes });
    });
    if (!(await isSuccessful(response, success))) throw new VerdictError('refreshTokenInvalid');
    return read(response, grant);
  };
}

async function isSuccessful(response: Response, success: Endpoint<unknown>['success']): Promise<boolean> {
  if (typeof success !== 'function') return success === undefined || response.status === success;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return success(body);
}

/** The body in the form of ky's options. */
function encode(
  name: string,
  body: unknown,
  encoding: BodyEncoding | undefined,
): { readonly json?: unknown; readonly body?: BodyInit; readonly headers?: HeaderValues } {
  if (isForm(body)) return { body };
  const isEncoded = encoding !== undefined && (body === undefined || object.includes(body));
  return isEncoded ? encoding(name, body) : { json: body };
}

function readEndpoint<Call, User>(
  name: string,
  given: string | GrantEndpoint<Call, User>,
): GrantEndpoint<Call, User> {
  const settings = typeof given === 'string' ? { path: check(name, given, text) } : given;
  check(name, settings, { ...object, expected: 'a path or an object' });
  expectKnown(`${name}.`, settings, endpointNames);
  expectMembers(name, settings, ['path', 'method?'], text);
  expectMembers(name, settings, ['body?', 'bearer?']);
  if (!func.includes(settings.success)) expectMembers(name, settings, ['success?'], wholeNumber(200));
  expectMembers(name, settings, ['headers?'], { ...object, includes: isObjectOrFunction });
  const { grant, errorCodes }: GrantEndpoint<Call, User> = settings;
  expectErrorCodes(`${name}.errorCodes`, errorCodes);
  if (grant !== undefined) expectFields(grant, `${name}.grant`);
  return settings;
}

const endpointNames = ['path', 'method', 'body', 'headers', 'bearer', 'success', 'grant', 'errorCodes'];

const isObjectOrFunction = (value: unknown): value is object =>
  object.includes(value) || func.includes(value);
