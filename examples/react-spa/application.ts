import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PluginOption } from 'vite';
import {
  startServer,
  type RunningServer,
  type StartServerOptions,
} from '../../test/referenceServer/server.ts';
import type { TestProvider } from '../../test/oauth/provider.ts';
import { startPage } from '../startPage.ts';
import { openProvider } from './provider/provider.ts';
import { serverControls } from './serverControls.ts';
import { describeParts } from './stock.ts';

export interface ApplicationOptions extends Pick<StartServerOptions, 'argon2Cost' | 'accessTokenLifetime'> {
  /** Port of the page. Default is 0: any free port. */
  readonly port?: number;
  /** How long the server waits before it responds, in milliseconds. Default is 0. */
  readonly latency?: { readonly api: number; readonly refresh: number };
  /** Vite's cache folder. Applications that start at the same time need one each. Default is one for all. */
  readonly cacheDir?: string;
  /** Whether to bundle the page once, which makes it load faster. Default is `false`: you can edit it while it runs. */
  readonly isBuilt?: boolean;
  /** Whether users can sign in at an identity provider too. Default is `false`. */
  readonly hasProvider?: boolean;
  /** More plugins for Vite. Default is none. */
  readonly plugins?: readonly PluginOption[];
}

export interface RunningApplication {
  /** The URL of the page, without a trailing slash. */
  readonly url: string;
  readonly server: RunningServer;
  /** `null` without one. */
  readonly provider: TestProvider | null;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the reference server and the page on two ports of 127.0.0.1: two origins, as in production. The provider has two more. */
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
    const { accessTokenLifetime, hasProvider = false } = options;
    const opened = hasProvider ? await openProvider({ accessTokenLifetime, latency }) : null;
    stack.defer(() => opened?.close());
    let provider: TestProvider | null = null;
    const { url } = stack.use(
      await startPage({
        root: import.meta.dirname,
        apiUrl: server.url,
        env: { VITE_ISSUER: opened?.issuer ?? '', VITE_PROVIDER_API_URL: opened?.api ?? '' },
        port: options.port,
        isBuilt: options.isBuilt,
        cacheDir: options.cacheDir ?? join(import.meta.dirname, '../../node_modules/.cache/react-spa'),
        plugins: [serverControls(server, () => provider), ...(options.plugins ?? [])],
      }),
    );
    if (opened !== null) provider = stack.use(await opened.start(url));
    const close = () => stack.disposeAsync();
    return { url, server, provider, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
