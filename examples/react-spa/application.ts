import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PluginOption } from 'vite';
import { startServer, type RunningServer, type StartServerOptions } from '../../test/server/server.ts';
import { startPage } from '../startPage.ts';
import { serverControls } from './serverControls.ts';
import { describeParts } from './stock.ts';

export interface ApplicationOptions extends Pick<StartServerOptions, 'argon2Cost' | 'accessTokenLifetime'> {
  /** Port of the page. Default is 0: any port that is free. */
  readonly port?: number;
  /** How long the server thinks before it answers, in milliseconds. Default is 0. */
  readonly latency?: { readonly api: number; readonly refresh: number };
  /** Where Vite keeps what it has bundled; several that start at once need one each. Default is one for all. */
  readonly cacheDir?: string;
  /** Whether the page is bundled once, to be loaded quickly. Default is `false`: it can be edited while it runs. */
  readonly isBuilt?: boolean;
  /** More plugins for Vite. Default is none. */
  readonly plugins?: readonly PluginOption[];
}

export interface RunningApplication {
  /** Where the page is, without a slash at its end. */
  readonly url: string;
  readonly server: RunningServer;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the reference server and the page, each on its own port of 127.0.0.1, as in life each has its own host. */
export async function startApplication(options: ApplicationOptions = {}): Promise<RunningApplication> {
  const { latency = { api: 0, refresh: 0 } } = options;
  const stack = new AsyncDisposableStack();
  try {
    const server = stack.use(await startServer({ ...options, port: 0 }));
    for (const kind of ['api', 'refresh'] as const) {
      if (latency[kind] === 0) continue;
      server.intercept(kind, async ({ signal }, next) => {
        await delay(latency[kind], undefined, { signal });
        return next();
      });
    }
    describeParts(server);
    const { url } = stack.use(
      await startPage({
        root: import.meta.dirname,
        apiUrl: server.url,
        port: options.port,
        isBuilt: options.isBuilt,
        cacheDir: options.cacheDir ?? join(import.meta.dirname, '../../node_modules/.cache/react-spa'),
        plugins: [serverControls(server), ...(options.plugins ?? [])],
      }),
    );
    const close = () => stack.disposeAsync();
    return { url, server, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
