import { defineConfig } from 'tsup';

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
  dts: true,
  // One copy of each class for all entries, in CommonJS too.
  splitting: true,
  clean: true,
  treeshake: true,
});
