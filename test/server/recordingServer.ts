import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server received it. */
export interface Received {
  readonly call: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (received: Received) => { readonly status?: number; readonly json?: unknown };

export interface RecordingServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** The requests to one route, such as `POST /login`. */
  to(call: string): Received[];
}

/** Starts a server with these responses, and 404 for other routes. It records the requests. */
export async function startRecordingServer(
  routes: Readonly<Record<string, Answer>>,
): Promise<RecordingServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = `${request.method ?? ''} ${(request.url ?? '').split('?', 1).join('')}`;
      const one = { call, headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      const { status = 200, json } = routes[call]?.(one) ?? { status: 404 };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(json === undefined ? '' : JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    to: (call) => received.filter((one) => one.call === call),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
