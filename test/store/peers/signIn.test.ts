import { describe, expect, test } from 'vitest';
import type { Grant } from '../../../src/index.ts';
import { lost } from './air.ts';
import { send, statuses } from './outcomes.ts';
import { quiet } from './pair.ts';
import {
  ada,
  grace,
  openWorld,
  within,
  type Credentials,
  type Tab,
  type User,
  type World,
  type WorldOptions,
} from './world.ts';

async function grantFor({ server }: World, credentials: Credentials): Promise<Grant<User>> {
  const answer = await server.fetch(server.endpoints.login, {
    method: 'POST',
    body: JSON.stringify(credentials),
  });
  return (await answer.json()) as Grant<User>;
}

describe('a request from a listener for a sign-in', () => {
  test('is not sent as the session of another tab that signed in meanwhile', async () => {
    using world = openWorld({ ...quiet, way: () => 100 });
    const [one, other] = world.openMany(2);
    if (one === undefined || other === undefined) throw new Error('Expected two tabs');
    const outcomes: Promise<number | string>[] = [];
    one.session.on('session.authenticated', () => outcomes.push(send(one)));
    const signedIn = one.session.login(ada);
    await world.clock.advance(50);
    await other.session.adopt(await grantFor(world, grace));

    expect(await within(world, 1_000, signedIn)).toMatchObject({ username: 'ada' });
    expect(await within(world, 1_000, Promise.all(outcomes))).toEqual([200]);
    expect(one.session.getSnapshot().user).toMatchObject({ username: 'ada' });
    expect(world.store.record()).toMatchObject({ user: { username: 'ada' } });
  });

  test('is not sent as the previous session', async () => {
    using world = openWorld(quiet);
    const [tab] = await world.signedIn(1);
    const { session } = tab;
    const users: unknown[] = [];
    session.subscribe(({ user }) => {
      users.push(user?.username);
      if (user?.username === 'grace') void send(tab);
    });
    await session.adopt(await grantFor(world, grace));
    await world.clock.advance(100);

    expect(new Set(users)).toEqual(new Set(['ada', 'grace']));
    expect(users.lastIndexOf('ada')).toBeLessThan(users.indexOf('grace'));
    expect(world.server.requests.filter(({ kind }) => kind === 'api')).toMatchObject([{ username: 'grace' }]);
  });
});

test('A sign-in during a read of the store is not undone by the older record', async () => {
  using world = openWorld({ ...quiet, storeDelay: () => 50 });
  const [{ session, signals }] = await world.signedIn(1);
  const users: unknown[] = [];
  signals.wake();
  session.subscribe(({ user }) => users.push(user?.username));
  const adopted = session.adopt(await grantFor(world, grace));
  await within(world, 1_000, adopted);
  await world.clock.advance(1_000);

  expect(users.at(-1)).toBe('grace');
  expect(users.lastIndexOf('ada')).toBeLessThan(users.indexOf('grace'));
});

describe('The user of an expired session signs in again in a tab that has missed two refreshes', () => {
  async function signInAgain(count: number) {
    const world = openWorld(quiet);
    const [behind, ...others] = await world.signedIn(count);
    const [ahead] = others;
    const last = others.at(-1);
    if (ahead === undefined || last === undefined) throw new Error('Expected more tabs');
    for (let refreshes = 0; refreshes < 2; refreshes += 1)
      await within(world, 1_000, ahead.session.refresh());
    if (last !== ahead) await within(world, 1_000, last.session.refresh());
    world.server.expireRefreshTokens();
    const refused = within(world, 1_000, last.session.refresh());
    await expect(refused).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    behind.signals.wake();
    await world.clock.advance(100);
    expect(behind.session.getSnapshot().status).toBe('expired');
    const grant = await grantFor(world, ada);
    await behind.session.adopt(grant);
    return { world, ahead, grant };
  }

  test('and the tab that made them notices it', async () => {
    const { world, ahead, grant } = await signInAgain(2);
    using _world = world;
    ahead.signals.wake();
    await world.clock.advance(100);

    expect(statuses(world.tabs)).toEqual(['authenticated', 'authenticated']);
    expect(await ahead.session.accessToken()).toBe(grant.accessToken);
  });

  test('and the tab that made them, and has missed the end, does not end the new session', async () => {
    const { world, ahead, grant } = await signInAgain(3);
    using _world = world;
    const calls = ahead.calls.length;
    // As a timer does: `refresh()` would look at the store first.
    ahead.session.actor.send({ type: 'session.refresh', at: world.clock.now() });
    await world.clock.advance(1_000);

    expect(ahead.calls).toHaveLength(calls);
    expect(await ahead.session.accessToken()).toBe(grant.accessToken);
    expect(world.store.record()).toMatchObject({ accessToken: grant.accessToken });
  });
});

