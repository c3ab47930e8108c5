import { expect, test } from 'vitest';
import { createTestSession, type SessionState } from '../../src/testing/index.ts';

const expected: readonly (readonly [state: SessionState, isSignedIn: boolean])[] = [
  ['anonymous.restoring', false],
  ['anonymous.idle', false],
  ['anonymous.signingIn', false],
  ['authenticated.fresh', true],
  ['authenticated.due.ready', true],
  ['authenticated.due.deferred', true],
  ['refreshing.acquiring', true],
  ['refreshing.requesting', true],
  ['refreshing.backingOff', true],
  ['refreshing.offline', true],
  ['expired.idle', false],
  ['expired.signingIn', false],
  ['loggedOut', false],
];

test.each(expected)('in %s, `isSignedIn` of the view is %s', async (state, isSignedIn) => {
  using world = await createTestSession({ state });

  expect(world.session.getSnapshot().isSignedIn).toBe(isSignedIn);
});

test('a refresh in the background does not change `isSignedIn`', async () => {
  using world = await createTestSession();
  const seen = new Set<boolean>();
  world.session.subscribe((view) => seen.add(view.isSignedIn));

  await world.session.refresh();

  expect([...seen]).toEqual([true]);
});
