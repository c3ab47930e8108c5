import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { ada, openSignedIn, openWorld, outcomeOf, requestWithExpiredToken, rotating } from './world.ts';

/** Evaluates an expression in a realm with its own `Error`, as in Jest and in a frame. */
function inOtherRealm(expression: string): unknown {
  const value: unknown = runInNewContext(expression);
  expect(value).not.toBeInstanceOf(Error);
  return value;
}

/** Rejects with any value. */
function reject(value: unknown): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an error of another realm is an error too
  return Promise.reject(value);
}

describe('An error of another realm is judged like one of this realm', () => {
  test.each([
    ['a fetch that fails', "new TypeError('fetch failed')"],
    ['the cause of an error', "new Error('refresh failed', { cause: new TypeError('Load failed') })"],
    ['a code of Node', "Object.assign(new Error('read'), { code: 'ECONNRESET' })"],
    ['a call that was aborted', "Object.assign(new Error('…'), { name: 'AbortError' })"],
  ])('if the refresh rejects with %s, it is retried', async (_name, expression) => {
    const error = inOtherRealm(expression);
    let calls = 0;
    await using world = await openSignedIn({
      server: {
        ...rotating,
        refresh: (call) => {
          calls += 1;
          return calls === 1 ? reject(error) : (rotating.refresh?.(call) ?? reject('no refresh'));
        },
      },
    });

    expect(await world.follow(requestWithExpiredToken(world))).toBe(200);
    expect(calls).toBe(2);
  });

  test('if the network fails during a replay, the caller gets ky’s NetworkError', async () => {
    const error = inOtherRealm("new TypeError('fetch failed')");
    let isReplay = false;
    await using world = await openSignedIn({
      ky: {
        fetch: async (input, init) => {
          const request = new Request(input, init);
          if (isReplay && request.url.endsWith('/api/me')) return reject(error);
          isReplay = request.url.endsWith('/auth/refresh');
          return fetch(request);
        },
      },
    });
    world.server.expireAccessTokens();

    expect(await outcomeOf(world.session.api.get('api/me', { retry: 0 }))).toMatchObject({
      name: 'NetworkError',
      cause: error,
    });
  });

  test('if a login throws it, the caller gets its name', async () => {
    const error = inOtherRealm("new TypeError('lovelace')");
    await using world = await openWorld({ server: { ...rotating, login: () => reject(error) } });

    await expect(world.session.login(ada)).rejects.toMatchObject({
      name: 'LoginFailedError',
      cause: { name: 'TypeError' },
    });
  });
});
