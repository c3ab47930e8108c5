import { expect, onTestFinished, test, vi } from 'vitest';
import { openWorld, type Tab, type World } from './world.ts';

const fail = (): never => {
  throw new Error('Not my day');
};

const foreign: readonly (readonly [string, (world: World) => Tab])[] = [
  ['a channel', (world) => world.open({ openChannel: () => ({ post: () => undefined, close: fail }) })],
  [
    'a store',
    (world) => {
      const { life } = world.open();
      return world.open({ store: { ...world.store.open(life), subscribe: () => fail } });
    },
  ],
];

test.each(foreign)('%s that throws when it is let go stops nothing else', (_, open) => {
  const reported: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  onTestFinished(() => void vi.unstubAllGlobals());
  using world = openWorld();
  const { session } = open(world);
  session.dispose();

  expect(session.actor.getSnapshot().status).toBe('stopped');
  expect(reported).toHaveLength(1);
});
