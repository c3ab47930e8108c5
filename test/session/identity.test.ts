import { describe, expect, it, vi } from 'vitest';
import { createSession, memoryStore, type Session } from '../../src/index.ts';
import { createTestSession } from '../../src/testing/index.ts';

const ada = { username: 'ada', password: 'lovelace' };
const grace = { username: 'grace', password: 'hopper' };
const identityOf = (session: Session) => session.getSnapshot().identity;

describe('view.identity', () => {
  it('stays through any number of refreshes', async () => {
    using world = await createTestSession();
    const before = identityOf(world.session);

    for (let n = 0; n < 10; n += 1) await world.session.refresh();

    expect(identityOf(world.session)).toBe(before);
  });

  it('stays when the session expires, while its user signs in again, and afterwards', async () => {
    using world = await createTestSession();
    const { session, server } = world;
    const seen = new Set<number>();
    session.subscribe(({ identity }) => seen.add(identity));
    server.expireRefreshTokens();
    await session.refresh().catch(() => undefined);
    expect(session.getSnapshot().status).toBe('expired');
    await session.login(ada);

    expect(session.getSnapshot().status).toBe('authenticated');
    expect(seen.size).toBe(1);
  });

  it('grows when another user signs in after the session has expired', async () => {
    using world = await createTestSession({ state: 'expired' });
    const before = identityOf(world.session);

    await world.session.login(grace);

    expect(identityOf(world.session)).toBeGreaterThan(before);
  });

  it('grows with a logout, and again even for the same user', async () => {
    using world = await createTestSession();
    const { session } = world;
    const first = identityOf(session);
    await session.logout();
    const second = identityOf(session);
    await session.login(ada);

    expect(second).toBeGreaterThan(first);
    expect(identityOf(session)).toBeGreaterThan(second);
  });

  it('grows when another tab signs in another user, and stays for the same user', async () => {
    const store = memoryStore<{ id: string; username: string; email: string }>();
    using here = await createTestSession({ session: { store } });
    using there = await createTestSession({ server: here.server, clock: here.clock, session: { store } });
    const before = identityOf(here.session);
    const user = there.session.getSnapshot().user ?? undefined;
    await there.session.adopt({ accessToken: 'of-another-login', user });
    await here.clock.advance(0);
    const same = identityOf(here.session);
    await there.session.adopt({
      accessToken: 'of-somebody-else',
      user: { id: '9', username: 'eve', email: 'eve@example.com' },
    });
    await here.clock.advance(0);

    expect(same).toBe(before);
    expect(here.session.getSnapshot().user?.username).toBe('eve');
    expect(identityOf(here.session)).toBeGreaterThan(before);
  });

  it('uses the contract’s `isSameUser`', async () => {
    const session = createSession<{ id: number; seen: number }>({
      baseUrl: 'https://api.example.com',
      server: { isSameUser: (before, now) => before.id === now.id },
    });
    await session.adopt({ accessToken: 'one', user: { id: 1, seen: 1 } });
    const before = identityOf(session);
    await session.adopt({ accessToken: 'two', user: { id: 1, seen: 2 } });
    const same = identityOf(session);
    await session.adopt({ accessToken: 'three', user: { id: 2, seen: 2 } });

    expect(same).toBe(before);
    expect(identityOf(session)).toBeGreaterThan(before);
  });

  it('treats unnamed users as different', async () => {
    const session = createSession({ baseUrl: 'https://api.example.com', server: {} });
    await session.adopt({ accessToken: 'one' });
    const before = identityOf(session);
    await session.adopt({ accessToken: 'two' });

    expect(identityOf(session)).toBeGreaterThan(before);
  });
});

describe('view.identity, if every refresh names the user', () => {
  const open = async (users: readonly unknown[], isSameUser?: () => boolean) => {
    const [first, ...next] = users;
    const session = createSession({
      baseUrl: 'https://api.example.com',
      server: {
        refresh: () => Promise.resolve({ accessToken: `token-${next.length}`, user: next.shift() }),
        ...(isSameUser && { isSameUser }),
      },
    });
    await session.adopt({ accessToken: 'token', refreshToken: 'refresh', user: first });
    return session;
  };

  it('stays when a refresh changes the name, and the view shows the new name', async () => {
    const session = await open([
      { id: 1, name: 'Ada' },
      { id: 1, name: 'Ada Lovelace' },
    ]);
    const before = identityOf(session);
    await session.refresh();

    expect(session.getSnapshot().user).toEqual({ id: 1, name: 'Ada Lovelace' });
    expect(identityOf(session)).toBe(before);
  });

  it('stays, with the same user object, when a refresh returns the same user', async () => {
    const session = await open([{ id: 1 }, { id: 1 }]);
    const before = session.getSnapshot();
    await session.refresh();

    expect(session.getSnapshot().user).toBe(before.user);
    expect(session.getSnapshot().identity).toBe(before.identity);
  });

  it('grows if the contract’s `isSameUser` throws, and the session continues', async () => {
    const reported: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation((error: unknown) => void reported.push(error));
    const session = await open([{ id: 1 }], () => {
      throw new Error('a mistake');
    });
    const before = identityOf(session);
    await session.adopt({ accessToken: 'other', user: { id: 1 } });

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { id: 1 } });
    expect(identityOf(session)).toBeGreaterThan(before);

    const mistake: unknown = expect.objectContaining({
      message: expect.stringContaining('`server.isSameUser` failed') as unknown,
    });
    // `isSameUser` is called for the session and for the view.
    expect(reported).toEqual([mistake, mistake]);
  });
});

describe('view.identity, if no user is signed in', () => {
  it('stays when that is reported again', async () => {
    using world = await createTestSession({ state: 'anonymous.idle' });
    const { session } = world;
    const before = identityOf(session);
    await session.logout();
    await session.logout();

    expect(session.getSnapshot().status).toBe('loggedOut');
    expect(identityOf(session)).toBe(before);
  });

  it('grows once with a logout, however many sign-ins are aborted afterwards', async () => {
    using world = await createTestSession();
    const { session } = world;
    await session.logout();
    const before = identityOf(session);
    await session.login({ ...ada, password: 'wrong' }).catch(() => undefined);
    await session.logout();

    expect(identityOf(session)).toBe(before);
  });

  it('changes in the same view as the user, in any order of events', async () => {
    using world = await createTestSession();
    const { session, server } = world;
    const seen = new Map<number, Set<string>>();
    session.subscribe(({ identity, user }) => {
      const names = seen.get(identity) ?? new Set();
      seen.set(identity, names.add(user?.username ?? 'nobody'));
    });
    server.expireRefreshTokens();
    await session.refresh().catch(() => undefined);
    const overtaken = session.login(ada).catch(() => undefined);
    const user = { id: '2', username: 'grace', email: 'grace@example.com' };
    await session.adopt({ accessToken: 'from elsewhere', user });
    await overtaken;
    const refreshed = session.refresh().catch(() => undefined);
    await session.logout();
    await refreshed;
    await session.login(ada);

    expect([...seen.values()].map((names) => [...names])).toEqual([['ada'], ['grace'], ['nobody'], ['ada']]);
  });
});
