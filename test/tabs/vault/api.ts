import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { createCanary } from '../../secrets/marker.ts';

/** An API whose tokens are canaries, and which shows them wherever a server may do so. */
export interface CanaryApi extends AsyncDisposable {
  readonly url: string;
  /** The number of calls of the refresh endpoint, and how many of them sent a refresh token again. */
  readonly refreshes: number;
  readonly repeated: number;
  /** The refresh tokens that were revoked. */
  readonly revoked: number;
  /** The requests that were aborted before the response had ended. */
  readonly aborted: number;
  /** All paths that were requested with a valid access token. */
  readonly authorized: readonly string[];
  /** Makes all access tokens count as expired. */
  expire(): void;
  /** Delays responses of the refresh endpoint, in milliseconds. */
  slowRefresh(delay: number): void;
  /** Sends the next chunk of a download. */
  sendChunk(text: string): void;
  endDownload(): void;
  reset(): void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: string;
  readonly token: string;
}

export async function startCanaryApi(): Promise<CanaryApi> {
  const access = new Set<string>();
  const used = new Set<string>();
  const counts = { refreshes: 0, repeated: 0, revoked: 0, aborted: 0 };
  const authorized: string[] = [];
  const downloads = new Set<ServerResponse>();
  let delay = 0;

  function grant() {
    const tokens = { accessToken: createCanary('access'), refreshToken: createCanary('refresh') };
    access.add(tokens.accessToken);
    return tokens;
  }

  const json = ({ response }: Exchange, status: number, body: unknown, headers = {}) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));

  const refuse = (exchange: Exchange) => json(exchange, 401, { code: 'EXPIRED', token: exchange.token });
  const routes: Readonly<Record<string, (exchange: Exchange) => unknown>> = {
    '/auth/login'(exchange) {
      const { password } = JSON.parse(exchange.body) as { password: string };
      if (password !== 'lovelace') json(exchange, 401, { code: 'INVALID', request: exchange.body });
      else json(exchange, 200, { ...grant(), expiresIn: 3600, user: { id: '1', name: 'Ada' } });
    },
    async '/auth/refresh'(exchange) {
      counts.refreshes += 1;
      await new Promise((resolve) => setTimeout(resolve, delay));
      const { refreshToken = '' } = JSON.parse(exchange.body || '{}') as { refreshToken?: string };
      if (used.has(refreshToken)) counts.repeated += 1;
      const isValid = refreshToken === '' ? access.has(exchange.token) : !used.has(refreshToken);
      used.add(refreshToken);
      // Some servers accept the access token for a refresh.
      if (isValid) json(exchange, 200, { ...grant(), expiresIn: 3600 });
      else json(exchange, 401, { code: 'USED', refreshToken });
    },
    '/auth/logout'(exchange) {
      counts.revoked += 1;
      json(exchange, 200, {});
    },
    '/api/me': (exchange) => json(exchange, 200, { name: 'Ada' }),
    '/api/echo': (exchange) =>
      json(exchange, 200, exchange.request.headers, {
        'x-echo': exchange.token,
        authorization: `Bearer ${grant().accessToken}`,
      }),
    '/api/broken': (exchange) =>
      void exchange.response
        .writeHead(500)
        .end(`No luck with ${exchange.request.headers.authorization ?? ''}`),
    '/api/redirect': ({ response, url }) =>
      void response.writeHead(307, { location: url.searchParams.get('to') ?? '' }).end(),
    '/api/upload': (exchange) => json(exchange, 200, { length: exchange.body.length }),
    // The response never comes.
    '/api/silent': () => undefined,
    '/api/slow': ({ response }) => void response.writeHead(200).write('x'),
    '/api/download'({ response }) {
      response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
      downloads.add(response);
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (!response.writableFinished) counts.aborted += 1;
    });
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-expose-headers', '*, authorization, x-echo');
    if (request.method === 'OPTIONS') {
      const allowed = { 'access-control-allow-headers': '*, authorization', 'access-control-max-age': '600' };
      response.writeHead(204, { ...allowed, 'access-control-allow-methods': '*' }).end();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://host');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const exchange = { request, response, url, token, body: Buffer.concat(chunks).toString() };
    if (access.has(token)) authorized.push(url.pathname);
    const isRefused = url.pathname.startsWith('/api/') && !access.has(token);
    const route = isRefused ? refuse : (routes[url.pathname] ?? refuse);
    await route(exchange);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The API has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get refreshes() {
      return counts.refreshes;
    },
    get repeated() {
      return counts.repeated;
    },
    get revoked() {
      return counts.revoked;
    },
    get aborted() {
      return counts.aborted;
    },
    authorized,
    expire: () => access.clear(),
    slowRefresh(milliseconds) {
      delay = milliseconds;
    },
    sendChunk: (text) => downloads.forEach((response) => response.write(text)),
    endDownload: () => downloads.forEach((response) => response.end()),
    reset() {
      Object.assign(counts, { refreshes: 0, repeated: 0, revoked: 0, aborted: 0 });
      authorized.length = 0;
      access.clear();
      downloads.clear();
      delay = 0;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
