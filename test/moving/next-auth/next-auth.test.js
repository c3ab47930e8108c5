import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { chromium as launchOptions } from '../../../scripts/browser/chromium.ts';
import { installPackage } from '../../frameworks/installPackage.js';
import { cheapArgon2Cost, createGate } from '../../referenceServer/authorities.ts';
import { startServer } from '../../referenceServer/server.ts';
import { runChild, startChild } from '../../servers/childServer.js';
import { freePort } from '../../servers/freePort.js';
import { differencesIn, filesOf } from '../guides.ts';

const guide = 'next-auth';
const here = import.meta.dirname;
const next = join(here, 'node_modules/next/dist/bin/next');
const layout = `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}`;

let browser;
beforeAll(async () => {
  browser = await chromium.launch(await launchOptions());
});
afterAll(() => browser.close());

const situations = {
  'Five requests after the access token has expired': async (world) => {
    const tab = await signInExpired(world);
    const loaded = await tab.load();
    return `${refreshesOf(world)}, ${loaded}`;
  },

  'Five requests that the API refuses with 401': async (world) => {
    const tab = await world.open();
    await tab.signIn();
    world.server.expireAccessTokens();
    const loaded = await tab.load();
    return `${refreshesOf(world)}, ${loaded}`;
  },

  'A server component renders the page after the access token has expired': async (world) => {
    await signInExpired(world);
    const { page } = await world.open('/rendered');
    const text = await page.locator('p').textContent();
    return `${text.toLowerCase()}, ${await endOf(world)}`;
  },

  'Sign-out during a refresh': async (world) => {
    const tab = await signInExpired(world);
    const refresh = holdRefresh(world.server);
    const loading = tab.page.evaluate((path) => fetch(path).then(() => null), world.path);
    await refresh.arrived;
    await tab.signOut();
    refresh.release();
    await loading;
    const isUndone = (await endOf(world)) === 'stays signed in';
    return isUndone ? 'the late response signs the user in again' : 'stays signed out';
  },

  'The refresh endpoint answers 503 once': async (world) => {
    const tab = await signInExpired(world);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    const loaded = await tab.load();
    return `${loaded}, ${await endOf(world)}`;
  },
};

/** The path at which a request of the page refreshes. */
const sides = { before: { path: '/api/auth/session' }, after: { path: '/api/api/items/1' } };

/** Keeps the next refresh at the API until it is released. */
function holdRefresh(server) {
  const arrived = createGate();
  const released = createGate();
  const handle = async (_request, next) => {
    arrived.open();
    await released.opened;
    return next();
  };
  server.intercept('refresh', handle, { times: 1 });
  return { arrived: arrived.opened, release: released.open };
}

/** Signs in with an access token that has expired when it is used. */
async function signInExpired({ server, open }) {
  server.setLifetimes({ accessTokenLifetime: 0 });
  const tab = await open();
  await tab.signIn();
  server.setLifetimes({ accessTokenLifetime: 3_600 });
  return tab;
}

function refreshesOf({ server }) {
  const { refresh } = server.counts();
  return `${refresh} refresh${refresh === 1 ? '' : 'es'}`;
}

/** Whether a new tab can still load items, and the session its next access token. */
async function endOf({ open }) {
  const tab = await open();
  await tab.load();
  return (await tab.load()) === '5 of 5 succeed' ? 'stays signed in' : 'signed out';
}

async function open(context, url) {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  const button = (name) => page.getByRole('button', { name });
  return {
    page,
    async signIn() {
      await page.getByPlaceholder('User name').fill('ada');
      await page.getByPlaceholder('Password').fill('lovelace');
      await button('Sign in').click();
      await page.getByText('Welcome').waitFor();
    },
    async load() {
      await button('Load').click();
      return `${await page.getByText(/^\d of 5$/).textContent()} succeed`;
    },
    async signOut() {
      const answered = page.waitForResponse((response) => /sign-?out|logout/.test(response.url()));
      await button('Sign out').click();
      await answered;
    },
  };
}

/** Writes the files of a guide to a folder, and adds what a Next.js application needs besides. */
async function writeApplication(side, apiUrl) {
  const folder = join(here, '.applications', side);
  await rm(folder, { recursive: true, force: true });
  const files = new Map(filesOf(guide, side));
  files.set('app/layout.jsx', layout);
  files.set(
    'next.config.js',
    `export default { turbopack: { root: ${JSON.stringify(join(here, '../../..'))} } };`,
  );
  for (const [name, code] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code.replaceAll('https://api.example.com', apiUrl));
  }
  await cp(join(here, '../../frameworks/next/tsconfig.json'), join(folder, 'tsconfig.json'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  await installPackage(folder);
  return folder;
}

describe.each(Object.entries(sides))('docs/moving/next-auth.md, %s', (side, traits) => {
  let server;
  let application;
  let url;

  beforeAll(async () => {
    server = await startServer({ argon2Cost: cheapArgon2Cost });
    const cwd = await writeApplication(side, server.url);
    const port = await freePort();
    url = `http://localhost:${port}`;
    const env = {
      NEXT_TELEMETRY_DISABLED: '1',
      NEXTAUTH_URL: url,
      NEXTAUTH_SECRET: 'only for tests, and long enough',
      SESSION_SECRET: 'only for tests, and long enough as well',
    };
    await runChild([next, 'build'], { cwd, env });
    application = await startChild([next, 'start', '--port', `${port}`], { cwd, env, url });
  });
  afterAll(async () => {
    await application?.stop();
    await server?.close();
  });

  test.each(Object.entries(situations))('%s', async (title, measure) => {
    server.reset();
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    context.setDefaultTimeout(20_000);
    const world = { ...traits, server, open: (path = '/') => open(context, url + path) };
    expect(await measure(world)).toBe(differencesIn(guide)[title]?.[side]);
  });
});
