import { once } from 'node:events';
import { createServer } from 'node:http';

const html =
  '<!doctype html><title>Application</title><div id="root"></div><script type="module" src="/page.js"></script>';

export interface PageServer extends AsyncDisposable {
  readonly origin: string;
  /** The script of every page. */
  script: string;
}

/** Serves the same page at all paths of an origin. */
export async function servePage(): Promise<PageServer> {
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? pages.script : html);
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page has no port');
  const pages: PageServer = {
    origin: `http://localhost:${address.port}`,
    script: '',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return pages;
}
