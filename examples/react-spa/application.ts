import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import react from '@vitejs/plugin-react';
import { createServer, type InlineConfig, type PluginOption, type ViteDevServer } from 'vite';
import { startServer, type RunningServer, type StartServerOptions } from '../../test/server/server.ts';
import { serverControls } from './serverControls.ts';
import { describeParts } from './stock.ts';

export interface ApplicationOptions extends Pick<StartServerOptions, 'argon2Cost' | 'accessTokenLifetime'> {
  /** Port of the page. Default is 0: any port that is free. */
  readonly port?: number;
  /** How long the server thinks before it answers, in milliseconds. Default is 0. */
  readonly latency?: { readonly api: number; readonly refresh: number };
  /** Where Vite keeps what it has bundled; several that start at once need one each. Default is one for all. */
  readonly cacheDir?: string;
  /** More plugins for Vite. Default is none. */
  readonly plugins?: readonly PluginOption[];
}

export interface RunningApplication {
  /** Where the page is, without a slash at its end. */
  readonly url: string;
  readonly server: RunningServer;
  readonly vite: ViteDevServer;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..');

/** Starts the reference server and the page, each on its own port of 127.0.0.1, as in life each has its own host. */
export async function startApplication(options: ApplicationOptions = {}): Promise<RunningApplication> {
  const { latency = { api: 0, refresh: 0 } } = options;
  const stack = new AsyncDisposableStack();
  try {
    const server = stack.use(await startServer({ ...options, port: 0 }));
    for (const kind of ['api', 'refresh'] as const) {
      if (latency[kind] === 0) continue;
      server.intercept(kind, async (_request, next) => {
        await delay(latency[kind]);
        return next();
      });
    }
    describeParts(server);
    const vite = await createServer(pageConfig(server, options));
    stack.defer(() => vite.close());
    await vite.listen();
    const close = () => stack.disposeAsync();
    return { url: addressOf(vite), server, vite, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function pageConfig(server: RunningServer, options: ApplicationOptions): InlineConfig {
  const { port = 0, cacheDir = join(root, 'node_modules/.cache/react-spa'), plugins = [] } = options;
  return {
    configFile: false,
    root: import.meta.dirname,
    cacheDir,
    logLevel: 'warn',
    clearScreen: false,
    plugins: [react(), serverControls(server), ...plugins],
    define: { 'import.meta.env.VITE_API_URL': JSON.stringify(server.url) },
    // By the names under which a program has installed them; here, as tsconfig.json says, they are the sources.
    resolve: { tsconfigPaths: true },
    server: { host: '127.0.0.1', port, fs: { allow: [root] } },
  };
}

function addressOf(vite: ViteDevServer): string {
  const address = vite.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('The page has no port');
  return `http://127.0.0.1:${address.port}`;
}
