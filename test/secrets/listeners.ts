import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';

/** A plain HTTP server that records its requests: another site, which must not receive a token. */
export interface Listener extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The paths and headers of the requests, in order. */
  readonly heard: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

/** Listens on a port of 127.0.0.1, or rejects if the port is in use. */
export async function listen(answer: RequestListener, wanted = 0): Promise<Listener> {
  const heard: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    heard.push({ path: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Two servers, one of whose ports starts with the digits of the other's: 4321 and 43210. */
export async function listenAlike(answer: RequestListener): Promise<readonly [Listener, Listener]> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    // Fetch standard, "bad port": `fetch` blocks 2049 and 3659, and no port between them.
    const port = 2050 + Math.floor(Math.random() * 1600);
    const one = await listen(answer, port).catch(() => null);
    const other = one === null ? null : await listen(answer, port * 10).catch(() => null);
    if (one !== null && other !== null) return [one, other];
    await one?.[Symbol.asyncDispose]();
  }
  throw new Error('No two ports of that kind are free');
}
