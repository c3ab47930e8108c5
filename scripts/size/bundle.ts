import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..', '..');
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, { import: { default: string } }>;
};

/** The entries of the package, such as `sessionchart/react`. */
export const entries = Object.keys(exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace(/^\./, 'sessionchart'));

/** The imports of an application: `*` or names, by the name of the entry. */
export type Imports = Readonly<Record<string, readonly string[] | '*'>>;

/** The peer dependencies, which an application installs itself. */
const peers = ['xstate', 'ky', 'react', 'react-dom', '@xstate/react'];
const isPeer = (id: string): boolean => peers.some((peer) => id === peer || id.startsWith(`${peer}/`));

/** The built file of an entry such as `sessionchart/react`. */
function builtFile(entry: string): string {
  const conditions = exports[entry.replace(/^sessionchart/, '.')];
  if (conditions === undefined) throw new Error(`package.json exports no \`${entry}\``);
  return join(root, conditions.import.default);
}

/** The source of an application that only imports. */
const programOf = (imports: Imports): string =>
  Object.entries(imports)
    .map(([entry, names]) => {
      const from = JSON.stringify(builtFile(entry));
      return names === '*' ? `export * from ${from};` : `export { ${names.join(', ')} } from ${from};`;
    })
    .join('\n');

async function withEsbuild(code: string, external: readonly string[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: [...external, 'node:*'],
    // The repository's tsconfig.json would resolve the package to its sources.
    tsconfigRaw: '{}',
    logLevel: 'error',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}

async function withRolldown(code: string, external: readonly string[]): Promise<string> {
  const entry = '\0program.js';
  const bundle = await rolldown({
    input: entry,
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? code : null),
      },
    ],
    external: (id) => id.startsWith('node:') || (external.length > 0 && isPeer(id)),
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    platform: 'browser',
    tsconfig: false,
    checks: { unsupportedTsconfigOption: false },
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false });
  return output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

/** Returns the bytes of an application that only imports, minified and gzipped, by bundler. */
export async function measure(imports: Imports, isWithPeers = false): Promise<Record<string, number>> {
  const code = programOf(imports);
  const external = isWithPeers ? [] : peers;
  const bundles = {
    esbuild: await withEsbuild(code, external),
    rolldown: await withRolldown(code, external),
  };
  return Object.fromEntries(
    Object.entries(bundles).map(([bundler, text]) => [bundler, gzipSync(text, { level: 9 }).length]),
  );
}
