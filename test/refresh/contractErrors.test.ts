import { describe, expect, test } from 'vitest';
import ky from 'ky';
import { VerdictError, type ContractCall, type Grant } from '../../src/index.ts';
import { answer, html, json, page } from './answers.ts';
import { openSignedIn, requestWithExpiredToken, rotating, type User, type World } from './world.ts';

type Refresh = NonNullable<(typeof rotating)['refresh']>;

const refreshOf: Refresh = (call) => rotating.refresh?.(call) ?? Promise.reject(new Error('There is none'));

/** Like the errors of OAuth libraries, which read the response themselves and throw their own error. */
class ResponseBodyError extends Error {
  override readonly name = 'ResponseBodyError';
  readonly code = 'OAUTH_RESPONSE_BODY_ERROR';
}

function libraryError(cause?: unknown): Error {
  return new ResponseBodyError('server responded with an error in the response body', { cause });
}

const ask = (http: ContractCall['http'], refreshToken: string | null) =>
  http.post('auth/refresh', { json: { refreshToken }, throwHttpErrors: false });

/** Throws the error of a library for a response without a grant. */
const byLibrary: Refresh = async ({ http, refreshToken }) => {
  const response = await ask(http, refreshToken);
  const body: unknown = await response.json().catch(() => null);
  throw libraryError(body);
};

async function openWith(refresh: Refresh): Promise<World> {
  return openSignedIn({ server: { ...rotating, refresh } });
}

describe('An error that the contract creates from a response of `http`', () => {
  test.each([
    ['400 invalid_grant', answer(400, { error: 'invalid_grant' }), 'expired', 1],
    ['401 without a body', answer(401), 'expired', 1],
    ['400 invalid_client', answer(400, { error: 'invalid_client' }), 'authenticated', 1],
    ['404', answer(404), 'authenticated', 1],
    ['403 of a firewall', answer(403, 'blocked', { 'content-type': 'text/plain' }), 'authenticated', 11],
    ['503', answer(503), 'authenticated', 11],
  ])('is judged by that response: %s', async (_name, handler, status, calls) => {
    await using world = await openWith(byLibrary);
    world.answerRefresh(handler);
    await world.follow(requestWithExpiredToken(world));

    expect(world.session.getSnapshot().status).toBe(status);
    expect(world.refreshTimes()).toHaveLength(calls);
  });

  test('keeps the response’s `Retry-After`', async () => {
    await using world = await openWith(byLibrary);
    world.answerRefresh(answer(429, null, { 'retry-after': '60' }));

    expect(await requestWithExpiredToken(world)).toMatchObject({ status: 429, retryAfter: 60_000 });
  });

  test.each([
    ['ky’s error', (error: unknown) => error],
    ['an error that wraps it', libraryError],
    ['an error that wraps it twice', (error: unknown) => libraryError(libraryError(error))],
  ])('is judged by that response if it is %s', async (_name, wrap) => {
    await using world = await openWith(async (call) => {
      try {
        return await refreshOf(call);
      } catch (error) {
        throw wrap(error);
      }
    });
    for (const handler of [answer(503), answer(200, page, html)]) {
      world.answerRefresh(handler, { times: 1 });
      expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
      await world.clock.advance(10_000);
    }

    expect(world.refreshTimes()).toHaveLength(4);
    world.answerRefresh(answer(400, { error: 'invalid_grant' }));
    expect(await requestWithExpiredToken(world)).toMatchObject({ reason: { code: 'invalid_grant' } });
  });

  test('is judged by the last of several responses', async () => {
    await using world = await openWith(async ({ http, refreshToken }) => {
      await http.get('nowhere', { throwHttpErrors: false });
      await ask(http, refreshToken);
      throw libraryError();
    });
    world.answerRefresh(answer(400, { error: 'invalid_grant' }));

    expect(await requestWithExpiredToken(world)).toMatchObject({
      reason: { code: 'invalid_grant', status: 400 },
    });
  });

  test.each([
    [400, { error: 'invalid_grant' }, 'expired'],
    [400, { error: 'invalid_client' }, 'authenticated'],
    [403, { message: 'Forbidden' }, 'authenticated'],
    [401, null, 'expired'],
    [401, page, 'authenticated'],
    [403, page, 'authenticated'],
  ])('of the contract’s own ky is judged by its response: %i %j', async (status, body, expected) => {
    const respond = answer(status, body, body === page ? html : {});
    await using world = await openWith(() =>
      ky('https://id.example.com/token', {
        fetch: (input) => Promise.resolve(respond(new Request(input), () => Promise.reject(new Error()))),
        retry: 0,
      }).json(),
    );
    await world.follow(requestWithExpiredToken(world));

    expect(world.session.getSnapshot().status).toBe(expected);
  });

  test('of its own ky instance keeps the `Retry-After` of that response', async () => {
    await using world = await openWith(() =>
      ky('https://id.example.com/token', {
        fetch: () => Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '60' } })),
        retry: 0,
      }).json(),
    );

    expect(await requestWithExpiredToken(world)).toMatchObject({ status: 503, retryAfter: 60_000 });
  });
});

