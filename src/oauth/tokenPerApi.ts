import { check, object, text } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { followSignals, throwIfAborted } from '../platform/abort.ts';
import { systemClock } from '../platform/clock.ts';
import type { Grant, Secrets } from '../server/contract.ts';
import type { Api, ApiTokens, BeforeFurther, RequestToken } from './apis.ts';
import { AuthorizationError, isAuthorizationError } from './authorizationError.ts';

/** An API that gets separate access tokens. */
export interface ApiOptions {
  /** The resource indicator of the API (RFC 8707, section 2). */
  readonly resource?: string;
  /**
   * The scopes of its tokens, separated by spaces, for a provider that selects the API by them. Default is all that were
   * granted.
   */
  readonly scope?: string;
}

/**
 * Gives each of several APIs separate access tokens, for the option `resource` of `oauth()`. The session requests them with
 * one refresh token, one after another under its lock, and sends to each origin only its own. A request to an origin that is
 * not named here rejects. If the provider refuses the token of one API, requests to it reject with that error, and the other
 * APIs get theirs. The session refreshes all tokens before the first of them expires. `session.accessToken()` returns the first.
 *
 * @param apis - the resource indicator of each API (RFC 8707), by the origin of its requests. Contains that of `baseUrl` too
 * @throws {InvalidOptionError} a key is not an origin, or an API has neither a resource indicator nor a scope
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { oauth, tokenPerApi } from 'sessionchart/oauth';
 *
 * const auth = oauth({
 *   issuer: 'https://id.example.com',
 *   clientId: 'shop',
 *   redirectUri: '/callback',
 *   scope: 'openid offline_access orders invoices',
 *   resource: tokenPerApi({
 *     'https://orders.example.com': 'urn:orders',
 *     'https://billing.example.com': 'urn:billing',
 *   }),
 * });
 * const session = createSession({ baseUrl: 'https://orders.example.com', ...auth.options });
 * const invoices = await session.api.get('https://billing.example.com/invoices').json();
 * ```
 */
export function tokenPerApi(apis: Readonly<Record<string, string | ApiOptions>>): ApiTokens {
  const byOrigin = readApis(apis);
  const [first, ...others] = new Set(byOrigin.values());
  if (first === undefined) throw new InvalidOptionError('apis', 'at least one origin', 'none');
  const parameters = [first, ...others].flatMap((api) => api.parameters);
  return {
    first,
    indicators: parameters.filter(([name]) => name === 'resource').map(([, value]) => value),
    origins: [...byOrigin.keys()],
    complete: (...given) => complete(others, ...given),
    further: (secrets) => others.map((api) => secrets[tokenOf(api)]).filter((token) => token !== undefined),
    tokenFor(url, accessToken, secrets) {
      const { origin } = new URL(url);
      const api = byOrigin.get(origin);
      if (api === undefined)
        throw new AuthorizationError('unknown_api', `${origin} has no token: name it in \`tokenPerApi\``);
      return api === first ? accessToken : furtherToken(api, origin, secrets);
    },
  };
}

/** The names of an API's token in the secrets, and of the code with which the provider has refused it. */
const tokenOf = ({ name }: Api): string => `accessToken ${name}`;
const refusalOf = ({ name }: Api): string => `refusal ${name}`;

function furtherToken(api: Api, origin: string, secrets: Secrets): string {
  const token = secrets[tokenOf(api)];
  if (token !== undefined) return token;
  const error = secrets[refusalOf(api)] ?? 'token_missing';
  throw new AuthorizationError(error, `There is no access token for ${origin}: ${error}`);
}

/** APIs with the same resource and scope are one. */
function readApis(apis: Readonly<Record<string, string | ApiOptions>>): ReadonlyMap<string, Api> {
  const known = new Map<string, Api>();
  const entries = Object.entries(check('apis', apis, object)).map(
    ([origin, given]: [string, string | ApiOptions]): [string, Api] => {
      if (!URL.canParse(origin) || new URL(origin).origin !== origin)
        throw new InvalidOptionError('apis', 'origins, such as `https://api.example`', `\`${origin}\``);
      const api = readApi(`apis['${origin}']`, given);
      known.set(api.name, known.get(api.name) ?? api);
      return [origin, known.get(api.name) ?? api];
    },
  );
  return new Map(entries);
}

function readApi(option: string, given: string | ApiOptions): Api {
  const options: object = typeof given === 'string' ? { resource: given } : check(option, given, object);
  expectKnown(`${option}.`, options, ['resource', 'scope']);
  const parameters = Object.entries(options).map(([name, value]): [string, string] => [
    name,
    check(`${option}.${name}`, value, text),
  ]);
  if (parameters.length === 0) throw new InvalidOptionError(option, 'a `resource` or a `scope`', 'neither');
  return { name: parameters.map(([, value]) => value).join(' '), parameters };
}

/**
 * How long the requests for the further tokens may take, in milliseconds. The session gives up a refresh after 8 seconds, and
 * the tokens that have arrived by then must not be lost.
 */
const longest = 5_000;

/** If a token is missing for now, the session asks for it again after this time, in seconds. */
const retryAfter = 10;

/**
 * Whether the failure says nothing about the API: the provider is down (RFC 6749, section 4.1.2.1), or did not respond as it
 * should.
 */
const isPassing = (error: string): boolean =>
  ['server_error', 'temporarily_unavailable', 'slow_down'].includes(error) || error.startsWith('OAUTH_');

/**
 * Requests the further tokens one after another, because each request may replace the refresh token. If one fails, the tokens
 * that were granted before are kept, above all the newest refresh token.
 */
async function complete<User>(
  apis: readonly Api[],
  grant: Grant<User>,
  { refreshToken, signal }: BeforeFurther,
  requestToken: RequestToken,
): Promise<Grant<User>> {
  const secrets = new Map(Object.entries(grant.secrets ?? {}));
  const lifetimes = [grant.expiresIn];
  let newest = grant.refreshToken ?? refreshToken;
  const end = followSignals([signal]);
  const cancel = systemClock.schedule(() => end.abort(new Error('The tokens came too late')), longest, true);
  for (const api of apis) {
    const tokens = await requestToken(api, newest, end.signal).catch(readRefusal);
    if (typeof tokens === 'object') {
      newest = tokens.refresh_token ?? newest;
      lifetimes.push(tokens.expires_in);
      secrets.set(tokenOf(api), tokens.access_token);
      secrets.delete(refusalOf(api));
    } else {
      secrets.set(refusalOf(api), tokens);
      if (!isPassing(tokens)) secrets.delete(tokenOf(api));
      else if (!secrets.has(tokenOf(api))) lifetimes.push(retryAfter);
    }
  }
  cancel();
  end.release();
  throwIfAborted(signal);
  return {
    ...grant,
    refreshToken: newest ?? undefined,
    expiresIn: earliest(lifetimes),
    secrets: Object.fromEntries(secrets),
  };
}

/** The code of the provider, or that of a provider that cannot be reached. */
function readRefusal(error: unknown): string {
  return isAuthorizationError(error) ? error.error : 'temporarily_unavailable';
}

function earliest(lifetimes: readonly Grant['expiresIn'][]): number | undefined {
  const known = lifetimes.filter((lifetime) => lifetime != null).map(Number);
  return known.length === 0 ? undefined : Math.min(...known);
}
