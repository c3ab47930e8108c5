import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../referenceServer/server.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import type { Actions, Answer } from './phone.ts';

let server: RunningServer;
let phone: Worker;

// One phone for all tests: it takes a second to load its globals.
beforeAll(async () => {
  server = await startServer({ argon2Cost: cheapArgon2Cost });
  phone = new Worker(new URL('./phone.ts', import.meta.url), { workerData: server.url });
});

beforeEach(async () => {
  await app('reset');
  server.reset();
});

afterAll(async () => {
  await phone.terminate();
  await server.close();
});

/** Sends the app a command. A failure is returned, not thrown. */
function app(name: keyof Actions, argument = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    phone.once('error', reject).once('message', (answer: Answer) => {
      phone.off('error', reject);
      resolve(answer);
    });
    phone.postMessage({ name, argument });
  });
}

const arrived = (kind: 'api' | 'refresh', count: number) =>
  expect.poll(() => server.counts()[kind]).toBe(count);

/** Holds requests until the test releases them. */
function hold(kind: 'api' | 'refresh'): () => void {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  server.intercept(kind, async (_request, next) => {
    await gate;
    return next();
  });
  return letGo;
}

test('the simulated phone has only the globals of React Native up to 0.86', async () => {
  expect(await app('lacks')).toEqual({ result: ['crypto', 'TextDecoder', 'ReadableStream', 'DOMException'] });
  expect(await app('knows')).toEqual({ result: [false, false, false, false] });
});

describe('with React Native’s own globals and no polyfills', () => {
  test('a user signs in, and twenty requests across an expiry are answered after one refresh', async () => {
    expect(await app('signIn', 'lovelace')).toMatchObject({ result: { username: 'ada' } });
    server.expireAccessTokens();

    const { result } = await app('getMany');

    expect(result).toEqual(Array.from({ length: 20 }, (_, n) => ({ n, user: 'ada' })));
    expect(server.counts().refresh).toBe(1);
  });

  test('a wrong password is reported with its status', async () => {
    expect(await app('signIn', 'wrong')).toEqual({
      error: { name: 'LoginFailedError', code: 'ERR_LOGIN_FAILED', status: 401 },
    });
  });

  test('a POST is replayed with its whole body', async () => {
    await app('signIn', 'lovelace');
    server.expireAccessTokens();

    expect(await app('send', 'ä'.repeat(5_000))).toEqual({ result: 'ä'.repeat(5_000) });

    expect(server.counts()).toMatchObject({ api: 2, refresh: 1 });
  });

  test('the page of a captive portal in place of a refresh does not sign the user out', async () => {
    await app('signIn', 'lovelace');
    server.expireAccessTokens();
    server.intercept('refresh', () => new Response('<!doctype html><title>Wi-Fi</title>'), { times: 1 });

    expect(await app('get', 'api/me')).toMatchObject({ result: { username: 'ada' } });

    expect(server.counts().refresh).toBe(2);
  });

  test('a refresh whose connection is cut is retried', async () => {
    await app('signIn', 'lovelace');
    server.expireAccessTokens();
    server.intercept('refresh', () => Response.error(), { times: 1 });

    expect(await app('fetch', 'api/me')).toMatchObject({ result: { username: 'ada' } });
  });

  test('a request that is aborted in flight, or held, fails with an AbortError', async () => {
    await app('signIn', 'lovelace');
    const letGo = hold('api');
    await app('begin', 'api/me');
    await arrived('api', 1);
    await app('abort');
    expect(await app('end')).toMatchObject({ error: { name: 'AbortError' } });
    letGo();

    server.expireAccessTokens();
    const answer = hold('refresh');
    await app('begin', 'api/me');
    await arrived('refresh', 1);
    await app('abort');
    expect(await app('end')).toMatchObject({ error: { name: 'AbortError' } });
    answer();
  });

  test('a request that takes too long fails with a TimeoutError', async () => {
    await app('signIn', 'lovelace');
    hold('api');

    expect(await app('getInTime', 'api/me')).toMatchObject({ error: { name: 'TimeoutError' } });
  });

  test.each(['begin', 'beginFetch'] as const)(
    'a logout rejects requests in flight with its reason: %s',
    async (begin) => {
      await app('signIn', 'lovelace');
      hold('api');
      await app(begin, 'api/me');
      await arrived('api', 1);

      await app('signOut');

      expect(await app('end')).toMatchObject({ error: { name: 'LoggedOutError', code: 'ERR_LOGGED_OUT' } });
    },
  );

  test('a logout during a refresh wins, and the next start finds no user', async () => {
    await app('signIn', 'lovelace');
    server.expireAccessTokens();
    const answer = hold('refresh');
    await app('begin', 'api/me');
    await arrived('refresh', 1);

    await app('signOut');
    answer();

    expect(await app('end')).toMatchObject({ error: { name: 'LoggedOutError' } });
    await app('restart');
    expect(await app('status')).not.toEqual({ result: 'authenticated' });
  });

  test('the next start finds the user', async () => {
    await app('signIn', 'lovelace');

    await app('restart');

    expect(await app('status')).toEqual({ result: 'authenticated' });
    expect(await app('get', 'api/me')).toMatchObject({ result: { username: 'ada' } });
  });
});

describe('with the `fetch` of Expo', () => {
  test('a refresh whose connection is cut is retried, although the error is not a TypeError', async () => {
    await app('useExpoFetch');
    await app('signIn', 'lovelace');
    server.expireAccessTokens();
    server.intercept('refresh', () => Response.error(), { times: 1 });

    expect(await app('fetch', 'api/me')).toMatchObject({ result: { username: 'ada' } });

    expect(server.counts().refresh).toBe(2);
  });

  test('the contract’s calls pass `redirect` separately, since React Native’s Request ignores it', async () => {
    await app('useExpoFetch');
    await app('signIn', 'lovelace');

    expect(await app('redirects')).toEqual({ result: ['manual'] });
  });
});
