import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { startRecordingServer } from '../server/recordingServer.ts';
import { usePages } from './cookies/world.ts';

/** The message of the error with which a login in the page fails. */
const loginError = (page: Page) =>
  page.evaluate(() =>
    window.program.session.login({ username: 'ada', password: 'lovelace' }).then(
      () => 'The login has succeeded',
      (error: unknown) => String(error),
    ),
  );

describe('In a page, an error names the likely cause', () => {
  const world = usePages('other');

  test('if the server does not allow the page by CORS', async () => {
    await using server = await startRecordingServer({});
    const { open } = await world.profile();
    const page = await open({ api: server.url });
    const { origin } = new URL(page.url());
    const message = await loginError(page);

    expect(server.received.map(({ call }) => call)).toEqual(['OPTIONS /auth/login']);
    expect(message).toContain(`POST ${server.url}/auth/login got no response: `);
    expect(message).toContain(`allows ${origin} by CORS`);
  });

  test('if cookies are not sent to another origin', async () => {
    const { open } = await world.profile();
    const page = await open({ withoutCredentials: '' });
    await page.evaluate(() => window.program.session.login({ username: 'ada', password: 'lovelace' }));
    const explanation = `POST ${world.server.url}/auth/refresh was sent to another origin without cookies: set \`credentials: 'include'\``;

    expect(await page.evaluate(() => window.program.send('GET', '/api/items/1'))).toBe(
      'ERR_REFRESH_UNAVAILABLE',
    );
    expect(await page.evaluate(() => window.program.session.getSnapshot().error?.explanation)).toBe(
      explanation,
    );
  });
});
