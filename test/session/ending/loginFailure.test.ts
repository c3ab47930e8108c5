import { describe, expect, test } from 'vitest';
import ky from 'ky';
import { VerdictError } from '../../../src/index.ts';
import { ada, openWorld, stateOf, withLogout } from './world.ts';

describe('A login that fails', () => {
  test.each<[string, () => Response, object]>([
    [
      'a wrong password',
      () => new Response('Username or password incorrect', { status: 401 }),
      { status: 401 },
    ],
    [
      'a code that the contract knows',
      () => Response.json({ code: 'disabled' }, { status: 403 }),
      { status: 403, serverCode: 'disabled' },
    ],
    ['too many attempts', () => new Response(null, { status: 429 }), { status: 429 }],
    ['a server that is down', () => new Response(null, { status: 503 }), { status: 503 }],
    ['no network', () => Response.error(), { status: null, serverCode: null }],
    [
      'the page of a portal',
      () => new Response('<!doctype html><title>Hotel</title>', { headers: { 'content-type': 'text/html' } }),
      { status: 200, serverCode: null },
    ],
    [
      'the page of a firewall',
      () => new Response('<html>Blocked</html>', { status: 403, headers: { 'content-type': 'text/html' } }),
      { status: 403, serverCode: null },
    ],
    ['an answer that is not JSON', () => new Response('granted'), { status: 200, serverCode: null }],
    ['an empty answer', () => new Response(null, { status: 204 }), { code: expect.any(String) as unknown }],
  ])('with %s is reported, and a later one may succeed', async (_, answer, expected) => {
    await using world = await openWorld();
    const session = world.start();
    const undo = world.server.intercept('login', answer);
    const error: unknown = await session.login(ada).catch((caught: unknown) => caught);
    const failed = session.getSnapshot();
    undo();

    expect(error).toMatchObject({ code: 'ERR_LOGIN_FAILED', name: 'LoginFailedError', ...expected });
    expect(failed).toMatchObject({ status: 'anonymous', isSigningIn: false, user: null });
    expect(failed.error).toMatchObject({ code: 'ERR_LOGIN_FAILED', ...expected });

    const next = session.login(ada);
    expect(session.getSnapshot()).toMatchObject({ isSigningIn: true, error: null });
    expect(await next).toEqual({ username: 'ada' });
  });

  test('with an error that wraps the response of the contract’s own client has the status and the code of that response', async () => {
    const response = Response.json({ code: 'disabled' }, { status: 403 });
    const login = () =>
      ky('https://id.example.com/token', { fetch: () => Promise.resolve(response), retry: 0 })
        .json<never>()
        .catch((cause: unknown) => Promise.reject(new Error('It failed', { cause })));
    await using world = await openWorld();
    const session = world.start({ server: { login, errorCodes: { disabled: 'accountDisabled' } } });

    await expect(session.login(ada)).rejects.toMatchObject({
      code: 'ERR_LOGIN_FAILED',
      status: 403,
      serverCode: 'disabled',
    });
  });

  test.each<[string, () => Promise<never>]>([
    ['rejects with an error', () => Promise.reject(new Error('Something else'))],
    [
      'throws at once',
      () => {
        throw new Error('Something else');
      },
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a contract can do this
    ['rejects with a text', () => Promise.reject('Something else')],
    ['says that the server said no', () => Promise.reject(new VerdictError('refreshTokenInvalid'))],
  ])('because the contract’s login %s leaves a working session', async (_, login) => {
    await using world = await openWorld({ server: { ...withLogout, login } });
    const session = world.start();

    await expect(session.login(ada)).rejects.toMatchObject({ code: 'ERR_LOGIN_FAILED', status: null });
    expect(stateOf(session)).toBe('anonymous.idle');
    await session.adopt({ accessToken: 'got-elsewhere' });
    expect(session.getSnapshot().status).toBe('authenticated');
  });

  test('in a session that has expired leaves it expired, with its user', async () => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false } });
    await session.login(ada);
    world.server.expireRefreshTokens();
    await expect(session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });

    await expect(session.login({ ...ada, password: 'wrong' })).rejects.toMatchObject({ status: 401 });
    expect(session.getSnapshot()).toMatchObject({ status: 'expired', user: { username: 'ada' } });
    expect(await session.login(ada)).toEqual({ username: 'ada' });
  });

  test('because the contract has no login names the missing function', async () => {
    await using world = await openWorld({ server: {} });

    await expect(world.start().login(ada)).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'server.login',
    });
  });
});
