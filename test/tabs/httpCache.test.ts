import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { useTabs } from './world.ts';

const world = useTabs();

/** An API that lets the browser cache each user's response for a minute, under one URL. */
async function startCachingApi() {
  const server = createServer((request, response) => {
    const [, user] = (request.headers.authorization ?? '').split(' ');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    response.setHeader('content-type', 'application/json');
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { username } = JSON.parse(body || '{}') as { username?: string };
        response.end(JSON.stringify({ accessToken: username, expiresIn: 3_600, user: { id: username } }));
      });
      return;
    }
    if (request.method === 'OPTIONS') {
      response.end();
      return;
    }
    counts.api += 1;
    if (user !== undefined) response.setHeader('cache-control', 'private, max-age=60');
    else response.statusCode = 401;
    response.end(JSON.stringify({ username: user }));
  });
  const counts = { api: 0 };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a port');
  return { url: `http://127.0.0.1:${address.port}/`, counts };
}

async function openPage(url: string): Promise<Page> {
  const { context } = await world.profile();
  const page = await context.newPage();
  await page.goto(`${world.pageUrl}/?options=${encodeURIComponent(JSON.stringify({ server: url }))}`);
  await page.waitForFunction(() => 'page' in window);
  return page;
}

test('A response that the browser has cached for one user is not shown to the next, nor to a signed-out page', async () => {
  const { url, counts } = await startCachingApi();
  const page = await openPage(url);
  const signIn = (username: string) =>
    page.evaluate((name) => window.page.signIn({ username: name, password: '' }), username);
  const read = async () => (await page.evaluate(() => window.page.send(1)))[0];

  await signIn('ada');
  expect([await read(), await read()]).toEqual(['200 ada', '200 ada']);
  // As long as the page has one user, it uses the browser's cache.
  expect(counts.api).toBe(1);
  await page.evaluate(() => window.page.session.logout());
  expect(await read()).toBe('401 nobody');
  await signIn('bob');
  expect([await read(), await read()]).toEqual(['200 bob', '200 bob']);
  expect(counts.api).toBe(3);
});
