import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chromium } from './scripts/browser/chromium.ts';
import { ShortFilesLast } from './scripts/shortFilesLast.ts';

const here = import.meta.dirname;

// Otherwise each of the hundreds of processes that tests start would compile the sources again.
process.env['NODE_COMPILE_CACHE'] ??= join(here, 'node_modules/.cache/node');

/** tsconfig.json maps the package's names to its sources. */
const resolve = { tsconfigPaths: true };

const launchOptions = await chromium();

/** A browser for each project, since vitest stores data per project. */
const browser = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions }),
  instances: [{ browser: 'chromium' as const }],
});

/** If Vite discovered a dependency during a test, it would reload the page. */
const ofComponents = ['@xstate/react', 'react-dom/client', 'react-dom/server', 'vitest-browser-react'];

/**
 * Timeouts for a busy machine. They only end tests that hang; a condition in a test fails before the test itself
 * times out.
 */
const patience = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };

const inBrowser = ['test/**/*.browser.test.{ts,tsx}'];

/**
 * Test files that replace globals before an import, load modules again, measure memory, count timers, or send a thousand
 * requests.
 */
const onTheirOwn = [
  'test/native/**/*.test.ts',
  'test/requests/{collected,concurrency,uploads}.test.ts',
  'test/session/options/moduleScope.test.ts',
  'test/store/replacedPromise.test.ts',
  'test/testing/fakeTimers.test.ts',
];

const leastPeer = (name: string) => join(here, 'test/peers/least/node_modules', name);

/** The sources with the least versions of xstate and ky that package.json allows. test/peers tests the built package. */
const withLeastPeers: TestProjectInlineConfiguration = {
  resolve: { ...resolve, alias: { ky: leastPeer('ky'), xstate: leastPeer('xstate') } },
  test: {
    name: 'leastPeers',
    include: ['test/{errors,limits,observe,platform,refresh,requests,server,session,store}/**/*.test.ts'],
    exclude: [
      ...inBrowser,
      ...onTheirOwn,
      // ky 2.0 counts `totalTimeout` differently.
      'test/requests/waiting.test.ts',
    ],
    isolate: false,
    setupFiles: ['./test/quietConsole.ts'],
    restoreMocks: true,
    ...patience,
  },
};

const projectsFor = (testsEverything: boolean): TestProjectInlineConfiguration[] => [
  {
    resolve,
    test: {
      name: 'node',
      include: ['test/**/*.test.{ts,tsx}'],
      exclude: [
        ...inBrowser,
        ...onTheirOwn,
        'test/{e2e,moving,peers,redis,runtimes,site,tabs,types,whole}/**',
        '**/node_modules/**',
      ],
      // Loading the modules again for each file took more than half of the time.
      isolate: false,
      setupFiles: ['./test/quietConsole.ts'],
      restoreMocks: true,
      ...patience,
    },
  },
  {
    resolve,
    test: {
      name: 'isolated',
      include: onTheirOwn,
      setupFiles: ['./test/quietConsole.ts'],
      restoreMocks: true,
      ...patience,
    },
  },
  {
    plugins: [react(), svelte({ configFile: false })],
    resolve,
    optimizeDeps: {
      include: [
        ...ofComponents,
        '@statelyai/inspect',
        '@tanstack/react-query',
        'axe-core',
        'rxjs',
        'solid-js',
        'solid-js/web',
        'vue',
        'xstate/graph',
      ],
    },
    define: {
      __VUE_OPTIONS_API__: true,
      __VUE_PROD_DEVTOOLS__: false,
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    },
    test: {
      name: 'browser',
      include: inBrowser,
      setupFiles: ['./test/browser/quietConsole.ts'],
      restoreMocks: true,
      browser: browser(),
      ...patience,
    },
  },
  {
    plugins: [react()],
    resolve: {
      ...resolve,
      alias: {
        'react-dom': join(here, 'test/react18/node_modules/react-dom'),
        react: join(here, 'test/react18/node_modules/react'),
      },
    },
    optimizeDeps: { include: ofComponents },
    test: {
      name: 'react18',
      // The other tests of the devtools hardly depend on the version of React. They run in the project `browser`.
      include: [
        'test/react/**/*.browser.test.tsx',
        `test/devtools/${testsEverything ? '*' : 'strictMode'}.browser.test.tsx`,
      ],
      setupFiles: ['./test/browser/quietConsole.ts'],
      restoreMocks: true,
      browser: browser(),
      ...patience,
    },
  },
  {
    plugins: [storybookTest({ configDir: join(here, 'storybook') })],
    resolve,
    test: { name: 'storybook', browser: browser(), ...patience },
  },
  {
    resolve,
    test: {
      name: 'e2e',
      include: ['test/e2e/**/*.test.ts'],
      // The files of a worker share a browser and the bundled pages.
      isolate: false,
      globalSetup: './test/e2e/bundles.ts',
      setupFiles: ['./test/quietConsole.ts'],
      restoreMocks: true,
      ...patience,
    },
  },
  ...(testsEverything ? [withLeastPeers] : []),
  {
    test: { name: 'runtimes', include: ['test/{peers,runtimes,types}/**/*.test.ts'], ...patience },
  },
  {
    resolve,
    test: {
      name: 'redis',
      include: ['test/redis/**/*.test.ts'],
      isolate: false,
      globalSetup: './scripts/redis/install.ts',
      setupFiles: ['./test/quietConsole.ts'],
      restoreMocks: true,
      ...patience,
    },
  },
  {
    resolve,
    test: {
      name: 'tabs',
      include: ['test/tabs/**/*.test.ts'],
      isolate: false,
      setupFiles: ['./test/quietConsole.ts'],
      restoreMocks: true,
      ...patience,
    },
  },
  {
    resolve,
    test: {
      name: 'whole',
      include: ['test/whole/**/*.test.ts'],
      isolate: false,
      setupFiles: ['./test/quietConsole.ts'],
      restoreMocks: true,
      ...patience,
    },
  },
];

export default defineConfig(({ mode }) => ({
  test: {
    projects: projectsFor(mode === 'all'),
    // Most tests wait for a browser or a server: with as many workers as cores, the cores would be idle half of the time.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    sequence: { sequencer: ShortFilesLast },
    reporters: ['default', './scripts/summaryReporter.ts'],
    coverage: { include: ['src/**', 'machines/**'] },
  },
}));
