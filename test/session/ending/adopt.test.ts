import { describe, expect, test } from 'vitest';
import { states } from './states.ts';
import {
  ada,
  grace,
  lifetime,
  openWorld,
  outcome,
  quiet,
  stateOf,
  tokensOf,
  withLogout,
  type AppSession,
} from './world.ts';

describe('Adopting tokens', () => {
  test.each(['revoked', 'disabled', 'stranger'])(
    'of the same user continues the session, and a late verdict about the old ones, %s, ends nothing',
    async (code) => {
      await using world = await openWorld();
      const session = world.start();
      await session.login(ada);
      world.server.intercept('api', () => Response.json({ code }, { status: 401 }), { times: 1 });
      const dam = world.dam('api');
      const request = session.fetch('api/me');
      await dam.reached;
      await session.adopt(await tokensOf(world, ada));
      dam.open();

      expect((await request).status).toBe(200);
      expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
      expect(session.actor.getSnapshot().context.generation).toBe(2);
    },
  );

  test.each(states)('starts a new session in $name', async ({ reach }) => {
    await using world = await openWorld();
    const { session, call, release } = await reach(world);
    const grant = await tokensOf(world, grace);
    const { sessionId } = session.actor.getSnapshot().context;

    const adopting = session.adopt(grant);
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'grace' } });
    release?.();
    await adopting;
    await call;
    await quiet(world);

    expect(stateOf(session)).toBe('authenticated.fresh');
    expect(session.getSnapshot()).toMatchObject({ user: { username: 'grace' }, reason: null, error: null });
    expect(session.actor.getSnapshot().context).toMatchObject({ generation: 1 });
    expect(session.actor.getSnapshot().context.sessionId).not.toBe(sessionId);
    expect(await session.accessToken()).toBe(grant.accessToken);
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'grace' });
    const stored = await world.store.text();
    expect(stored).toContain(grant.refreshToken);
    expect(stored).not.toContain('"ada"');
  });

  test.each(states.filter(({ name }) => name.startsWith('refreshing')))(
    'in $name refuses the requests that wait for the previous session',
    async ({ reach }) => {
      await using world = await openWorld();
      const { session, release } = await reach(world);
      const held = [outcome(session.api.get('api/me').json()), outcome(session.fetch('api/me'))];
      await quiet(world);
      await session.adopt(await tokensOf(world, grace));
      release?.();

      const refusal: unknown = expect.objectContaining({ code: 'ERR_IDENTITY_CHANGED' });
      expect(await Promise.all(held)).toEqual([refusal, refusal]);
      expect(world.asked('/api/me')).toBe(0);
    },
  );

  test('releases the requests that waited for the store', async () => {
    await using world = await openWorld();
    const release = world.store.close('read');
    const session = world.start();
    const held = session.api.get('api/me').json();
    await quiet(world);
    const adopting = session.adopt(await tokensOf(world, grace));
    release();
    await adopting;

    expect(await held).toMatchObject({ username: 'grace' });
  });

  test('twice keeps the second session, also in the store', async () => {
    await using world = await openWorld();
    const session = world.start();
    const grants = [await tokensOf(world, ada), await tokensOf(world, grace)] as const;
    await Promise.all(grants.map((grant) => session.adopt(grant)));

    expect(await session.accessToken()).toBe(grants[1].accessToken);
    expect(await world.store.text()).toContain(grants[1].accessToken);
  });

  test('is refreshed like any other session', async () => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false } });
    await session.adopt(await tokensOf(world, ada));
    await world.clock.advance(lifetime);

    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ refresh: 1 });
  });
});

