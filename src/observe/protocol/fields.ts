import type { ProtocolField, ProtocolStepName } from './steps.ts';

/** Parameters and fields whose values are no secrets. Of all others, only the names are shown. */
const shown: ReadonlySet<string> = new Set([
  ...['response_type', 'response_mode', 'code_challenge_method', 'scope', 'prompt', 'max_age', 'acr_values'],
  ...['resource', 'audience', 'client_id', 'grant_type', 'token_type', 'token_type_hint', 'expires_in'],
  ...['interval', 'iss', 'issuer', 'require_pushed_authorization_requests', 'request_uri_expires_in'],
  ...['error', 'redirect_uri', 'post_logout_redirect_uri'],
]);

/** The longest value to show. */
const longest = 200;

export function fieldsOf(entries: Iterable<readonly [string, unknown]>): readonly ProtocolField[] {
  return Array.from(entries, ([name, value]) => ({
    name,
    value: shown.has(name) ? valueOf(name, value) : null,
  }));
}

function valueOf(name: string, value: unknown): string | null {
  if (name.endsWith('redirect_uri')) return placeOf(String(value));
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value).slice(0, longest) : null;
}

/** The origin and path of an address. Its query and the parameters of its path may be secret. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  // RFC 3986, section 3.3: parameters of a path segment follow a semicolon.
  return origin + pathname.replace(/;[^/]*/g, '');
}

/** A code of the provider (RFC 6749, section 5.2), if it has the form of one. */
export const codeOf = (error: unknown): string | null =>
  typeof error === 'string' && /^[\w.-]{1,64}$/.test(error) ? error : null;

/** The fields of a JSON response. The metadata of a provider has fifty: only those that are shown. */
export async function readFields(
  name: ProtocolStepName,
  response: Response,
): Promise<{ readonly received: readonly ProtocolField[]; readonly code: string | null }> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null) return { received: [], code: null };
  const received = fieldsOf(Object.entries(body));
  return {
    received: name === 'discovery' ? received.filter(({ value }) => value !== null) : received,
    code: 'error' in body ? codeOf(body.error) : null,
  };
}

/** What a request to the provider is for, by its parameters. */
export function nameOfRequest(
  url: string,
  method: string,
  headers: Headers,
  parameters: URLSearchParams,
): ProtocolStepName {
  if (url.includes('/.well-known/')) return 'discovery';
  if (parameters.has('grant_type')) return 'token';
  if (parameters.has('code_challenge')) return 'pushedAuthorization';
  if (parameters.has('token')) return 'revocation';
  if (method !== 'GET') return 'deviceAuthorization';
  return headers.has('authorization') ? 'userinfo' : 'keys';
}
