import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import type { PageOptions } from './page.ts';
import { createTab } from './tab.ts';
import { useTabs } from './world.ts';

const world = useTabs({ dialect: 'express' });

/** An API on another origin. It responds to the preflight of a logout (CORS) only when the gate is opened. */
async function startApi() {
  const asked = createGate();
  const allowed = createGate();
  const logouts: string[] = [];
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'content-type': 'application/json',
  };
  const server = createServer((request, response) => {
    const isLogout = request.url === '/logout';
    if (isLogout && request.method === 'POST') logouts.push('told');
    if (isLogout && request.method === 'OPTIONS') {
      asked.open();
      void allowed.opened.then(() => response.writeHead(204, headers).end());
    } else {
      response.writeHead(200, headers).end('{"accessToken": "access", "refreshToken": "refresh"}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The API has no port');
  return { url: `http://127.0.0.1:${address.port}`, asked: asked.opened, allow: allowed.open, logouts };
}

test('the server receives a logout even if the page is left before the browser has sent the call', async () => {
  const api = await startApi();
  const { context } = await world.profile();
  const tab = createTab(await context.newPage());
  const options: PageOptions = { server: api.url, dialect: 'express' };
  await tab.page.goto(
    `${world.pageUrl}/?${new URLSearchParams({ options: JSON.stringify(options) }).toString()}`,
  );
  await tab.restored();
  expect(await tab.signIn('ada')).toBe('authenticated');
  await Promise.all([
    tab.page.waitForURL('**/elsewhere'),
    api.asked,
    tab.page.evaluate(() => {
      void window.page.session.logout();
      location.assign('/elsewhere');
    }),
  ]);
  expect(api.logouts).toEqual([]);
  api.allow();

  await expect.poll(() => api.logouts).toEqual(['told']);
  expect(await tab.stored()).toMatchObject({ ended: 'loggedOut' });
});
