import { describe, expect, test } from 'vitest';
import { createSession, webStorageStore, type StoredRecord } from '../../src/index.ts';
import { createTestSession, type Account } from '../../src/testing/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { openWorld, rejection, type Credentials, type User } from '../requests/world.ts';
import { createFakeStorage } from '../store/fakeStorage.ts';

describe('session.updateUser', () => {
  test('shows and stores a profile that the application has saved on the server', async () => {
    const storage = createFakeStorage();
    const store = webStorageStore<User>(storage);
    await using world = await openWorld({ store });
    const { session } = world;
    const { user: before, identity } = session.getSnapshot();
    const seen: unknown[] = [];
    session.subscribe(({ user }) => seen.push(user?.username));
    const profile = await session.api
      .post('api/mirror', { json: { ...before, username: 'Countess' } })
      .json<User>();
    await session.updateUser(profile);

    expect(seen).toEqual(['ada', 'Countess']);
    expect(session.getSnapshot()).toMatchObject({ identity, user: { username: 'Countess' } });
    const stored: StoredRecord<User> | null = await store.read('session');
    expect(stored).toMatchObject({ generation: 1, user: { username: 'Countess' } });
    using reloaded = createSession<User, Credentials>({
      baseUrl: world.server.url,
      server: rotating,
      store: webStorageStore(storage),
    });
    expect(reloaded.getSnapshot().user).toMatchObject({ username: 'Countess' });
  });

  test('does not affect the next user', async () => {
    using world = await createTestSession();
    const { session } = world;
    await session.updateUser((user) => ({ ...expectUser(user), email: 'ada@example.com' }));
    const grace = { id: '2', username: 'grace', email: 'grace@example.com' };
    await session.adopt({ accessToken: 'of-grace', user: grace });

    expect(session.getSnapshot().user).toEqual(grace);
  });

  test('shows the user at once, before the store has answered', async () => {
    using world = await createTestSession();
    const updated = world.session.updateUser((user) => ({ ...expectUser(user), email: 'ada@example.com' }));

    expect(world.session.getSnapshot().user).toMatchObject({ username: 'ada', email: 'ada@example.com' });
    await updated;
  });

  test('waits until the store has been read', async () => {
    using world = await createTestSession({ state: 'anonymous.restoring' });
    const failed = rejection(world.session.updateUser({ id: '1', username: 'ada', email: '' }));
    await world.release();

    expect(await failed).toMatchObject({
      code: 'ERR_NOT_AUTHENTICATED',
      message: '`updateUser()` needs a session: call `login()` first',
    });
  });

  test.each([
    ['anonymous.idle', 'ERR_NOT_AUTHENTICATED'],
    ['expired.idle', 'ERR_SESSION_EXPIRED'],
    ['loggedOut', 'ERR_NOT_AUTHENTICATED'],
  ] as const)('rejects in %s with %s', async (state, code) => {
    using world = await createTestSession({ state });
    const { user } = world.session.getSnapshot();

    expect(await rejection(world.session.updateUser({ id: '1', username: 'ada', email: '' }))).toMatchObject({
      code,
    });
    expect(world.session.getSnapshot().user).toBe(user);
  });

  test.each([
    ['another user', (user: Account) => ({ ...user, id: 'other' }), 'another user'],
    // @ts-expect-error: JavaScript code can pass this
    ['nothing', (): Account => undefined, 'undefined'],
    // @ts-expect-error: as above
    ['null', (): Account => null, 'null'],
  ])('rejects %s, and changes nothing', async (_name, change, received) => {
    using world = await createTestSession();
    const { session } = world;
    const { user } = session.getSnapshot();

    const error = await rejection(session.updateUser((current) => change(expectUser(current))));
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'user' });
    expect(String(error)).toContain(`got ${received}`);
    expect(session.getSnapshot().user).toBe(user);
  });

  test('rejects with the error of the function, and changes nothing', async () => {
    using world = await createTestSession();
    const failure = new Error('No name was given');

    const fail = () => {
      throw failure;
    };
    expect(await rejection(world.session.updateUser(fail))).toBe(failure);
    expect(world.session.getSnapshot().user).toMatchObject({ username: 'ada' });
  });

  test('rejects another user, as `isSameUser` of the contract decides', async () => {
    await using world = await openWorld({
      server: { ...rotating, isSameUser: (before: User, now: User) => before.username === now.username },
    });
    const { session } = world;
    await session.updateUser({ id: 'renumbered', username: 'ada' });
    expect(await rejection(session.updateUser({ id: 'renumbered', username: 'grace' }))).toMatchObject({
      option: 'user',
    });

    expect(session.getSnapshot().user?.id).toBe('renumbered');
  });

  test('emits `session.userUpdated`, and neither aborts nor repeats a refresh in flight', async () => {
    using world = await createTestSession({ state: 'refreshing.requesting' });
    const { session } = world;
    const facts: string[] = [];
    session.on('*', ({ type }) => facts.push(type));
    await session.updateUser((user) => ({ ...expectUser(user), username: 'Countess' }));
    await world.release();

    expect(facts).toEqual(['session.userUpdated', 'session.refreshed']);
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'Countess' } });
    expect(world.server.counts().refresh).toBe(1);
  });
});

function expectUser(user: Account | null): Account {
  if (user === null) throw new Error('Expected a user');
  return user;
}
