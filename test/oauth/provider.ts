import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { once } from 'node:events';
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider';
import { cors, createResourceServer, textOf, type ApiRequest } from './resourceServer.ts';

/** A certified provider (oidc-provider) that is strict: a refresh token is used once, and its reuse ends the grant. */
export interface TestProvider extends AsyncDisposable {
  readonly issuer: string;
  /**
   * An API on another origin. Its address is also its resource indicator (RFC 8707). `/transfers` asks for `acr` `gold` (RFC
   * 9470).
   */
  readonly api: string;
  /** Another API on a third origin, with the resource indicator `urn:billing`. */
  readonly billing: string;
  /** The audiences of the access tokens that each API has received, by its origin. */
  readonly audiences: Readonly<Record<string, Set<unknown>>>;
  /** The token requests, with the status of the response. */
  readonly tokenRequests: { readonly grant: string; readonly status: number }[];
  /** The statuses of the API's responses. */
  readonly apiResponses: number[];
  /** The account that signs in at the next interaction, or the error of a user who refuses. */
  answer: { readonly account: string } | { readonly error: string };
  /** Makes all access tokens that were issued until now expire. */
  expireAccessTokens(): void;
  /** Ends all grants: refresh tokens are refused from now on, and access tokens have expired. */
  endGrants(): Promise<void>;
  /** Handles a request in place of the provider, if it returns `true`. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
}

export interface TestProviderOptions {
  readonly redirectUris?: readonly string[];
  /** Whether both servers ask for a nonce in each DPoP proof. */
  readonly requiresNonce?: boolean;
  readonly requiresPar?: boolean;
  /** A `native` client is not signed in without the user. Default is `native`. */
  readonly applicationType?: 'native' | 'web';
  readonly clients?: readonly ClientMetadata[];
  readonly configuration?: Configuration;
  /** The certificate of the provider, for clients that require `https:`. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Whether the issuer ends with a slash. */
  readonly hasSlash?: boolean;
  /** Servers that listen already, for a page that needs their addresses first. Default is new ones. */
  readonly servers?: { readonly provider: Server; readonly api: Server };
  /** Seconds. Default is 3600 (1 hour). */
  readonly accessTokenLifetime?: number;
  /** The sign-in page. Its form may send `account`, or `cancel`. Default is a button for the account of `answer`. */
  readonly signInPage?: (action: string) => string;
  /** The body of the API's response to a valid token. Default is the user and the request. */
  readonly respond?: (request: ApiRequest) => unknown;
  /** Waits before a request to the provider or to an API is handled. */
  readonly delay?: (request: IncomingMessage) => Promise<unknown>;
}

