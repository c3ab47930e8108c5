import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '../..');

export interface PageCode {
  /** A module of a guide. */
  readonly code: string;
  /** The folder with the packages that the module imports. */
  readonly folder: string;
  /** What replaces the addresses in the module, such as `https://api.example.com`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The page's script, which imports the module as `guide`. Default makes it `window.application`. */
  readonly entry?: string;
}

export async function bundle({
  code,
  folder,
  addresses,
  entry = `import * as application from 'guide'; window.application = application;`,
}: PageCode): Promise<string> {
  const contents = Object.entries(addresses).reduce((text, [from, to]) => text.replaceAll(from, to), code);
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    // The page and the package have one React.
    alias: { react: join(root, 'node_modules/react'), 'react-dom': join(root, 'node_modules/react-dom') },
    plugins: [moduleOf(contents, folder)],
    logLevel: 'error',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}

const moduleOf = (contents: string, resolveDir: string): Plugin => ({
  name: 'guide',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^guide$/ }, () => ({ path: join(resolveDir, 'guide.tsx'), namespace: 'guide' }));
    onLoad({ filter: /.*/, namespace: 'guide' }, () => ({ contents, resolveDir, loader: 'tsx' }));
  },
});
