import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  startServer,
  type RunningServer,
  type StartServerOptions,
} from '../../test/referenceServer/server.ts';
import { startPage } from '../startPage.ts';
import { serverRecord } from './serverRecord.ts';

export interface TabsOptions extends Pick<StartServerOptions, 'argon2Cost'> {
  /** Port of the page. Default is 0: any free port. */
  readonly port?: number;
  /** How long a refresh takes at the server, in milliseconds. Default is 1500, slow enough to watch. */
  readonly refreshLatency?: number;
  /** Vite's cache folder. Default is one for all. */
  readonly cacheDir?: string;
  /** Whether to bundle the page once, which makes it load faster. Default is `false`: you can edit it while it runs. */
  readonly isBuilt?: boolean;
}

export interface RunningTabs {
  /** The URL of the page, without a trailing slash. */
  readonly url: string;
  readonly server: RunningServer;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** In seconds. Short, so that you can watch it expire. */
const accessTokenLifetime = 15;

/** Starts a server that accepts a refresh token only once, and a page that uses it. */
export async function startTabs(options: TabsOptions = {}): Promise<RunningTabs> {
  const { refreshLatency = 1_500, port, cacheDir, isBuilt, ...serverOptions } = options;
  const stack = new AsyncDisposableStack();
  try {
    const server = stack.use(
      await startServer({ ...serverOptions, dialect: 'rotating', accessTokenLifetime }),
    );
    server.intercept('refresh', async ({ signal }, next) => {
      // If the tab is closed during this delay, its token has not been used.
      await delay(refreshLatency, undefined, { signal });
      return next();
    });
    const { url } = stack.use(
      await startPage({
        root: import.meta.dirname,
        apiUrl: server.url,
        port,
        isBuilt,
        cacheDir: cacheDir ?? join(import.meta.dirname, '../../node_modules/.cache/tabs'),
        plugins: [serverRecord(server)],
      }),
    );
    const close = () => stack.disposeAsync();
    return { url, server, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
