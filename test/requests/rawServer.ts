import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSession, type ServerContract } from '../../src/index.ts';
import { createManualClock, type ManualClock } from '../clock.ts';
import type { AppSession, Credentials, User } from './world.ts';

/** A request as it arrived. */
export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly body: string;
}

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  readonly session: AppSession;
  readonly clock: ManualClock;
  /** The requests to the API, in order of arrival. */
  readonly requests: readonly RawRequest[];
  /** The number of refreshes. */
  refreshes(): number;
}

/** Writes the response to a request with a valid token. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const contract: ServerContract<User, Credentials> = {
  refresh: ({ refreshToken, http }) => http.post('token', { json: { refreshToken } }).json(),
};

/**
 * A server without a framework: it handles every method itself, and refuses every token but the newest. The session
 * starts with a token that is refused.
 */
export async function startRawServer(
  answer: Answer = (_, response) => response.end('ok'),
): Promise<RawServer> {
  const requests: RawRequest[] = [];
  let refreshes = 0;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      if (request.url === '/token') {
        refreshes += 1;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ accessToken: `token-${refreshes}`, expiresIn: 60 }));
        return;
      }
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, authorization: headers.authorization ?? null, body });
      if (refreshes > 0 && headers.authorization === `Bearer token-${refreshes}`) answer(request, response);
      else response.writeHead(401).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const clock = createManualClock();
  const session = createSession<User, Credentials>({
    baseUrl: url,
    server: contract,
    environment: { clock, random: () => 0 },
  });
  await session.adopt({ accessToken: 'token-0', refreshToken: 'refresh-0', expiresIn: 60 });
  return {
    url,
    session,
    clock,
    requests,
    refreshes: () => refreshes,
    async [Symbol.asyncDispose]() {
      session.dispose();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
