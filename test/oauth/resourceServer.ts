import type { IncomingMessage } from 'node:http';
import { allowInsecureRequests, validateJwtAccessToken } from 'oauth4webapi';

/** A request to an API with a valid token. */
export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly user: string;
}

interface ResourceServerOptions {
  readonly origin: string;
  /** The audience that its tokens must have. */
  readonly audience: string;
  readonly tokens: {
    readonly issuer: string;
    readonly jwksUri: string;
    readonly isExpired: (token: string) => boolean;
    /** Whether each DPoP proof must have a nonce. */
    readonly requiresNonce: boolean;
  };
  /** Waits before a request is handled. */
  readonly delay: ((request: IncomingMessage) => Promise<unknown>) | undefined;
  /** The body of the response to a valid token. Default is the user and the request. */
  readonly respond: ((request: ApiRequest) => unknown) | undefined;
  /** Called with the audience of each access token. */
  readonly received: (audience: unknown) => void;
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

export const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*, authorization',
  'access-control-allow-methods': '*',
  'access-control-expose-headers': 'dpop-nonce, www-authenticate',
};

/** Creates an API that validates the token and its proof (RFC 9068, RFC 9449, section 7). */
export function createResourceServer({
  origin,
  audience,
  tokens: { issuer, jwksUri, isExpired, requiresNonce },
  delay,
  respond,
  received,
}: ResourceServerOptions): (request: IncomingMessage) => Promise<Answer> {
  const nonce = `nonce of ${origin}`;

  return async (request) => {
    const { method = 'GET', url = '/', headers } = request;
    if (method === 'OPTIONS') return { status: 204, body: null };
    const sent = await textOf(request);
    await delay?.(request);
    const { authorization = '', dpop } = headers;
    const [scheme = '', token = ''] = authorization.split(' ');
    const challenge = (error: string, parameters = '', more: Record<string, string> = {}): Answer => ({
      status: 401,
      headers: { 'www-authenticate': `${scheme || 'Bearer'} error="${error}"${parameters}`, ...more },
      body: { error },
    });
    if (token === '') return { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: {} };
    received(payloadOf(token)['aud']);
    try {
      const asked = new Request(new URL(url, origin), {
        method,
        headers: { authorization, ...(dpop && { dpop: String(dpop) }) },
      });
      const { sub, acr } = await validateJwtAccessToken({ issuer, jwks_uri: jwksUri }, asked, audience, {
        [allowInsecureRequests]: true,
      });
      if (requiresNonce && scheme === 'DPoP' && payloadOf(String(dpop))['nonce'] !== nonce)
        return challenge('use_dpop_nonce', '', { 'dpop-nonce': nonce });
      if (isExpired(token)) return challenge('invalid_token');
      if (url === '/transfers' && acr !== 'gold')
        return challenge('insufficient_user_authentication', ', acr_values="gold", max_age="0"');
      if (respond !== undefined)
        return { status: 200, body: respond({ method, url, body: sent, user: sub }) };
      const [, item] = /^\/api\/items\/(\d+)$/.exec(url) ?? [];
      const body = item === undefined ? { sub, scheme, method, body: sent } : { n: Number(item), user: sub };
      return { status: 200, body };
    } catch {
      return challenge('invalid_token');
    }
  };
}

/** The claims of a JWT. A token of another kind has none. */
function payloadOf(jwt: string): Readonly<Record<string, unknown>> {
  const [, payload] = jwt.split('.');
  return payload === undefined
    ? {}
    : (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>);
}

export async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
