import type { EndingVerdict, RefreshTokenVerdict } from '../../machines/index.ts';
import type { ServerAnswer, ServerContract, Verdict } from './contract.ts';
import type { Clock } from '../platform/clock.ts';
import { reportReduced } from '../platform/report.ts';
import { fieldAt, isJson, mediaTypeOf, readContent } from './readJson.ts';

/** The verdict of a response, and the code that it is based on. */
export interface FoundVerdict {
  readonly verdict: Verdict;
  /** The server's code, if the contract or this library knows it. */
  readonly code: string | number | null;
}

/** What a verdict can mean at the refresh endpoint. */
export type RefreshMeaning = RefreshTokenVerdict | EndingVerdict | 'rateLimited' | 'unavailable' | 'none';

/**
 * All verdicts, and what each means if the server refuses a refresh with it: the credential is then the refresh token,
 * whatever the server calls it.
 */
export const refreshMeanings = {
  accessTokenExpired: 'refreshTokenInvalid',
  accessTokenInvalid: 'refreshTokenInvalid',
  accessTokenMissing: 'refreshTokenInvalid',
  refreshTokenExpired: 'refreshTokenExpired',
  refreshTokenInvalid: 'refreshTokenInvalid',
  refreshTokenReused: 'refreshTokenReused',
  subjectMismatch: 'subjectMismatch',
  sessionRevoked: 'sessionRevoked',
  accountDisabled: 'accountDisabled',
  invalidCredentials: 'refreshTokenInvalid',
  stepUpRequired: 'none',
  forbidden: 'none',
  rateLimited: 'rateLimited',
  unavailable: 'unavailable',
  none: 'none',
} as const satisfies Record<Verdict, RefreshMeaning>;

/** The codes that need no entry in `errorCodes`: RFC 6750, section 3.1, and RFC 9470, section 3. */
const apiCodes: Readonly<Record<string, Verdict>> = {
  401: 'accessTokenExpired',
  invalid_token: 'accessTokenExpired',
  insufficient_scope: 'forbidden',
  insufficient_user_authentication: 'stepUpRequired',
};

/**
 * The further codes of the endpoints that grant tokens: RFC 6749, sections 5.2 and 4.1.2.1; RFC 8628, section 3.5; RFC 8707,
 * section 2; RFC 9449, sections 5 and 8. Only `invalid_grant` is about the refresh token. The others refuse the client or
 * the request (`forbidden`), or are transient.
 */
const grantCodes: typeof apiCodes = {
  invalid_grant: 'refreshTokenInvalid',
  invalid_client: 'forbidden',
  unauthorized_client: 'forbidden',
  unsupported_grant_type: 'forbidden',
  invalid_request: 'forbidden',
  invalid_scope: 'forbidden',
  invalid_target: 'forbidden',
  use_dpop_nonce: 'forbidden',
  invalid_dpop_proof: 'forbidden',
  temporarily_unavailable: 'unavailable',
  server_error: 'unavailable',
  authorization_pending: 'unavailable',
  slow_down: 'rateLimited',
};

export function tokenEndpointCodes(status: number): typeof apiCodes {
  // With 401, league/oauth2-server 8 (and so Laravel Passport 12) uses this code only for a refused refresh token.
  return { ...apiCodes, ...grantCodes, ...(status === 401 && { invalid_request: 'refreshTokenInvalid' }) };
}

/**
 * Reads the verdict of a response. The body stays readable: JSON is read from a clone, and any other body
 * (a download, for example) is left alone.
 */
export async function readVerdict<User, Credentials>(
  contract: ServerContract<User, Credentials>,
  response: Response,
  clock: Clock,
): Promise<FoundVerdict> {
  const { status, headers } = response;
  const content = isJson(headers) ? await readContent(response.clone(), clock) : null;
  return findVerdict(contract, { status, headers, body: content?.json });
}

/**
 * Whether a response with status 2xx may contain a verdict. Reading one takes a copy of the body, so this is true only if
 * the contract has an `errorCode`, or for GraphQL: its content type, or JSON from a URL that ends in `graphql`.
 */
export function mayRefuse(
  { errorCode, errorCodes }: Pick<ServerContract, 'errorCodes'> & { readonly errorCode?: unknown },
  { headers, url }: Response,
): boolean {
  if (typeof errorCode === 'function') return true;
  if (errorCodes === undefined) return false;
  if (mediaTypeOf(headers) === 'application/graphql-response+json') return true;
  return /^[^?#]*graphql(?:[?#]|$)/i.test(url) && isJson(headers);
}

/** Finds the verdict of a response: the first code that the contract or this library knows decides. */
export function findVerdict<User, Credentials>(
  contract: ServerContract<User, Credentials>,
  answer: ServerAnswer,
  standardCodes = apiCodes,
): FoundVerdict {
  return verdictOfCodes(contract, codesIn(contract, answer), standardCodes);
}

/** The verdict of the first code that the contract or this library knows. */
export function verdictOfCodes(
  { errorCodes = {} }: Pick<ServerContract, 'errorCodes'>,
  found: Iterable<unknown>,
  standardCodes: typeof apiCodes,
): FoundVerdict {
  for (const code of found) {
    if (!isCode(code)) continue;
    for (const codes of [errorCodes, standardCodes]) {
      if (Object.hasOwn(codes, code)) return { verdict: codes[code] ?? 'none', code };
    }
  }
  return { verdict: 'none', code: null };
}

export function isCode(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** The places of a code in a JSON body, in order of precedence. */
const codePaths = ['code', 'error.code', 'error', 'errorCode', 'errors.0.extensions.code', 'message', 'type'];

/** All codes in a response, in order of precedence. */
export function* codesIn<User, Credentials>(
  contract: ServerContract<User, Credentials>,
  answer: ServerAnswer,
): Generator {
  const { status, headers, body } = answer;
  const { errorCode = [] } = contract;
  if (typeof errorCode !== 'function') {
    for (const path of [errorCode].flat()) yield fieldAt(body, path);
    yield challengeError(headers.get('www-authenticate'));
    for (const path of codePaths) yield fieldAt(body, path);
    yield status;
    return;
  }
  try {
    yield errorCode.call(contract, answer);
  } catch (error) {
    // Continue with the status, as if there were no code.
    reportReduced(error, 'server.errorCode');
  }
  if (!isSuccess(status)) yield status;
}

/** Whether a status is 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The `error` of a `WWW-Authenticate` challenge (RFC 6750, section 3). */
function challengeError(challenge: string | null): string | undefined {
  return challenge === null ? undefined : /(?:^|[\s,])error\s*=\s*"?([^",\s]+)/i.exec(challenge)?.[1];
}

/**
 * Throw this in a contract to state the verdict if the session cannot read it from an HTTP response, for example with an
 * SDK, or if the server refuses with a success status.
 *
 * @example
 * ```ts
 * import { type ServerContract, VerdictError } from 'sessionchart';
 *
 * const server: ServerContract = {
 *   refresh: async ({ http, refreshToken }) => {
 *     const response = await http.post('token', { json: { refreshToken } });
 *     if (response.status !== 201) throw new VerdictError('refreshTokenInvalid');
 *     return response.json();
 *   },
 * };
 * ```
 */
export class VerdictError extends Error {
  override readonly name = 'VerdictError';
  readonly verdict: Verdict;
  /** The server's own code, if it has one. It goes into the history, so it must not be a secret. */
  readonly serverCode: string | number | null;

  constructor(verdict: Verdict, serverCode: string | number | null = null) {
    super(`The server's verdict is ${verdict}`);
    this.verdict = verdict;
    this.serverCode = serverCode;
  }
}