describe('An HTML page whose error the contract hides', () => {
  const swallow: Refresh = async (call) => {
    try {
      return await refreshOf(call);
    } catch {
      return { accessToken: '' };
    }
  };

  const swallowAndThrow: Refresh = (call) =>
    Promise.resolve(refreshOf(call)).catch(() => Promise.reject(libraryError()));

  const statuses = [200, 400, 401, 403, 404, 429, 503];

  test.each(
    [swallow, swallowAndThrow].flatMap((refresh) =>
      (['answer', 'status'] as const).flatMap((refusedBy) =>
        statuses.map((status) => ({ how: refresh.name, refresh, refusedBy, status })),
      ),
    ),
  )(
    'does not end the session: status $status, `$how`, `refusedBy: $refusedBy`',
    async ({ refresh, refusedBy, status }) => {
      await using world = await openSignedIn({ server: { ...rotating, refresh }, refresh: { refusedBy } });
      world.answerRefresh(answer(status, page, html), { times: 1 });

      expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
      expect(world.refreshTimes()).toEqual([0, 250]);
    },
  );
});

describe('An error caused by the network', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

  test.each([
    ['its cause', new Error('refresh failed', { cause: new TypeError('fetch failed') }), true],
    ['the cause of its cause', libraryError(new Error('x', { cause: reset })), true],
    ['the code of axios', Object.assign(new Error('Network Error'), { code: 'ERR_NETWORK' }), true],
    ['the code of Node', reset, true],
    ['a connection that was refused', libraryError(refused), false],
    ['its own time limit', libraryError(new DOMException('…', 'TimeoutError')), true],
  ])('says nothing about the token: %s', async (_name, error, answerLost) => {
    let failures = 0;
    await using world = await openWith((call) => {
      failures += 1;
      return failures === 1 ? Promise.reject(error) : refreshOf(call);
    });
    world.answerRefresh(answer(401));

    expect(await world.follow(requestWithExpiredToken(world))).toMatchObject({
      name: 'SessionExpiredError',
      reason: { answerLost },
    });
    expect(failures).toBe(2);
  });

  test('with circular causes is handled', async () => {
    const error: Error = new Error('a');
    error.cause = new Error('b', { cause: error });
    await using world = await openWith(() => Promise.reject(error));

    expect(await requestWithExpiredToken(world)).toMatchObject({ name: 'RefreshUnavailableError' });
    expect(world.session.getSnapshot().status).toBe('authenticated');
  });
});

describe('A verdict that the contract throws', () => {
  test('keeps the response’s `Retry-After`', async () => {
    await using world = await openWith(async ({ http, refreshToken }) => {
      await ask(http, refreshToken);
      throw new VerdictError('rateLimited', 'BUSY');
    });
    world.answerRefresh(answer(429, null, { 'retry-after': '60' }));

    expect(await requestWithExpiredToken(world)).toMatchObject({
      status: 429,
      serverCode: 'BUSY',
      retryAfter: 60_000,
    });
  });

  test('of `rateLimited` counts as a response: while offline, the next call does not wait for the network', async () => {
    await using world = await openWith(async ({ refreshToken }) => {
      const response = await fetch(`${world.server.url}/auth/refresh`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ refreshToken }),
      });
      if (response.status === 429) throw new VerdictError('rateLimited');
      return (await response.json()) as Grant<User>;
    });
    world.signals.setOnline(false);
    world.answerRefresh(answer(429), { times: 1 });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(world.refreshTimes()).toEqual([0, 250]);
  });

  test('of `none` lets the response decide', async () => {
    await using world = await openWith(async ({ http, refreshToken }) => {
      await ask(http, refreshToken);
      throw new VerdictError('none');
    });
    world.answerRefresh(answer(503));

    expect(await world.follow(requestWithExpiredToken(world))).toMatchObject({ status: 503 });
    expect(world.refreshTimes()).toHaveLength(11);
  });
});
