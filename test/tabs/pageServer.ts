import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import * as vite from 'vite';

export interface PageServer {
  /** Without a trailing slash. */
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const bundles = new Map<string, Promise<string>>();

/** Bundles a script once for all test files of a worker. */
function bundle(entry: string): Promise<string> {
  const made = bundles.get(entry) ?? build(entry);
  bundles.set(entry, made);
  return made;
}

async function build(entry: string): Promise<string> {
  const built = await vite.build({
    configFile: false,
    logLevel: 'warn',
    resolve: { tsconfigPaths: true },
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry, formats: ['es'] },
    },
  });
  for (const result of [built].flat()) {
    if ('output' in result) return result.output[0].code;
  }
  throw new Error('The page was not built');
}

const html = '<!doctype html><title>A tab</title><body></body><script type="module" src="/page.js"></script>';

/**
 * Serves the page at `/` and `/callback`, and a page without a session at `/elsewhere`, and the script of a worker, on a port
 * of 127.0.0.1, a secure context.
 */
export async function servePage(
  entry = join(import.meta.dirname, 'page.ts'),
  worker: string | null = null,
): Promise<PageServer> {
  const script = await bundle(entry);
  const contents = new Map<string, readonly [type: string, text: string]>([
    ['/', ['text/html; charset=utf-8', html]],
    ['/callback', ['text/html; charset=utf-8', html]],
    ['/elsewhere', ['text/html; charset=utf-8', '<!doctype html><title>Elsewhere</title>']],
    ['/page.js', ['text/javascript; charset=utf-8', script]],
  ]);
  if (worker !== null) contents.set('/worker.js', ['text/javascript; charset=utf-8', await bundle(worker)]);
  const server = createServer(({ url = '/' }, response) => {
    const found = contents.get(new URL(url, 'http://localhost').pathname);
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': found[0], 'Cache-Control': 'max-age=600' }).end(found[1]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
