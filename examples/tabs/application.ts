import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer, type RunningServer, type StartServerOptions } from '../../test/server/server.ts';
import { startPage } from '../startPage.ts';
import { serverRecord } from './serverRecord.ts';

export interface TabsOptions extends Pick<StartServerOptions, 'argon2Cost'> {
  /** Port of the page. Default is 0: any port that is free. */
  readonly port?: number;
  /** How long the server takes for a refresh, in milliseconds. Default is 1500: one can watch it. */
  readonly refreshLatency?: number;
  /** Where Vite keeps what it has bundled. Default is one folder for all. */
  readonly cacheDir?: string;
  /** Whether the page is bundled once, to be loaded quickly. Default is `false`: it can be edited while it runs. */
  readonly isBuilt?: boolean;
}

export interface RunningTabs {
  /** Where the page is, without a slash at its end. */
  readonly url: string;
  readonly server: RunningServer;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** In seconds: nobody wants to wait for it. */
const accessTokenLifetime = 15;

/** Starts a server that takes a refresh token once and never again, and the page for it. */
export async function startTabs(options: TabsOptions = {}): Promise<RunningTabs> {
  const { refreshLatency = 1_500, port, cacheDir, isBuilt, ...serverOptions } = options;
  const stack = new AsyncDisposableStack();
  try {
    const server = stack.use(
      await startServer({ ...serverOptions, dialect: 'rotating', accessTokenLifetime }),
    );
    server.intercept('refresh', async ({ signal }, next) => {
      // A tab that is closed meanwhile has spent no token.
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
