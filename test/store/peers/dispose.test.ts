import { expect, test, vi } from 'vitest';
import { ada, openWorld, within, type Tab, type World } from './world.ts';

const fail = (): never => {
  throw new Error('Not my day');
};

const foreign: readonly (readonly [string, (world: World) => Tab])[] = [
  ['a channel', (world) => world.open({ openChannel: () => ({ post: () => undefined, close: fail }) })],
  [
    'a store',
    (world) => {
      const { life } = world.open();
      return world.open({ store: { ...world.store.open(life), watch: () => fail } });
    },
  ],
];

test.each(foreign)('%s that throws during dispose() does not prevent the rest', (_, open) => {
  const reported: unknown[] = [];
  vi.spyOn(console, 'error').mockImplementation((error: unknown) => void reported.push(error));
  using world = openWorld();
  const { session } = open(world);
  session.dispose();

  expect(session.actor.getSnapshot().status).toBe('stopped');
  expect(reported).toHaveLength(1);
});

test('A sign-in that is still reading the store is rejected by dispose()', async () => {
  using world = openWorld({ storeDelay: () => 100 });
  const { session } = world.open();
  await within(world, 1_000, session.ready());
  const login = session.login(ada).catch((error: unknown) => error);
  await world.clock.advance(50);
  session.dispose();

  expect(await within(world, 1_000, login)).toMatchObject({ code: 'ERR_SESSION_DISPOSED' });
  expect(world.server.counts().login).toBe(0);
});
