import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runChild, startChild } from '../../servers/childServer.js';
import { freePort } from '../../servers/freePort.js';
import { api, openBrowser, signIn, testWebApplication } from '../claims.ts';
import { installPackage } from '../installPackage.js';

const cwd = import.meta.dirname;
const inPackage = (path) => join(cwd, 'node_modules', path);
const reactRouter = inPackage('@react-router/dev/bin.cjs');
const serve = inPackage('@react-router/serve/bin.cjs');

async function start({ apiUrl, secret }) {
  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const env = { API_URL: `${apiUrl}/api/`, SESSION_SECRET: secret, PORT: `${port}` };
  await installPackage(cwd);
  await runChild([reactRouter, 'typegen'], { cwd, env });
  await runChild([inPackage('typescript/bin/tsc')], { cwd, env });
  await runChild([reactRouter, 'build'], { cwd, env });
  const server = await startChild([serve, 'build/server/index.js'], { cwd, env, url });
  return { url, close: server.stop };
}

const setCookies = (response) => response.headersArray().filter(({ name }) => /^set-cookie$/i.test(name));

testWebApplication('React Router', start, () => {
  test('the parallel loaders of a document and of two data requests share one refresh, and no response sets the cookie twice', async () => {
    const context = await openBrowser();
    const page = await signIn(context);
    api.expireAccessTokens();
    const responses = await Promise.all(
      ['/', '/_.data', '/_.data'].map((path) => context.request.get(new URL(path, page.url()).href)),
    );

    for (const response of responses) expect(await response.text()).toContain('ada');
    expect(Math.max(...responses.map((response) => setCookies(response).length))).toBe(1);
    expect(api.counts()).toMatchObject({ refresh: 1 });
  });

  test('an action refreshes once, and the loaders after it have the new tokens', async () => {
    const context = await openBrowser();
    const page = await signIn(context);
    api.expireAccessTokens();
    const loaders = page.waitForResponse(
      (response) => response.request().method() === 'GET' && response.url().endsWith('/_.data'),
    );
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    await page.getByText('The order is cancelled').waitFor();

    expect(await (await loaders).text()).toContain('ada');
    expect(api.counts()).toMatchObject({ refresh: 1 });
  });
});
