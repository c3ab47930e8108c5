import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

export interface Site extends AsyncDisposable {
  readonly url: string;
  /** The path of the worker's module. */
  readonly workerPath: string;
}

/** Builds the page and the worker as Vite builds an application, and serves them on 127.0.0.1, a secure context. */
export async function serveSite(apiUrl: string): Promise<Site> {
  const built = await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'warn',
    define: { apiUrl: JSON.stringify(apiUrl) },
    plugins: [react()],
    resolve: { tsconfigPaths: true },
    worker: { format: 'es', rolldownOptions: { transform: { define: { apiUrl: JSON.stringify(apiUrl) } } } },
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rolldownOptions: { input: join(import.meta.dirname, 'index.html') },
    },
  });
  const files = new Map<string, string | Uint8Array>();
  for (const result of [built].flat()) {
    if (!('output' in result)) continue;
    for (const file of result.output)
      files.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source);
  }
  const types: Readonly<Record<string, string>> = {
    js: 'text/javascript',
    html: 'text/html',
    css: 'text/css',
  };
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://host');
    const name = pathname === '/' ? '/index.html' : pathname;
    const found = files.get(name);
    const type = types[name.split('.').at(-1) ?? ''] ?? 'text/plain';
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(found);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The site has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    workerPath: [...files.keys()].find((name) => name.includes('worker-')) ?? '',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
