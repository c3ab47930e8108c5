import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import {
  build,
  createServer,
  preview,
  type InlineConfig,
  type PluginOption,
  type PreviewServer,
  type ViteDevServer,
} from 'vite';

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
  /**
   * Whether it is bundled once, and then loaded in an instant. Default is `false`: each file is served as it is, and
   * replaced on the screen when it is edited.
   */
  readonly isBuilt?: boolean | undefined;
}

export interface RunningPage {
  /** Where the page is, without a slash at its end. */
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const sources = join(import.meta.dirname, '..');

/** Starts a page with React on a port of 127.0.0.1. */
export async function startPage({
  root,
  apiUrl,
  cacheDir,
  plugins,
  port = 0,
  isBuilt = false,
}: PageOptions): Promise<RunningPage> {
  const address = { host: '127.0.0.1', port };
  const config: InlineConfig = {
    configFile: false,
    root,
    cacheDir,
    logLevel: 'warn',
    clearScreen: false,
    plugins: [react(), ...plugins],
    define: { 'import.meta.env.VITE_API_URL': JSON.stringify(apiUrl) },
    // By the names under which a program has installed them; here, as tsconfig.json says, they are the sources.
    resolve: { tsconfigPaths: true },
    server: { ...address, fs: { allow: [sources] } },
    preview: address,
    build: {
      outDir: join(cacheDir, 'built'),
      emptyOutDir: true,
      minify: false,
      chunkSizeWarningLimit: Infinity,
    },
  };
  const server = isBuilt ? await serveBuilt(config) : await serveSources(config);
  return { url: addressOf(server), [Symbol.asyncDispose]: () => server.close() };
}

async function serveBuilt(config: InlineConfig): Promise<PreviewServer> {
  await build(config);
  return preview(config);
}

async function serveSources(config: InlineConfig): Promise<ViteDevServer> {
  const server = await createServer(config);
  try {
    return await server.listen();
  } catch (error) {
    await server.close();
    throw error;
  }
}

function addressOf({ httpServer }: Pick<ViteDevServer | PreviewServer, 'httpServer'>): string {
  const address = httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('The page has no port');
  return `http://127.0.0.1:${address.port}`;
}
