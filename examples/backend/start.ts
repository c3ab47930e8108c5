import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { build } from 'esbuild';
import { createApplication, type ApplicationOptions } from './application.ts';

/** Starts the web server on a port of 127.0.0.1. */
export async function startBackend({
  port = 0,
  ...options
}: Omit<ApplicationOptions, 'script'> & { readonly port?: number }) {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    bundle: true,
    format: 'esm',
    write: false,
    tsconfig: join(import.meta.dirname, '../../tsconfig.json'),
  });
  const [{ text: script } = { text: '' }] = outputFiles;
  const { fetch } = createApplication({ ...options, script });
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    url: `http://localhost:${typeof address === 'object' ? address?.port : ''}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
