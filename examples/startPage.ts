import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { createServer, type PluginOption, type ViteDevServer } from 'vite';

export interface PageOptions {
  /** The folder of its index.html. */
  readonly root: string;
  /** Where the API is: `import.meta.env.VITE_API_URL` in the page. */
  readonly apiUrl: string;
  /** Default is 0: any port that is free. */
  readonly port?: number | undefined;
  /** Where Vite keeps what it has bundled; several that start at once need one each. */
  readonly cacheDir: string;
  readonly plugins: readonly PluginOption[];
}

export interface RunningPage {
  /** Where the page is, without a slash at its end. */
  readonly url: string;
  readonly vite: ViteDevServer;
  [Symbol.asyncDispose](): Promise<void>;
}

const sources = join(import.meta.dirname, '..');

/** Starts a page with React on a port of 127.0.0.1. */
export async function startPage({ root, apiUrl, port = 0, ...options }: PageOptions): Promise<RunningPage> {
  const vite = await createServer({
    configFile: false,
    root,
    cacheDir: options.cacheDir,
    logLevel: 'warn',
    clearScreen: false,
    plugins: [react(), ...options.plugins],
    define: { 'import.meta.env.VITE_API_URL': JSON.stringify(apiUrl) },
    // By the names under which a program has installed them; here, as tsconfig.json says, they are the sources.
    resolve: { tsconfigPaths: true },
    server: { host: '127.0.0.1', port, fs: { allow: [sources] } },
  });
  try {
    await vite.listen();
    return { url: addressOf(vite), vite, [Symbol.asyncDispose]: () => vite.close() };
  } catch (error) {
    await vite.close();
    throw error;
  }
}

function addressOf(vite: ViteDevServer): string {
  const address = vite.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('The page has no port');
  return `http://127.0.0.1:${address.port}`;
}
