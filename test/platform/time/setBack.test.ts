import { expect, test } from 'vitest';
import { memoryStore, type SessionStore } from '../../../src/index.ts';
import { rotating } from '../../referenceServer/contracts/rotating.ts';
import { send } from '../../store/peers/outcomes.ts';
import { ada, openWorld, within, type User, type World } from '../../store/peers/world.ts';

const hour = 3_600_000;
const never = () => new Promise<never>(() => undefined);

/** Sets the clock back shortly after a call has begun. */
async function setBack({ clock, device }: World): Promise<void> {
  await clock.advance(100);
  device.ahead = -hour;
}

test('A clock that is set back does not lengthen the wait of `logout()` for the server', async () => {
  using world = openWorld({ session: { server: { ...rotating, logout: never } } });
  const [tab] = await world.signedIn(1);
  const done = tab.session.logout();
  await setBack(world);

  await expect(within(world, 10_000, done)).resolves.toBeUndefined();
});

test('A clock that is set back does not lengthen the wait of `login()` for the server', async () => {
  using world = openWorld({ session: { login: { timeout: 20_000 } } });
  const { session } = world.open();
  world.server.intercept('login', never);
  const done = session.login(ada);
  done.catch(() => undefined);
  await setBack(world);

  await expect(within(world, 22_000, done)).rejects.toMatchObject({ code: 'ERR_LOGIN_FAILED' });
});

test('A clock that is set back does not delay the next attempt to refresh', async () => {
  using world = openWorld({ session: { refresh: { proactive: false } } });
  const [tab] = await world.signedIn(1);
  await world.clock.advance(60_000);
  world.server.intercept('refresh', never, { times: 1 });
  const held = send(tab);
  await setBack(world);

  expect(await within(world, 12_000, held)).toBe(200);
});

test('A clock that is set back does not lengthen the wait for a store that hangs', async () => {
  const store: SessionStore<User> = { ...memoryStore<User>(), update: never };
  using world = openWorld();
  const { session } = world.open({ store });
  const done = session.adopt({ accessToken: 'a', user: { id: 'ada', username: 'ada' } });
  await setBack(world);

  await expect(within(world, 10_000, done)).resolves.toBeUndefined();
});

test('A clock that is set back does not lengthen the wait for the stored session', async () => {
  const store: SessionStore<User> = { ...memoryStore<User>(), read: never };
  using world = openWorld();
  const { session } = world.open({ store });
  const done = session.ready();
  await setBack(world);

  await expect(within(world, 40_000, done)).resolves.toBeUndefined();
});
