import { readFile, writeFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';

/** Bundlers drop the directive by which React's server components know where the client begins. */
const clientEntries = /[/\\](?:react|devtools)\.(?:js|cjs)$/;

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    machine: 'machines/index.ts',
    testing: 'src/testing/index.ts',
    react: 'src/react/index.ts',
    devtools: 'src/devtools/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  // `Symbol.dispose` is in no `lib` that a program can be expected to name.
  dts: { banner: '/// <reference lib="esnext.disposable" />' },
  // One copy of each class for all entries, in CommonJS too.
  splitting: true,
  clean: true,
  treeshake: true,
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
