import { describe, expect, test } from 'vitest';
import { isCsrfUnavailableError } from '../../../src/index.ts';
import { createGate } from '../../referenceServer/authorities.ts';
import { api, createWorld, header, outcomeOf } from './world.ts';

/** Returns another value at each call. */
function counting() {
  let count = 0;
  return { header, value: () => `value-${(count += 1)}` };
}

const constant = { header, value: () => 'a-value' };

describe('The CSRF header', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'])('is sent with %s', async (method) => {
    using world = createWorld({ contract: { csrf: constant } });
    await world.session.login(null);
    await world.session.fetch('/orders', { method });

    expect(world.csrfOf(`${method} /orders`)).toEqual(['a-value']);
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])('is not sent with %s', async (method) => {
    using world = createWorld({ contract: { csrf: constant } });
    await world.session.login(null);
    await world.session.fetch('/orders', { method });

    expect(world.csrfOf(`${method} /orders`)).toEqual([null]);
  });

  test('is sent with login, refresh and logout, each with the current value', async () => {
    using world = createWorld({ contract: { csrf: counting() } });
    await world.session.login(null);
    await world.session.refresh();
    await world.session.logout();

    expect(world.sent.map(({ call, csrf }) => `${call} ${csrf ?? ''}`)).toEqual([
      'POST /login value-1',
      'POST /refresh value-2',
      'POST /logout value-3',
    ]);
  });

  test('of a replay and of a retry has the current value', async () => {
    using world = createWorld({ contract: { csrf: counting() } });
    await world.session.login(null);
    world.answer('PUT /orders');
    world.answer('PUT /orders', () => new Response(null, { status: 503, headers: { 'Retry-After': '0' } }));
    await world.session.api.put('orders', { json: { item: 7 } });

    expect(world.calls()).toEqual([
      'POST /login',
      'PUT /orders',
      'POST /refresh',
      'PUT /orders',
      'PUT /orders',
    ]);
    expect(world.csrfOf('PUT /orders')).toEqual(['value-2', 'value-4', 'value-5']);
  });

  test('is not changed if the caller has set one', async () => {
    using world = createWorld({ contract: { csrf: counting() } });
    await world.session.login(null);
    await world.session.fetch('/orders', { method: 'POST', headers: { [header]: 'my-own' } });

    expect(world.csrfOf('POST /orders')).toEqual(['my-own']);
  });

  test('is sent to the API and to trusted origins only', async () => {
    using world = createWorld({
      contract: { csrf: constant },
      session: { trustedOrigins: ['https://files.example.com'] },
    });
    await world.session.login(null);
    for (const origin of [api, 'https://files.example.com', 'https://elsewhere.example.org']) {
      await world.session.fetch(`${origin}/orders`, { method: 'POST' });
    }

    expect(world.sent.slice(1).map(({ csrf, credentials }) => [csrf, credentials])).toEqual([
      ['a-value', 'same-origin'],
      ['a-value', 'same-origin'],
      [null, 'same-origin'],
    ]);
  });

  test('follows no redirect, which could lead to another origin', async () => {
    using world = createWorld({ contract: { csrf: constant } });
    await world.session.login(null);
    await world.session.fetch('/orders', { method: 'POST' });
    await world.session.fetch('/orders');

    expect(world.sent.slice(1).map(({ redirect }) => redirect)).toEqual(['error', 'follow']);
  });

  test("is sent with signed-out requests, but not with `auth: 'none'`", async () => {
    using world = createWorld({ contract: { csrf: constant } });
    await world.session.ready();
    await world.session.fetch('/accounts', { method: 'POST' });
    await world.session.fetch('/accounts', { method: 'POST', context: { auth: 'none' } });

    expect(world.csrfOf('POST /accounts')).toEqual(['a-value', null]);
  });

  test('is not sent without a value, or without a document to read the cookie from', async () => {
    for (const csrf of [
      { header, value: () => null },
      { header, value: () => Promise.resolve(null) },
      { header, cookie: 'csrf' },
    ]) {
      using world = createWorld({ contract: { csrf } });
      await world.session.login(null);
      await world.session.fetch('/orders', { method: 'POST' });

      expect(world.csrfOf('POST /orders')).toEqual([null]);
      expect(world.sent.at(-1)).toMatchObject({ redirect: 'follow' });
    }
  });
});

