import { describe, expect, test } from 'vitest';
import { createSession, restContract, webStorageStore } from '../../src/index.ts';
import { memoryAccounts } from '../../src/testing/index.ts';
import { startServer } from '../referenceServer/server.ts';
import { createFakeStorage } from './fakeStorage.ts';

interface User {
  readonly id: string;
  readonly username: string;
}

const contract = restContract<User, { username: string; password: string }>({
  login: 'auth/login',
  refresh: 'auth/refresh',
  grant: { user: (body) => (body as { user?: User }).user },
});

async function createWorld() {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startServer({ accounts: memoryAccounts() }));
  const storage = createFakeStorage();
  return {
    server,
    storage,
    /** Loads a page: a new session on the same storage. */
    load: () =>
      stack.use(
        createSession({ baseUrl: server.url, server: contract, store: webStorageStore<User>(storage) }),
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const ada = { username: 'ada', password: 'lovelace' };

describe('A session that is kept in Web Storage', () => {
  test('is restored before createSession returns, so that the first render shows the user', async () => {
    await using world = await createWorld();
    const before = world.load();
    await before.login(ada);
    before.dispose();

    const after = world.load();
    expect(after.getSnapshot()).toMatchObject({
      status: 'authenticated',
      user: { username: 'ada' },
      isRestoring: false,
    });
    expect(await after.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 0 });
  });

  test('is refreshed with the latest stored refresh token', async () => {
    await using world = await createWorld();
    const before = world.load();
    await before.login(ada);
    world.server.expireAccessTokens();
    await before.api.get('api/me');
    before.dispose();

    world.server.expireAccessTokens();
    const after = world.load();
    expect(await after.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ login: 1, refresh: 2 });
  });

  test('is not restored after a logout', async () => {
    await using world = await createWorld();
    const before = world.load();
    await before.login(ada);
    await before.logout();

    expect(world.load().getSnapshot()).toMatchObject({ status: 'anonymous', user: null });
    const kept = JSON.parse(world.storage.getItem('sessionchart:session') ?? '') as object;
    expect(Object.keys(kept).sort()).toEqual(['api', 'ended', 'sessionId', 'version']);
  });

  test('is kept under its own name, and never under another', async () => {
    await using world = await createWorld();
    await world.load().login(ada);

    expect([...Array(world.storage.length).keys()].map((n) => world.storage.key(n))).toEqual([
      'sessionchart:session',
    ]);
  });
});