export async function startProvider({
  redirectUris = ['http://localhost/callback'],
  requiresNonce = false,
  requiresPar = false,
  applicationType = 'native',
  clients = [],
  configuration = {},
  certificate,
  hasSlash = false,
  servers,
  accessTokenLifetime = 3_600,
  signInPage = (action) =>
    `<title>Provider</title><form method="post" action="${action}"><button>Continue</button></form>`,
  respond: respondWith,
  delay,
}: TestProviderOptions = {}): Promise<TestProvider> {
  const server =
    servers?.provider ??
    (await listen(certificate === undefined ? createServer() : createSecureServer(certificate)));
  const apiServer = servers?.api ?? (await listen(createServer()));
  const billingServer = await listen(createServer());
  const address = addressOf(server, certificate === undefined ? 'http' : 'https');
  const issuer = hasSlash ? `${address}/` : address;
  const [api, billing] = [addressOf(apiServer), addressOf(billingServer)];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'spa',
        token_endpoint_auth_method: 'none',
        application_type: applicationType,
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        redirect_uris: [...redirectUris],
        post_logout_redirect_uris: [...redirectUris],
      },
      ...clients,
    ],
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.com` }),
    }),
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    rotateRefreshToken: true,
    clockTolerance: 0,
    clientBasedCORS: () => true,
    acrValues: ['gold'],
    extraTokenClaims: ({ oidc: { entities } }) => ({
      acr: entities.AuthorizationCode?.acr ?? entities.RefreshToken?.acr,
    }),
    ttl: {
      AccessToken: accessTokenLifetime,
      RefreshToken: 86_400,
      Session: 86_400,
      Grant: 86_400,
      Interaction: 600,
    },
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => requiresNonce },
      revocation: { enabled: true },
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: requiresPar },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => api,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'orders',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenLifetime,
        }),
      },
    },
    ...configuration,
  });
  provider.on('server_error', (_context, error) => console.error(error));
  let expiredBefore = 0;
  const grants = new Set<string>();
  const self: TestProvider = {
    issuer,
    api,
    billing,
    audiences: { [api]: new Set(), [billing]: new Set() },
    tokenRequests: [],
    apiResponses: [],
    answer: { account: 'ada' },
    expireAccessTokens: () => (expiredBefore += 1),
    async endGrants() {
      expiredBefore += 1;
      for (const id of grants) await provider.RefreshToken.revokeByGrantId(id);
      grants.clear();
    },
    intercept: null,
    async [Symbol.asyncDispose]() {
      for (const one of [server, apiServer, billingServer]) {
        one.closeAllConnections();
        one.close();
        await once(one, 'close');
      }
    },
  };

  /** Access tokens by the number of `expireAccessTokens` before their first use. */
  const firstSeen = new Map<string, number>();

  function isExpired(token: string): boolean {
    const seen = firstSeen.get(token) ?? expiredBefore;
    firstSeen.set(token, seen);
    return seen < expiredBefore;
  }

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { uid, params, prompt, grantId } = await provider.interactionDetails(request, response);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html');
      response.end(signInPage(`/interaction/${uid}`));
      return;
    }
    const form = new URLSearchParams(await textOf(request));
    const account = form.get('account');
    const chosen = account === null ? self.answer : { account };
    const answer = form.has('cancel') ? { error: 'access_denied' } : chosen;
    if ('error' in answer) {
      await provider.interactionFinished(request, response, { error: answer.error, error_description: 'no' });
      return;
    }
    const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const grant =
      (found?.accountId === answer.account ? found : undefined) ??
      new provider.Grant({
        accountId: answer.account,
        clientId: String(params['client_id']),
      });
    grant.addOIDCScope(String(params['scope']));
    for (const resource of [api, 'urn:billing']) grant.addResourceScope(resource, 'orders');
    const acr = params['acr_values'] === 'gold' ? 'gold' : undefined;
    const consent = { grantId: await grant.save() };
    grants.add(consent.grantId);
    await provider.interactionFinished(
      request,
      response,
      prompt.name === 'login'
        ? { login: { accountId: answer.account, ...(acr && { acr }) }, consent }
        : { consent },
      { mergeWithLastSubmission: true },
    );
  }

  const callback = provider.callback();
  server.on('request', (request, response) => {
    void Promise.resolve(delay?.(request)).then(() => handle(request, response));
  });

  function handle(request: IncomingMessage, response: ServerResponse): void {
    if (self.intercept?.(request, response) === true) return;
    if (request.url?.startsWith('/interaction/') === true) {
      interact(request, response).catch((error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      });
      return;
    }
    if (request.url === '/token') note(request, response, self.tokenRequests);
    void callback(request, response);
  }
  const tokens = { issuer, jwksUri: `${address}/jwks`, isExpired, requiresNonce };
  for (const [one, origin, audience] of [
    [apiServer, api, api],
    [billingServer, billing, 'urn:billing'],
  ] as const) {
    const respond = createResourceServer({
      origin,
      audience,
      tokens,
      delay,
      respond: respondWith,
      received: (found) => self.audiences[origin]?.add(found),
    });
    one.on('request', (request, response) => {
      void respond(request).then(({ status, headers = {}, body }) => {
        self.apiResponses.push(status);
        response.writeHead(status, { 'content-type': 'application/json', ...cors, ...headers });
        response.end(JSON.stringify(body));
      });
    });
  }

  return self;
}

function note(
  request: IncomingMessage,
  response: ServerResponse,
  requests: TestProvider['tokenRequests'],
): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('finish', () => {
    const grant = new URLSearchParams(Buffer.concat(chunks).toString()).get('grant_type') ?? '';
    requests.push({ grant, status: response.statusCode });
  });
}

export async function listen(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function addressOf(server: Server, scheme = 'http'): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `${scheme}://127.0.0.1:${address.port}` : '';
}