describe('A CSRF value that is not available', () => {
  const secret = 's3cret-value';

  test.each<[string, () => unknown]>([
    [
      'a function that throws',
      () => {
        throw new Error(`no ${secret}`);
      },
    ],
    ['a function that rejects', () => Promise.reject(new Error(`no ${secret}`))],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- your function can do this
    ['a function that rejects with a text', () => Promise.reject(secret)],
    ['a value on two lines', () => `${secret}\r\nx-admin: true`],
    ['a value outside of Latin-1', () => `${secret}토큰`],
    ['an empty value', () => ''],
    ['a value that is not a string', () => ({ secret })],
    ['nothing', () => undefined],
  ])(
    '(%s) fails the request with an error that does not quote it, and does not end the session',
    async (_, value) => {
      let isGood = true;
      // @ts-expect-error: JavaScript code can return this
      using world = createWorld({ contract: { csrf: { header, value: () => (isGood ? 'good' : value()) } } });
      await world.session.login(null);
      isGood = false;

      for (const call of [
        world.session.fetch('/orders', { method: 'POST' }),
        world.session.api.post('orders', { retry: 0 }),
      ]) {
        const error = await outcomeOf(call);
        if (!isCsrfUnavailableError(error)) throw new Error('It was sent', { cause: error });
        expect(error.header).toBe(header);
        const { cause } = error;
        const shown = [error, cause].map((one) => `${String(one)} ${one instanceof Error ? one.stack : ''}`);
        expect(shown.join('\n')).not.toContain(secret);
      }
      expect(world.calls()).toEqual(['POST /login']);
      isGood = true;
      expect((await world.session.fetch('/orders', { method: 'POST' })).status).toBe(200);
    },
  );

  test('does not affect requests that need none', async () => {
    let isGood = true;
    const value = () => (isGood ? 'good' : Promise.reject(new Error('not now')));
    using world = createWorld({ contract: { csrf: { header, value } } });
    await world.session.login(null);
    isGood = false;

    expect((await world.session.fetch('/orders')).status).toBe(200);
  });

  test('at a login is the cause of its failure', async () => {
    const value = () => Promise.reject(new Error(`no ${secret}`));
    using world = createWorld({ contract: { csrf: { header, value } } });

    expect(await outcomeOf(world.session.login(null))).toMatchObject({ code: 'ERR_CSRF_UNAVAILABLE' });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous' });
  });

  test('at a refresh is a transient failure: it is retried, and no user is signed out', async () => {
    let failures = 1;
    const value = () => ((failures -= 1) < 0 ? 'good' : Promise.reject(new TypeError('fetch failed')));
    failures = 0;
    using world = createWorld({ contract: { csrf: { header, value } } });
    await world.session.login(null);
    failures = 1;
    world.answer('GET /orders');
    const answer = world.session.fetch('/orders');
    await world.clock.advance(10_000);

    expect((await answer).status).toBe(200);
    expect(world.calls()).toEqual(['POST /login', 'GET /orders', 'POST /refresh', 'GET /orders']);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated' });
  });

  test('does not delay a request that is aborted or whose session has ended', async () => {
    const gate = createGate();
    let isSlow = false;
    const value = () => (isSlow ? gate.opened.then(() => 'late') : 'good');
    using world = createWorld({ contract: { csrf: { header, value } } });
    await world.session.login(null);
    isSlow = true;
    const controller = new AbortController();
    const aborted = outcomeOf(world.session.fetch('/orders', { method: 'POST', signal: controller.signal }));
    const ended = outcomeOf(world.session.fetch('/orders', { method: 'POST' }));
    await world.clock.advance(0);
    controller.abort();
    isSlow = false;
    await world.session.logout();

    expect(await aborted).toMatchObject({ name: 'AbortError' });
    expect(await ended).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    gate.open();
    await world.clock.advance(0);
    expect(world.calls()).toEqual(['POST /login', 'POST /logout']);
  });
});

describe('A refusal for a missing header', () => {
  const forged = () => Response.json({ code: 'CSRF' }, { status: 403 });

  test('is not a verdict: the API’s is returned to the caller, the refresh endpoint’s does not end the session', async () => {
    using world = createWorld({ contract: { errorCodes: { CSRF: 'forbidden' } } });
    await world.session.login(null);
    world.answer('POST /orders', forged);
    expect((await world.session.fetch('/orders', { method: 'POST' })).status).toBe(403);
    world.answer('POST /refresh', forged);

    expect(await outcomeOf(world.session.refresh())).toMatchObject({
      code: 'ERR_REFRESH_UNAVAILABLE',
      status: 403,
      serverCode: 'CSRF',
    });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated' });
    await world.session.refresh();
    expect(world.calls().filter((call) => call === 'POST /refresh')).toHaveLength(2);
  });
});
