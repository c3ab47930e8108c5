import { expect, test } from 'vitest';
import { memoryStore, type SessionStore } from '../../../src/index.ts';
import { ada, openWorld, outcomeOf, type User } from '../../refresh/world.ts';

/** An asynchronous store whose operations fail while it is locked. */
function lockable(kept: SessionStore<User>, isShared: boolean) {
  const lock = { isLocked: false };
  const operate = async <Result>(operation: () => Result): Promise<Awaited<Result>> => {
    await Promise.resolve();
    if (lock.isLocked) throw new Error('User interaction is not allowed.');
    return await operation();
  };
  const store: SessionStore<User> = {
    ...kept,
    isPrivate: !isShared,
    read: (key) => operate(() => kept.read(key)),
    update: (key, decide) => operate(() => kept.update(key, decide)),
  };
  return { lock, store };
}

test.each([{ isShared: true }, { isShared: false }])(
  'A logout while the store cannot be read ends the stored session as soon as it can (shared: $isShared)',
  async ({ isShared }) => {
    const kept = memoryStore<User>();
    const { lock, store } = lockable(kept, isShared);
    await using world = await openWorld({ store });
    await world.session.login(ada);
    world.session.dispose();
    lock.isLocked = true;
    const session = world.open({ store });
    await session.logout();
    expect(session.getSnapshot().status).toBe('loggedOut');
    lock.isLocked = false;

    expect(await outcomeOf(session.fetch('/api/me'))).toBe(401);
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    expect(kept.read('session')).toMatchObject({ ended: 'loggedOut' });
  },
);
