import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { answer, cutBefore, granted, html, json, page } from './answers.ts';
import { openSignedIn, outcomeOf, requestWithExpiredToken } from './world.ts';

const truncated = granted((grant) => JSON.stringify(grant).slice(0, -1), { headers: json });

/** Responses that say nothing about the tokens, and the status of the resulting error. */
const transient = [
  ['408', answer(408), 408],
  ['425', answer(425), 425],
  ['429', answer(429), 429],
  ['500', answer(500, { message: 'Internal error' }), 500],
  ['502', answer(502), 502],
  ['503', answer(503), 503],
  ['504', answer(504), 504],
  ['a page with 200', answer(200, page, html), 200],
  ['a page with 400', answer(400, page, html), 400],
  ['a page with 401', answer(401, page, html), 401],
  ['a page with 403', answer(403, page, html), 403],
  ['a page with 404', answer(404, page, html), 404],
  ['a page with 503', answer(503, page, html), 503],
  ['a page with 200 and the content type of JSON', answer(200, page, json), 200],
  ['a page with 403 and the content type of JSON', answer(403, page, json), 403],
  ['a page with 200 and no content type', answer(200, page, { 'content-type': '' }), 200],
  ['a page with 403 and no content type', answer(403, page, { 'content-type': '' }), 403],
  ['a page with 503 and no content type', answer(503, page, { 'content-type': '' }), 503],
  ['a page with 403 that begins with a comment', answer(403, `<!-- proxy -->\n${page}`), 403],
  ['a page with 403 that begins with a byte order mark', answer(403, `\uFEFF${page}`), 403],
  ['a page of XHTML with 403', answer(403, `<?xml version="1.0"?>\n${page}`), 403],
  ['text that is not JSON', answer(200, 'OK'), 200],
  ['JSON that was cut off', truncated, 200],
  ['a cut connection', cutBefore, null],
] as const;

describe('a refresh endpoint that responds with', () => {
  test.each(transient)(
    '%s every time is called as long as the held request can wait, and the session stays',
    async (_name, handler, status) => {
      await using world = await openSignedIn();
      world.answerRefresh(handler);

      expect(await world.follow(requestWithExpiredToken(world))).toMatchObject({
        name: 'RefreshUnavailableError',
        status,
      });
      expect(world.session.getSnapshot()).toMatchObject({
        status: 'authenticated',
        reason: null,
        error: { code: 'ERR_REFRESH_UNAVAILABLE', status },
        user: { username: 'ada' },
      });
      await world.live(24 * 3_600_000);
      expect(world.refreshTimes()).toEqual([
        0, 250, 750, 1_750, 3_750, 7_750, 11_750, 15_750, 19_750, 23_750, 27_750,
      ]);
    },
  );

  test.each(transient.filter(([name]) => name !== 'JSON that was cut off'))(
    '%s once only delays a held request',
    async (_name, handler) => {
      await using world = await openSignedIn();
      world.answerRefresh(handler, { times: 1 });

      expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
      expect(world.refreshTimes()).toEqual([0, 250]);
      expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
    },
  );
});

describe('a redirect to another origin', () => {
  test.each([301, 302, 303, 307, 308])('with %i is not a verdict of the server', async (status) => {
    await using world = await openSignedIn({ refresh: { attempts: 4 } });
    await using portal = await openPortal(403);
    world.answerRefresh(answer(status, null, { location: `${portal.url}/login` }));

    expect(await world.follow(requestWithExpiredToken(world))).toMatchObject({
      name: 'RefreshUnavailableError',
    });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
    expect(world.refreshTimes()).toHaveLength(4);
  });

  test.each([301, 302, 303, 307, 308])('with %i sends no refresh token there', async (status) => {
    await using world = await openSignedIn();
    await using portal = await openPortal(200);
    world.answerRefresh(answer(status, null, { location: `${portal.url}/login` }));
    await world.follow(requestWithExpiredToken(world));

    expect(portal.bodies.join('')).not.toContain('refreshToken');
  });
});

describe('after the attempts are used up', () => {
  test('the next request refreshes after the pause, and is sent', async () => {
    await using world = await openSignedIn({ refresh: { attempts: 4 } });
    const repair = world.answerRefresh(answer(503));
    await world.follow(requestWithExpiredToken(world));
    repair();

    expect(await world.follow(outcomeOf(world.session.fetch('/api/me')))).toBe(200);
    expect(world.refreshTimes()).toHaveLength(5);
  });

  test('every later request has its own four calls, with the longest pauses', async () => {
    await using world = await openSignedIn({ refresh: { attempts: 4 } });
    world.answerRefresh(answer(503));
    await world.follow(requestWithExpiredToken(world));
    for (let n = 0; n < 3; n += 1) await world.follow(outcomeOf(world.session.fetch('/api/me')));

    const later = Array.from({ length: 12 }, (_, n) => 3_750 + 4_000 * n);
    expect(world.refreshTimes()).toEqual([0, 250, 750, 1_750, ...later]);
    expect(world.server.counts().api).toBe(1);
  });
});

/** Another origin, which responds to every request with a page. */
async function openPortal(status: number) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status, html).end(page);
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