describe('Two tabs that adopt tokens of one user at the same moment', () => {
  async function adoptTwice(options: WorldOptions) {
    // Both read the store before the other one has written.
    const world = openWorld({ ...quiet, storeDelay: () => 10, ...options });
    const [first, second] = await world.signedIn(2);
    if (second === undefined) throw new Error('Expected two tabs');
    const grants = [await grantFor(world, ada), await grantFor(world, ada)] as const;
    await within(
      world,
      1_000,
      Promise.all([first.session.adopt(grants[0]), second.session.adopt(grants[1])]),
    );
    await world.clock.advance(100);
    expect(world.store.record()).toMatchObject({ generation: 2, accessToken: grants[1].accessToken });
    return { world, first, second, grants };
  }

  const tokenOf = (world: World, { session }: Tab) => within(world, 1_000, session.accessToken());

  test('both use the tokens that the store has kept', async () => {
    const { world, first, second, grants } = await adoptTwice({});
    using _world = world;

    expect(await tokenOf(world, first)).toBe(grants[1].accessToken);
    expect(await tokenOf(world, second)).toBe(grants[1].accessToken);
  });

  test('do not refresh the other ones, even if no message has told them', async () => {
    const { world, first, second, grants } = await adoptTwice({ fate: lost });
    using _world = world;
    await within(world, 1_000, first.session.refresh());

    expect(world.refreshTimes()).toEqual([]);
    expect(await tokenOf(world, first)).toBe(grants[1].accessToken);
    expect(second.facts).not.toContain('session.expired');
  });
});

test('Tokens that a tab adopts after it has missed two refreshes are used in all tabs', async () => {
  using world = openWorld({ ...quiet, fate: lost });
  const [behind, ahead] = await world.signedIn(2);
  if (ahead === undefined) throw new Error('Expected two tabs');
  for (let refreshes = 0; refreshes < 2; refreshes += 1) await within(world, 1_000, ahead.session.refresh());
  const grant = await grantFor(world, ada);
  await behind.session.adopt(grant);
  ahead.signals.wake();
  await world.clock.advance(100);

  expect(await behind.session.accessToken()).toBe(grant.accessToken);
  expect(await ahead.session.accessToken()).toBe(grant.accessToken);
});

test('A sign-out while `adopt()` reads the store wins: the tokens are not used', async () => {
  using world = openWorld({ ...quiet, storeDelay: () => 10 });
  const [{ session }] = await world.signedIn(1);
  const grant = await grantFor(world, ada);
  const adopted = session.adopt(grant).catch((error: unknown) => error);
  const [outcome] = await within(world, 1_000, Promise.all([adopted, session.logout()]));

  expect(outcome).toMatchObject({ code: 'ERR_LOGGED_OUT' });
  expect(session.getSnapshot().status).toBe('loggedOut');
  expect(world.store.record()).toMatchObject({ ended: 'loggedOut' });
});

test('Tokens that were adopted before a sign-out do not replace those of a later sign-in', async () => {
  using world = openWorld({ ...quiet, storeDelay: () => 10 });
  const [{ session }] = await world.signedIn(1);
  const [before, after] = [await grantFor(world, grace), await grantFor(world, ada)];
  const outcomes = within(
    world,
    1_000,
    Promise.allSettled([session.adopt(before), session.logout(), session.adopt(after)]),
  );

  expect(await outcomes).toMatchObject([
    { status: 'rejected', reason: { code: 'ERR_LOGGED_OUT' } },
    { status: 'fulfilled' },
    { status: 'fulfilled' },
  ]);
  expect(session.getSnapshot().user).toMatchObject({ username: 'ada' });
  expect(world.store.record()).toMatchObject({ accessToken: after.accessToken });
});

test('The lifetime of adopted tokens counts from the call, however slow the store is', async () => {
  using world = openWorld({ ...quiet, storeDelay: () => 1_000 });
  const [{ session }] = await world.signedIn(1);
  const grant = await grantFor(world, ada);
  const calledAt = world.clock.now();
  await within(world, 10_000, session.adopt(grant));

  expect(world.store.record()).toMatchObject({ accessToken: grant.accessToken, issuedAt: calledAt });
});
