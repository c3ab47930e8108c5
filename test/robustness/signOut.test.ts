import { describe, expect, test } from 'vitest';
import type { ServerContract } from '../../src/index.ts';
import { ada, openSignedIn, outcomeOf, rotating, type Login, type User } from '../refresh/world.ts';

function signingOutWith(logout: () => unknown): ServerContract<User, Login> {
  // Untyped code may return this.
  return { ...rotating, logout: () => logout() };
}

const failing: [string, () => unknown][] = [
  [
    'throws at once',
    () => {
      throw new TypeError('x is not a function');
    },
  ],
  [
    'throws a text',
    () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a contract can do this
      throw 'no';
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
  ['returns nothing', () => undefined],
  ['returns garbage', () => 42],
];

describe('a `logout` of the contract that misbehaves', () => {
  test.each(failing)('and %s signs the user out anyway', async (_name, logout) => {
    await using world = await openSignedIn({ server: signingOutWith(logout) });
    const loggedOut = world.session.logout();

    expect(world.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    await expect(loggedOut).resolves.toBeUndefined();
    expect(await world.session.login(ada)).toMatchObject({ username: 'ada' });
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
  });

  test('and never settles delays only `logout()`, for `refresh.timeout`', async () => {
    await using world = await openSignedIn({
      server: signingOutWith(() => new Promise(() => undefined)),
      refresh: { timeout: 3_000 },
    });
    let isResolved = false;
    const loggedOut = world.session.logout().then(() => (isResolved = true));

    expect(world.session.getSnapshot().status).toBe('loggedOut');
    expect(await world.session.login(ada)).toMatchObject({ username: 'ada' });
    await world.clock.advance(2_999);
    expect(isResolved).toBe(false);
    await world.clock.advance(1);
    await loggedOut;
    expect(isResolved).toBe(true);
  });
});
