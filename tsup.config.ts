import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';
import { plainChart } from './scripts/stripDescriptions.ts';

/** Bundlers drop the `'use client'` directive that React's server components need. */
const clientEntries = /[/\\](?:react|devtools)\.(?:js|cjs)$/;

/**
 * Makes the declarations compile with each xstate that package.json allows. TypeScript writes the last type argument of a
 * machine although it is the default, and xstate before 5.33 does not have it.
 */
function widenTypes(): void {
  for (const file of globSync('dist/*.d.{ts,cts}')) {
    const text = readFileSync(file, 'utf8');
    const wider = text.replace(
      /(declare const sessionMachine: [^;]*;[^]*?\n\}), xstate\.MetaObject>;/,
      '$1>;',
    );
    if (wider !== text) writeFileSync(file, wider);
  }
}

/**
 * rollup-plugin-dts imports a type that an entry exports from that entry: from `oauth`, it would bring the types of
 * oauth4webapi to entries of programs that have not installed it. This imports such a type from the file that declares it.
 */
function importTypesDirectly(): void {
  for (const file of globSync('dist/{node,server,vault,vaultWorker}.d.{ts,cts}')) {
    const text = readFileSync(file, 'utf8');
    const declared = importsOf(readFileSync(file.replace(/\w+(?=\.d)/, 'oauth'), 'utf8'));
    const direct = text.replace(/^import \{ ([^}]+) \} from '\.\/oauth\.c?js';$/gm, (_, names: string) =>
      names
        .split(', ')
        .map((name) => declared.get(name) ?? '')
        .join('\n'),
    );
    if (direct !== text) writeFileSync(file, direct);
  }
}

/** The import declaration of each imported name. */
const importsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^import \{ ([^}]+) \} from ('[^']+');$/gm)].flatMap(([, names = '', file = '']) =>
      names
        .split(', ')
        .map((name): [string, string] => [name.replace(/.* as /, ''), `import { ${name} } from ${file};`]),
    ),
  );

/** Node runs the command as a module. */
function removeCommonJsCommand(): void {
  rmSync('dist/probe.cjs', { force: true });
}

// tsup writes the declarations last, after `onSuccess`.
process.once('exit', () => {
  widenTypes();
  importTypesDirectly();
  removeCommonJsCommand();
});

const libraries = {
  index: 'src/index.ts',
  machine: 'machines/index.ts',
  testing: 'src/testing/index.ts',
  node: 'src/node/index.ts',
  observe: 'src/observe/index.ts',
  limits: 'src/limits/index.ts',
  oauth: 'src/oauth/index.ts',
  react: 'src/react/index.ts',
  redis: 'src/redis/index.ts',
  devtools: 'src/devtools/index.ts',
  server: 'src/backend/index.ts',
  vault: 'src/vault/index.ts',
  vaultWorker: 'src/vault/worker/index.ts',
};

export default defineConfig({
  // The command shares the chunks of the libraries, so that it knows the errors of a contract.
  entry: { ...libraries, probe: 'src/probe/bin.ts' },
  format: ['esm', 'cjs'],
  target: 'es2022',
  // Deno and workers know the modules of Node only with the prefix, and `node:sqlite` has no other name.
  removeNodeProtocol: false,
  // Applications rarely list the `lib` that declares `Symbol.dispose`.
  dts: { entry: libraries, banner: '/// <reference lib="esnext.disposable" />' },
  // All entries share one copy of each class, in CommonJS too.
  splitting: true,
  clean: true,
  treeshake: true,
  esbuildPlugins: [plainChart],
  plugins: [
    {
      name: 'use-client',
      async buildEnd({ writtenFiles }) {
        const entries = writtenFiles.map(({ name }) => name).filter((name) => clientEntries.test(name));
        for (const name of entries) await writeFile(name, `"use client";\n${await readFile(name, 'utf8')}`);
      },
    },
  ],
});
