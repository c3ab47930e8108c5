import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { build } from 'esbuild';
import { createExpressApplication } from './express.ts';
import { createHonoApplication } from './hono.ts';
import type { ApplicationOptions } from './sessions.ts';

const root = join(import.meta.dirname, '../..');

/** The applications, as listeners of a server of Node. */
const listeners = {
  express: createExpressApplication,
  hono(options) {
    const listener = getRequestListener(createHonoApplication(options).fetch, {
      overrideGlobalObjects: false,
    });
    return (incoming, outgoing) => void listener(incoming, outgoing);
  },
} satisfies Record<string, (options: ApplicationOptions) => RequestListener>;

export type Framework = keyof typeof listeners;

export const frameworks = Object.keys(listeners);
export const isFramework = (name: string): name is Framework => frameworks.includes(name);

/** Starts a web server on a port of 127.0.0.1. Default is any free port. */
export async function startBackend(
  framework: Framework,
  { port = 0, ...options }: Omit<ApplicationOptions, 'assets'> & { readonly port?: number },
) {
  const assets = join(root, 'node_modules/.cache/backend', framework);
  await build({
    entryPoints: ['page.ts', 'page.css'].map((name) => join(import.meta.dirname, name)),
    bundle: true,
    format: 'esm',
    outdir: assets,
    tsconfig: join(root, 'tsconfig.json'),
  });
  const server = createServer(listeners[framework]({ ...options, assets }));
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
