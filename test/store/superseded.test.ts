import { expect, test } from 'vitest';
import { memoryStore, type SessionStore } from '../../src/index.ts';
import { createWorld, type User } from '../session/silentSignIn/world.ts';

/** A store whose lock was granted to another process while its holder was frozen. */
function createFencedStore() {
  const place = memoryStore<User>();
  const fence = { isSuperseded: false };
  const store: SessionStore<User> = {
    ...place,
    isPrivate: false,
    requiresLock: true,
    lock: (key, task, options) =>
      place.lock(
        key,
        () =>
          task({
            isLost: false,
            get isSuperseded() {
              return fence.isSuperseded;
            },
            lateness: 0,
          }),
        options,
      ),
  };
  return { store, fence };
}

test('A silent sign-in that was frozen while another process got the lock stores no tokens, and asks again', async () => {
  await using world = await createWorld();
  await world.signInElsewhere();
  const { store, fence } = createFencedStore();
  world.server.intercept(
    'refresh',
    async (_request, next) => {
      fence.isSuperseded = true;
      return next();
    },
    { times: 1 },
  );
  const { session, state } = world.open({ store });
  await expect.poll(state).toBe('anonymous.restoring.backingOff');
  expect(await store.read('session')).toBeNull();

  fence.isSuperseded = false;
  await world.clock.advance(500);
  await session.ready();
  expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
});
