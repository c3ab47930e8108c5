import { expect, test } from 'vitest';
import { memoryStore, restContract, type SessionStore } from '../../src/index.ts';
import { answer } from '../refresh/answers.ts';
import { openWorld, type Credentials } from '../requests/world.ts';
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

test.each([
  [
    'granted',
    200,
    { accessToken: 'late', refreshToken: 'late', expiresIn: 60, user: { id: '1', username: 'ada' } },
  ],
  ['refused', 401, { code: 'invalid_grant' }],
])(
  'A refresh that is %s after another process got the lock changes nothing, and the session refreshes again',
  async (_, status, body) => {
    const { store, fence } = createFencedStore();
    await using world = await openWorld({ store, refresh: { proactive: false } });
    const before = await store.read('session');
    world.server.intercept(
      'refresh',
      (...call) => {
        fence.isSuperseded = true;
        return answer(status, body)(...call);
      },
      { times: 1 },
    );
    world.server.expireAccessTokens();
    const sent = world.session.fetch('/api/me');
    await expect.poll(() => world.session.history().at(-1)?.to).toBe('refreshing.backingOff');
    expect(world.session.getSnapshot().isSignedIn).toBe(true);
    expect(await store.read('session')).toMatchObject({ ...before, attempt: {} });

    fence.isSuperseded = false;
    await world.clock.advance(500);
    expect((await sent).status).toBe(200);
  },
);

test('The expiry of a session is stored although another process has got the lock since the last refresh', async () => {
  const { store, fence } = createFencedStore();
  const server = restContract<User, Credentials>({
    login: 'auth/login',
    refresh: 'auth/refresh',
    errorCodes: { over: 'refreshTokenExpired' },
  });
  await using world = await openWorld({ store, server, refresh: { proactive: false } });
  await world.session.refresh();
  fence.isSuperseded = true;
  world.server.intercept('api', answer(401, { code: 'over' }));
  await world.session.fetch('/api/me').catch(() => undefined);

  expect(world.session.getSnapshot().status).toBe('expired');
  await expect.poll(() => store.read('session')).toMatchObject({ ended: 'expired' });
});