describe('Adopting newer tokens of the same user', () => {
  /** Adopts tokens of Ada, as a native shell does. */
  const push = (session: AppSession, accessToken: string) =>
    session.adopt({ accessToken, expiresIn: lifetime / 1000, user: { username: 'ada' } });

  test.each(states.filter(({ name }) => /^(?:authenticated|refreshing|expired)/.test(name)))(
    'keeps the user in $name, and continues a session that has not expired',
    async ({ name, reach }) => {
      await using world = await openWorld();
      const { session, call, release } = await reach(world);
      const { sessionId, generation } = session.actor.getSnapshot().context;
      const { identity } = session.getSnapshot();
      const grant = await tokensOf(world, ada);
      await session.adopt(grant);
      release?.();
      await call;
      await quiet(world);

      expect(stateOf(session)).toBe('authenticated.fresh');
      expect(session.getSnapshot()).toMatchObject({ identity, user: { username: 'ada' }, reason: null });
      const now = session.actor.getSnapshot().context;
      if (name.startsWith('expired')) expect(now.sessionId).not.toBe(sessionId);
      else expect(now).toMatchObject({ sessionId, generation: generation + 1 });
      expect(await session.accessToken()).toBe(grant.accessToken);
      expect(await world.store.text()).toContain(grant.refreshToken);
      // Only the late tokens of a login that was overtaken are revoked.
      expect(world.server.counts().logout).toBe(name === 'expired.signingIn' ? 1 : 0);
    },
  );

  test.each([
    ['open', false],
    ['expired', true],
  ])('keeps a request in flight alive in an %s session', async (_name, isExpired) => {
    await using world = await openWorld();
    const session = world.start();
    await session.adopt(await tokensOf(world, ada));
    const dam = world.dam('api');
    const upload = session.fetch('api/me');
    await dam.reached;
    if (isExpired) {
      world.server.expireRefreshTokens();
      await expect(session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    }
    await session.adopt(await tokensOf(world, ada));
    dam.open();

    expect((await upload).status).toBe(200);
  });

  test('changes nothing if the tokens are in use already', async () => {
    await using world = await openWorld();
    const session = world.start();
    await push(session, 'pushed');
    const facts: unknown[] = [];
    session.on('*', (fact) => facts.push(fact));
    const [before, stored] = [session.actor.getSnapshot(), await world.store.text()];
    await push(session, 'pushed');
    await session.adopt({ accessToken: 'pushed' });

    expect(session.actor.getSnapshot()).toBe(before);
    expect(await world.store.text()).toBe(stored);
    expect(facts).toEqual([]);
  });

  test('stores a new refresh token beside the same access token', async () => {
    await using world = await openWorld();
    const session = world.start();
    const grant = { ...(await tokensOf(world, ada)), refreshToken: 'the-first' };
    await session.adopt(grant);
    const { context } = session.actor.getSnapshot();
    await session.adopt(grant);
    expect(session.actor.getSnapshot().context.generation).toBe(context.generation);
    await session.adopt({ ...grant, refreshToken: 'the-next' });

    expect(await world.store.text()).toContain('the-next');
    expect(session.actor.getSnapshot().context).toMatchObject({
      sessionId: context.sessionId,
      generation: 2,
    });
  });

  test('accepts that the current tokens have expired', async () => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false } });
    await session.adopt(await tokensOf(world, ada));
    const accessToken = await session.accessToken();
    const { identity } = session.getSnapshot();
    await session.adopt({ accessToken, expiresIn: 0, user: { username: 'ada' } });

    expect(stateOf(session)).toBe('authenticated.due.ready');
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toMatchObject({ refresh: 1, refused: 0 });
    expect(session.getSnapshot().identity).toBe(identity);
  });

  test('keeps the refresh token if none is given, and updates the user', async () => {
    await using world = await openWorld({ server: { ...withLogout, isSameUser: () => true } });
    const session = world.start();
    const grant = await tokensOf(world, ada);
    await session.adopt(grant);
    await session.adopt({ accessToken: grant.accessToken, user: { username: 'Ada' } });

    expect(session.getSnapshot().user).toEqual({ username: 'Ada' });
    expect(await world.store.text()).toContain(grant.refreshToken);
  });
});
