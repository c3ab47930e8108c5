import { join } from 'node:path';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chromium } from './scripts/browser/chromium.ts';

const here = import.meta.dirname;

/** The package's entries by the names that a program uses, served from the sources. */
const alias = {
  'sessionchart/devtools': join(here, 'src/devtools/index.ts'),
  'sessionchart/machine': join(here, 'machines/index.ts'),
  'sessionchart/react': join(here, 'src/react/index.ts'),
  'sessionchart/testing': join(here, 'src/testing/index.ts'),
  sessionchart: join(here, 'src/index.ts'),
};

const browser = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: await chromium() }),
  instances: [{ browser: 'chromium' as const }],
};

const inBrowser = ['test/**/*.browser.test.{ts,tsx}'];

const projects: TestProjectInlineConfiguration[] = [
  {
    resolve: { alias },
    test: {
      name: 'node',
      include: ['test/**/*.test.{ts,tsx}'],
      exclude: [...inBrowser, 'test/e2e/**', '**/node_modules/**'],
      setupFiles: ['./test/quietConsole.ts'],
      typecheck: { enabled: true, include: ['test/**/*.test-d.{ts,tsx}'] },
      restoreMocks: true,
    },
  },
  {
    plugins: [react()],
    resolve: { alias },
    test: {
      name: 'browser',
      include: inBrowser,
      setupFiles: ['./test/browser/quietConsole.ts'],
      restoreMocks: true,
      browser,
    },
  },
  {
    plugins: [react()],
    resolve: {
      alias: {
        ...alias,
        'react-dom': join(here, 'test/react18/node_modules/react-dom'),
        react: join(here, 'test/react18/node_modules/react'),
      },
    },
    test: {
      name: 'react18',
      include: ['test/react/**/*.browser.test.tsx'],
      setupFiles: ['./test/browser/quietConsole.ts'],
      restoreMocks: true,
      browser,
    },
  },
  {
    plugins: [storybookTest({ configDir: join(here, 'storybook') })],
    resolve: { alias },
    test: { name: 'storybook', browser },
  },
  {
    resolve: { alias },
    test: {
      name: 'e2e',
      include: ['test/e2e/**/*.test.ts'],
      setupFiles: ['./test/quietConsole.ts'],
      restoreMocks: true,
    },
  },
];

export default defineConfig({
  test: {
    projects,
    reporters: ['default', './scripts/summaryReporter.ts'],
    coverage: { include: ['src/**', 'machines/**'] },
  },
});
