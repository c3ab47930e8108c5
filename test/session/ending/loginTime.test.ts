import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSession, type SessionOptions } from '../../../src/index.ts';
import { ada, openWorld, outcome, quiet, stateOf } from './world.ts';

/** Values that JavaScript code may pass as a signal. */
const lookalike = (more: object): AbortSignal => more as AbortSignal;

describe('A login without a response', () => {
  test.each<[string, Pick<SessionOptions, 'login' | 'hold'>, number]>([
    ['30 s, by default', {}, 30_000],
    ['`hold.timeout`, where that is given', { hold: { timeout: 2_000 } }, 2_000],
    ['`login.timeout`', { login: { timeout: 5_000 }, hold: { timeout: 2_000 } }, 5_000],
  ])('fails after %s', async (_, options, timeout) => {
    await using world = await openWorld();
    const session = world.start(options);
    const dam = world.dam('login');
    const login = outcome(session.login(ada));
    await dam.reached;
    await world.clock.advance(timeout - 1);
    await quiet(world);
    expect(session.getSnapshot().isSigningIn).toBe(true);
    await world.clock.advance(1);

    expect(await login).toMatchObject({
      code: 'ERR_LOGIN_FAILED',
      status: null,
      message: `Signing in failed, no response within ${timeout} ms (\`login.timeout\`): POST ${world.server.url}/login`,
    });
    expect(session.getSnapshot()).toMatchObject({
      status: 'anonymous',
      isSigningIn: false,
      error: { code: 'ERR_LOGIN_FAILED' },
    });
    dam.open();
    await quiet(world);
    expect(stateOf(session)).toBe('anonymous.idle');
    expect(await session.login(ada)).toEqual({ username: 'ada' });
  });

  test('waits for as long as the user needs if `login.timeout` is false', async () => {
    await using world = await openWorld();
    const session = world.start({ login: { timeout: false } });
    const dam = world.dam('login');
    const login = session.login(ada);
    await dam.reached;
    await world.clock.advance(24 * 60 * 60 * 1000);
    dam.open();

    expect(await login).toEqual({ username: 'ada' });
  });

  test.each([0, -1, NaN, Infinity, '30s', true])('rejects %s as `login.timeout`', (timeout) => {
    const create = () =>
      createSession({
        baseUrl: 'https://api.example.com',
        server: {},
        login: { timeout: timeout as number },
      });

    expect(create).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'login.timeout' }));
  });

  test('is aborted at once by its signal while the store is being read', async () => {
    await using world = await openWorld();
    world.store.close('read');
    const session = world.start();
    const reason = new Error('The user has left');
    const controller = new AbortController();
    const login = outcome(session.login(ada, { signal: controller.signal }));
    controller.abort(reason);

    expect(await login).toBe(reason);
  });
});

describe('The signal of a login', () => {
  test('of a polyfill or another realm aborts it', async () => {
    await using world = await openWorld();
    const session = world.start();
    const dam = world.dam('login');
    const controller = polyfill();
    const login = outcome(session.login(ada, { signal: controller.signal }));
    await dam.reached;
    const reason = new Error('The user has left');
    controller.abort(reason);

    expect(await login).toBe(reason);
    expect(session.getSnapshot()).toMatchObject({ isSigningIn: false, error: null });
  });

  test.each<[string, AbortSignal]>([
    ['text', 'nope' as unknown as AbortSignal],
    ['an EventTarget', new EventTarget() as AbortSignal],
    ['a controller', new AbortController() as unknown as AbortSignal],
    ['an object without listeners', lookalike({ aborted: false })],
  ])('that is %s is rejected, and nothing hangs', async (_, signal) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => void process.off('unhandledRejection', unhandled));
    await using world = await openWorld();
    const session = world.start();
    const refusal = { code: 'ERR_INVALID_OPTION', option: 'signal' };

    expect(await outcome(session.login(ada, { signal }))).toMatchObject(refusal);
    await session.login(ada);
    expect(await outcome(session.accessToken({ signal }))).toMatchObject(refusal);
    await quiet(world);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

/** A polyfill for old platforms: it uses none of the platform's classes. */
function polyfill(): AbortController {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => void listeners.delete(listener),
  };
  const abort = (reason: unknown) => {
    Object.assign(signal, { aborted: true, reason });
    for (const listener of [...listeners]) listener();
  };
  return { signal, abort } as unknown as AbortController;
}
