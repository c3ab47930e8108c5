import { describe, expect, it } from 'vitest';
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

  it('grows with a logout, and again when even the same user comes back', async () => {
    using world = await createTestSession();
    const { session } = world;
    const first = identityOf(session);
    await session.logout();
    const second = identityOf(session);
    await session.login(ada);

    expect(second).toBeGreaterThan(first);
    expect(identityOf(session)).toBeGreaterThan(second);
  });

  it('grows when another tab signs somebody else in, and stays when it signs in the same user', async () => {
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

  it('takes the word of the contract for who is the same', async () => {
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

  it('takes users whom the server does not name for different ones', async () => {
    const session = createSession({ baseUrl: 'https://api.example.com', server: {} });
    await session.adopt({ accessToken: 'one' });
    const before = identityOf(session);
    await session.adopt({ accessToken: 'two' });

    expect(identityOf(session)).toBeGreaterThan(before);
  });
});
