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
  /** The folder with index.html. */
  readonly root: string;
  /** The URL of the API: `import.meta.env.VITE_API_URL` in the page. */
  readonly apiUrl: string;
  /** More texts for the page, by their names in `import.meta.env`. Default is none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default is 0: any free port. */
  readonly port?: number | undefined;
  /** Vite's cache folder. Pages that start at the same time need one each. */
  readonly cacheDir: string;
  readonly plugins: readonly PluginOption[];
  /**
   * Whether to bundle the page once, which makes it load faster. Default is `false`: Vite serves each file, and
   * reloads it when it is edited.
   */
  readonly isBuilt?: boolean | undefined;
}

export interface RunningPage {
  /** The URL of the page, without a trailing slash. */
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const sources = join(import.meta.dirname, '..');

/** Serves a React page on a port of 127.0.0.1. */
export async function startPage({
  root,
  apiUrl,
  cacheDir,
  plugins,
  env = {},
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
    define: Object.fromEntries(
      Object.entries({ VITE_API_URL: apiUrl, ...env }).map(([name, value]) => [
        `import.meta.env.${name}`,
        JSON.stringify(value),
      ]),
    ),
    // tsconfig.json maps the package's names to its sources.
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
  // Vite bundles the development build of React unless `NODE_ENV` says otherwise, and test runners set it.
  const given = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build(config);
  } finally {
    if (given === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = given;
  }
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
