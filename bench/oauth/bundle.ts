import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = import.meta.dirname;
const dist = join(here, '../../dist');

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(here, 'clients') },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { sessionchart: join(dist, 'index.js'), 'sessionchart/oauth': join(dist, 'oauth.js') },
    // The repository's tsconfig.json would resolve the package to its sources.
    tsconfigRaw: '{}',
    logLevel: 'error',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** The script of a page that runs the client of a library. */
export const pageScript = (library: string): Promise<string> =>
  bundle(`import { create } from './${library}.ts'; import { run } from './page.ts'; run(create);`);

/** The size of the client with its library and all dependencies, minified and gzipped. */
export async function sizeOf(library: string): Promise<string> {
  const { length } = gzipSync(await bundle(`export * from './${library}.ts';`), { level: 9 });
  return `${(length / 1000).toFixed(1)} kB`;
}
