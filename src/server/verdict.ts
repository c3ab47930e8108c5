import type { ServerAnswer, ServerContract, Verdict } from './contract.ts';
import type { Clock } from '../platform/clock.ts';
import { reportReduced } from '../platform/report.ts';
import { isJson, mediaTypeOf, readJson } from './readJson.ts';

/** What an answer says about the session, and the code that says it. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The server's own code; only one that the contract or this library knows, never other text. */
  readonly code: string | number | null;
}

const saysNothing: Judgement = { verdict: 'none', code: null };

/** Known without being listed: RFC 6750, section 3.1, and RFC 9470, section 3. */
const apiCodes: Readonly<Record<string, Verdict>> = {
  401: 'accessTokenExpired',
  invalid_token: 'accessTokenExpired',
  insufficient_scope: 'forbidden',
  insufficient_user_authentication: 'stepUpRequired',
};

/**
 * Known where tokens are granted: RFC 6749, sections 5.2 and 4.1.2.1; RFC 8628, section 3.5; RFC 8707,
 * section 2; RFC 9449, sections 5 and 8. Of all these only `invalid_grant` is about the refresh token: the others
 * refuse the client or the request (`forbidden`), or nothing for long.
 */
const grantCodes: typeof apiCodes = {
  ...apiCodes,
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

/** league/oauth2-server 8, and so Laravel Passport 12, says this of a refused refresh token, and of nothing else with 401. */
const unauthorizedGrantCodes = { ...grantCodes, invalid_request: 'refreshTokenInvalid' } as const;

export function tokenEndpointCodes(status: number): typeof apiCodes {
  return status === 401 ? unauthorizedGrantCodes : grantCodes;
}

/** Looks a code up: in the contract's words first. */
function lookUp(
  contract: Pick<ServerContract, 'errorCodes'>,
  code: unknown,
  standardCodes: typeof apiCodes,
): Judgement | undefined {
  if (typeof code !== 'string' && typeof code !== 'number') return undefined;
  const known = [contract.errorCodes ?? {}, standardCodes].find((codes) => Object.hasOwn(codes, code));
  const verdict = known?.[code];
  return verdict === undefined ? undefined : { verdict, code };
}

/**
 * Reads what an answer says about the session. Its body is left to be read: a JSON one is cloned, any other
 * (a download, say) is not looked at.
 */
export async function judgeAnswer<User, Credentials>(
  contract: ServerContract<User, Credentials>,
  response: Response,
  clock: Clock,
): Promise<Judgement> {
  const { status, headers } = response;
  const body = isJson(headers) ? await readJson(response.clone(), clock) : undefined;
  return judgeBody(contract, { status, headers, body });
}

/**
 * Whether an answer of status 2xx is worth a look, which costs a copy of its body: where the contract says so by an
 * `errorCode`, and in GraphQL, which has its own content type, or JSON from an address that ends in `graphql`.
 */
export function mayRefuse(
  { errorCode, errorCodes }: Pick<ServerContract, 'errorCodes'> & { readonly errorCode?: unknown },
  { headers, url }: Response,
): boolean {
  if (errorCode !== undefined || errorCodes === undefined) return errorCode !== undefined;
  const isGraphQl = mediaTypeOf(headers) === 'application/graphql-response+json';
  return (
    isGraphQl || (url !== '' && new URL(url).pathname.toLowerCase().endsWith('graphql') && isJson(headers))
  );
}

/** The same of an answer that has been read. */
export function judgeBody<User, Credentials>(
  contract: ServerContract<User, Credentials>,
  answer: ServerAnswer,
  standardCodes = apiCodes,
): Judgement {
  for (const code of codesIn(contract, answer)) {
    const judgement = lookUp(contract, code, standardCodes);
    if (judgement !== undefined) return judgement;
  }
  return saysNothing;
}

/** All codes of an answer, in the order in which they count. */
function* codesIn<User, Credentials>(
  contract: ServerContract<User, Credentials>,
  answer: ServerAnswer,
): Generator {
  const { status, headers, body } = answer;
  if (contract.errorCode !== undefined) {
    try {
      yield contract.errorCode(answer);
    } catch (error) {
      // The status decides, as it does where no code is found.
      reportReduced(error, 'server.errorCode');
    }
    if (status < 200 || status >= 300) yield status;
    return;
  }
  yield challengeError(headers.get('www-authenticate'));
  yield field(body, 'code');
  yield field(field(body, 'error'), 'code');
  yield field(body, 'error');
  yield field(body, 'errorCode');
  yield field(field(field(field(body, 'errors'), 0), 'extensions'), 'code');
  yield field(body, 'message');
  yield field(body, 'type');
  yield status;
}

/** The `error` of a `WWW-Authenticate` challenge (RFC 6750, section 3). */
function challengeError(challenge: string | null): string | undefined {
  return challenge === null ? undefined : /(?:^|[\s,])error\s*=\s*"?([^",\s]+)/i.exec(challenge)?.[1];
}

function field(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

/**
 * What a contract throws to say what the server means, where the session cannot read it from an HTTP answer:
 * in a contract over an SDK, say, or where the server says no with status 200.
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
  /** The server's own code, if it has one. It goes into the history: no secret. */
  readonly serverCode: string | number | null;

  constructor(verdict: Verdict, serverCode: string | number | null = null) {
    super(`The server's verdict is ${verdict}`);
    this.verdict = verdict;
    this.serverCode = serverCode;
  }
}
