import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

/** What a provider gets wrong. Everything else is right. */
export interface Fault {
  /** How long ago the user may have signed in, which the client asks for, in seconds. */
  readonly maxAge?: number;
  /** Changes the metadata (RFC 8414). */
  readonly metadata?: (right: Record<string, unknown>) => unknown;
  /** Changes the parameters of the callback. */
  readonly callback?: (parameters: URLSearchParams) => void;
  /** Changes the claims of the ID token. */
  readonly claims?: (right: JWTPayload) => JWTPayload;
  /** Changes the ID token. */
  readonly idToken?: (token: string) => string | undefined;
  /** Signs the ID token with a key that the provider does not publish. */
  readonly hasForeignKey?: boolean;
  /** Changes the response of the token endpoint. */
  readonly tokens?: (right: Record<string, unknown>) => unknown;
  /** Answers in place of the token endpoint. */
  readonly tokenResponse?: { readonly status: number; readonly type: string; readonly body: string };
  /** Changes the response of the userinfo endpoint. It refuses the access token with 401 for `null`. */
  readonly userInfo?: (right: Record<string, unknown>) => unknown;
}

export interface ForgedProvider extends AsyncDisposable {
  readonly issuer: string;
  fault: Fault;
  /** The paths of all requests. */
  readonly paths: readonly string[];
  /** The callback's address for an authorization request. */
  callbackOf(request: string): string;
}

/** A provider that can be wrong in one place. */
export async function startForgedProvider(): Promise<ForgedProvider> {
  const keys = await generateKeyPair('RS256');
  const foreign = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const requests = new Map<string, URLSearchParams>();
  const paths: string[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  async function idToken(nonce: string | null): Promise<string | undefined> {
    const { fault } = self;
    const now = Math.floor(Date.now() / 1000);
    const right: JWTPayload = {
      iss: issuer,
      aud: 'spa',
      sub: 'ada',
      iat: now,
      exp: now + 300,
      auth_time: now,
      nonce,
    };
    const token = await new SignJWT(fault.claims?.(right) ?? right)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(fault.hasForeignKey === true ? foreign.privateKey : keys.privateKey);
    return fault.idToken === undefined ? token : fault.idToken(token);
  }

  async function answer(path: string, body: URLSearchParams): Promise<unknown> {
    const { fault } = self;
    const changed = (right: Record<string, unknown>, change: Fault['tokens']) =>
      change === undefined ? right : change(right);
    switch (path) {
      case '/.well-known/openid-configuration':
        return changed(
          {
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            userinfo_endpoint: `${issuer}/userinfo`,
            jwks_uri: `${issuer}/jwks`,
            authorization_response_iss_parameter_supported: true,
          },
          fault.metadata,
        );
      case '/jwks':
        return { keys: [jwk] };
      case '/userinfo':
        return changed({ sub: 'ada', email: 'ada@example.com' }, fault.userInfo);
      default: {
        const code = body.get('code');
        const nonce = requests.get(code ?? '')?.get('nonce') ?? null;
        const right = {
          access_token: 'access',
          token_type: 'Bearer',
          expires_in: 60,
          refresh_token: 'refresh',
        };
        return changed({ ...right, id_token: await idToken(nonce) }, fault.tokens);
      }
    }
  }

  server.on('request', (request, response) => {
    void (async () => {
      const path = new URL(request.url ?? '/', issuer).pathname;
      paths.push(path);
      const { tokenResponse } = self.fault;
      if (path === '/token' && tokenResponse !== undefined) {
        response.writeHead(tokenResponse.status, { 'content-type': tokenResponse.type });
        response.end(tokenResponse.body);
        return;
      }
      const body = await answer(path, new URLSearchParams(await textOf(request)));
      if (body === null) response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' });
      else response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    })();
  });

  const self: ForgedProvider = {
    issuer,
    fault: {},
    paths,
    callbackOf(request) {
      const { searchParams } = new URL(request);
      const code = `code-${requests.size}`;
      requests.set(code, searchParams);
      const parameters = new URLSearchParams({ code, state: searchParams.get('state') ?? '', iss: issuer });
      self.fault.callback?.(parameters);
      return `${searchParams.get('redirect_uri') ?? ''}?${parameters.toString()}`;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
