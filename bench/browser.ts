import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { chromium as launchOptions } from '../scripts/browser/chromium.ts';
// Declares `window.bench`.
import type {} from './page.tsx';

const dist = join(import.meta.dirname, '../dist');

async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.tsx')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    // The build of React that counts renders.
    alias: {
      sessionchart: join(dist, 'index.js'),
      'sessionchart/react': join(dist, 'react.js'),
      'react-dom/client': 'react-dom/profiling',
    },
    // The repository's tsconfig.json would resolve the package to its sources.
    tsconfigRaw: '{}',
    logLevel: 'error',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}

export interface Browser extends AsyncDisposable {
  /** Opens a context, whose pages share storage and locks. */
  newContext(): Promise<BrowserContext>;
  /** Opens the page of `page.tsx`, with an API, and signs in. */
  open(context: BrowserContext, api: string): Promise<Page>;
}

/** Starts Chromium, and a server with the page. */
export async function startBrowser(): Promise<Browser> {
  const source = await script();
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? source : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  const browser = await chromium.launch(await launchOptions());
  return {
    newContext: () => browser.newContext(),
    async open(context, api) {
      const page = await context.newPage();
      page.on('pageerror', (error) => console.error(error));
      await page.goto(`http://127.0.0.1:${address.port}/?api=${encodeURIComponent(api)}`);
      await page.waitForFunction(() => 'bench' in window);
      await page.evaluate(() => window.bench.signIn());
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.close();
    },
  };
}
