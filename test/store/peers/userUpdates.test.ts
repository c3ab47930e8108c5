import { describe, expect, test } from 'vitest';
import { send, storedSession } from './outcomes.ts';
import { doIn, openPair, viewOf } from './pair.ts';
import { withhold } from './turns.ts';
import { openWorld, within, type User } from './world.ts';

const named = (username: string) => (user: User | null) => ({ ...rest(user), username });

function rest(user: User | null): User {
  if (user === null) throw new Error('Expected a user');
  return user;
}

describe('a user who was updated in one tab', () => {
  test('reaches another tab by a hint, with an event, and keeps tokens and identity', async () => {
    using world = openWorld();
    const [one, other] = await world.signedIn(2);
    if (other === undefined) throw new Error('Expected two tabs');
    const before = storedSession(world);
    const identities = [one, other].map((tab) => viewOf(tab).identity);
    await doIn(world, one.session.updateUser(named('Countess')));

    expect([one, other].map((tab) => viewOf(tab).user)).toMatchObject([
      { username: 'Countess' },
      { username: 'Countess' },
    ]);
    expect([one, other].map(({ facts }) => facts.at(-1))).toEqual([
      'session.userUpdated',
      'session.userUpdated',
    ]);
    expect([one, other].map((tab) => viewOf(tab).identity)).toEqual(identities);
    expect(storedSession(world)).toEqual({
      ...before,
      user: { ...before.user, username: 'Countess' },
      userRevision: 1,
    });
    expect(await Promise.all([send(one), send(other)])).toEqual([200, 200]);
  });

  test('is found in the store by a tab that gets no messages, before it sends a request', async () => {
    const { world, one, other } = await openPair();
    using _ = world;
    await doIn(world, one.session.updateUser(named('Countess')));
    await send(other);

    expect(viewOf(other).user).toMatchObject({ username: 'Countess' });
  });

  test('is kept by a tab that refreshes before it has seen the change', async () => {
    const { world, one, other } = await openPair();
    using _ = world;
    const release = withhold(world);
    const refreshed = other.session.refresh();
    await world.clock.advance(1_000);
    await doIn(world, one.session.updateUser(named('Countess')));
    release();
    await doIn(world, refreshed);
    await send(one);

    expect(storedSession(world)).toMatchObject({ generation: 2, user: { username: 'Countess' } });
    expect([one, other].map((tab) => viewOf(tab).user)).toMatchObject([
      { username: 'Countess' },
      { username: 'Countess' },
    ]);
  });

  test('is merged with the change of a tab that has not seen the first one', async () => {
    const { world, one, other } = await openPair();
    using _ = world;
    await doIn(world, one.session.updateUser(named('Countess')));
    expect(viewOf(other).user).toMatchObject({ username: 'ada' });
    await doIn(
      world,
      other.session.updateUser((user) => ({ ...rest(user), city: 'London' })),
    );
    await doIn(world, Promise.all([send(one), send(other)]));

    for (const tab of [one, other])
      expect(viewOf(tab).user).toMatchObject({ username: 'Countess', city: 'London' });
  });

  test('does not bring a used refresh token back if that tab did not see the refresh of another tab yet', async () => {
    const { world, one, other } = await openPair({ storeLateness: 130 });
    using _ = world;
    await within(world, 20_000, one.session.refresh());
    await doIn(world, other.session.updateUser(named('Countess')));
    for (const tab of [one, other, one]) await doIn(world, send(tab));
    await world.clock.advance(200);

    expect(storedSession(world)).toMatchObject({ generation: 2, user: { username: 'Countess' } });
    await doIn(world, other.session.refresh());
    expect(world.reuses()).toBe(0);
  });

  test('is stored later if the store refused the write', async () => {
    const trouble = { isFull: true };
    using world = openWorld();
    const [tab] = await world.signedIn(1, {
      change: (medium) => ({
        ...medium,
        write(key, record) {
          if (trouble.isFull && 'userRevision' in record) throw new Error('The storage is full');
          return medium.write(key, record);
        },
      }),
    });
    await doIn(world, tab.session.updateUser(named('Countess')));
    expect(viewOf(tab).user).toMatchObject({ username: 'Countess' });
    trouble.isFull = false;
    await doIn(world, send(tab));

    expect(storedSession(world)).toMatchObject({ user: { username: 'Countess' } });
  });

  test('does not bring back a session that another tab has ended', async () => {
    const { world, one, other } = await openPair();
    using _ = world;
    await doIn(world, other.session.logout());
    await doIn(world, one.session.updateUser(named('Countess')));

    expect(world.store.record()).toMatchObject({ ended: 'loggedOut' });
    await send(one);
    expect(viewOf(one)).toMatchObject({ status: 'loggedOut', user: null });
  });
});

test('An update during a refresh is not overwritten by the user in its response', async () => {
  using world = openWorld();
  const [tab] = await world.signedIn(1);
  const user = viewOf(tab).user;
  world.server.intercept('refresh', async (_request, next) => {
    const answer: unknown = await (await next()).json();
    return Response.json({ ...Object(answer), user });
  });
  const release = withhold(world);
  const refreshed = tab.session.refresh();
  await world.clock.advance(1_000);
  await doIn(world, tab.session.updateUser(named('Countess')));
  release();
  await within(world, 5_000, refreshed);

  expect(viewOf(tab)).toMatchObject({ status: 'authenticated', user: { username: 'Countess' } });
  expect(storedSession(world)).toMatchObject({ generation: 2, user: { username: 'Countess' } });
  // The next response was requested after the update, so the server's user counts.
  await doIn(world, tab.session.refresh());
  expect(viewOf(tab).user).toEqual(user);
});
