import { describe, expect, test } from 'vitest';
import type { Grant, ServerContract } from '../../src/index.ts';
import { ada, openWorld, outcomeOf, rotating, until, type Login, type User } from '../refresh/world.ts';

/** A contract whose `login` misbehaves in the given way, until it is repaired. */
function breaking(broken: (signal: AbortSignal) => unknown) {
  let isBroken = true;
  const server: ServerContract<User, Login> = {
    ...rotating,
    login(call) {
      const granted = isBroken ? broken(call.signal) : rotating.login?.(call);
      // Untyped code may return this.
      return granted as Promise<Grant<User>>;
    },
  };
  return { server, repair: () => (isBroken = false) };
}

function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

describe('a `login` of the contract that misbehaves', () => {
  test.each([
    ['throws a TypeError at once', throwing(new TypeError('x is not a function')), 'ERR_LOGIN_FAILED'],
    ['throws a text', throwing('lovelace'), 'ERR_LOGIN_FAILED'],
    ['throws undefined', throwing(undefined), 'ERR_LOGIN_FAILED'],
    ['rejects', () => Promise.reject(new Error('lovelace')), 'ERR_LOGIN_FAILED'],
    ['returns nothing', () => undefined, 'ERR_MALFORMED_GRANT'],
    ['returns a text', () => 'token', 'ERR_MALFORMED_GRANT'],
    ['returns an empty grant', () => ({}), 'ERR_MALFORMED_GRANT'],
    ['returns a token with a newline', () => ({ accessToken: 'a\nb' }), 'ERR_MALFORMED_GRANT'],
  ])('and %s rejects `login()`, and the next sign-in works', async (_name, broken, code) => {
    const { server, repair } = breaking(broken);
    await using world = await openWorld({ server });
    const error: unknown = await world.session.login(ada).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain('lovelace');
    expect(world.session.getSnapshot()).toMatchObject({
      status: 'anonymous',
      isSigningIn: false,
      error: { code },
    });
    repair();
    expect(await world.session.login(ada)).toMatchObject({ username: 'ada' });
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
  });
});

describe('a `login` of the contract that does not settle', () => {
  test.each([
    ['an abort', 'AbortError'],
    ['a logout', 'LoggedOutError'],
    ['an adopt', 'IdentityChangedError'],
    ['another login', 'IdentityChangedError'],
  ])('ends with %s', async (end, name) => {
    const signals: AbortSignal[] = [];
    const { server, repair } = breaking((signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    await using world = await openWorld({ server });
    const { session } = world;
    const caller = new AbortController();
    const login = session.login(ada, { signal: caller.signal }).catch((error: unknown) => error);
    await until(() => signals.length === 1);
    repair();
    if (end === 'an abort') caller.abort();
    else if (end === 'a logout') await session.logout();
    else if (end === 'an adopt') await session.adopt({ accessToken: 'adopted' });
    else await session.login(ada);

    expect(await login).toMatchObject({ name });
    expect(signals[0]?.aborted).toBe(true);
    expect(session.getSnapshot().isSigningIn).toBe(false);
  });

  test('ends with `dispose()`', async () => {
    const signals: AbortSignal[] = [];
    const { server } = breaking((signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    await using world = await openWorld({ server });
    const login = world.session.login(ada).catch((error: unknown) => error);
    await until(() => signals.length === 1);
    world.session.dispose();

    expect(await login).toMatchObject({ name: 'SessionDisposedError' });
    expect(signals[0]?.aborted).toBe(true);
  });

  test('does not block requests that need no session', async () => {
    const { server } = breaking(() => new Promise(() => undefined));
    await using world = await openWorld({ server });
    void world.session.login(ada).catch(() => undefined);

    expect(await outcomeOf(world.session.fetch('/api/public'))).toBe(200);
    expect(world.session.getSnapshot().isSigningIn).toBe(true);
  });
});
