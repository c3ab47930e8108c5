import { describe, expect, it } from 'vitest';
import { isSessionExpiredError, type Session } from '../../src/index.ts';
import { createTestSession } from '../../src/testing/index.ts';

/** A typical component: a greeting with the user's name, and orders that are loaded once. */
function createGreeting(session: Session<{ username: string }>) {
  let text = '';
  let item = 'nothing yet';
  const show = () => {
    const { status, isSignedIn, user, isSigningIn, isRestoring } = session.getSnapshot();
    if (isRestoring || isSigningIn) text = 'One moment';
    else if (status === 'expired') text = `Sign in again, ${user?.username ?? 'you'}`;
    else if (isSignedIn) text = `Hello, ${user?.username ?? 'you'}`;
    else text = 'Sign in';
  };
  const stop = session.subscribe(show);
  show();
  return {
    text: () => text,
    item: () => item,
    stop,
    async load() {
      try {
        const { n } = await session.api.get('api/items/7').json<{ n: number }>();
        item = `item ${n}`;
      } catch (error) {
        item = isSessionExpiredError(error) ? 'sign in to see it' : 'not now';
      }
    },
  };
}

describe('a component that shows the session', () => {
  it.each([
    ['anonymous.restoring', 'One moment'],
    ['anonymous.idle', 'Sign in'],
    ['anonymous.signingIn', 'One moment'],
    ['authenticated', 'Hello, ada'],
    ['refreshing', 'Hello, ada'],
    ['expired', 'Sign in again, ada'],
    ['loggedOut', 'Sign in'],
  ] as const)('in %s shows: %s', async (state, text) => {
    using world = await createTestSession({ state });

    expect(createGreeting(world.session).text()).toBe(text);
  });

  it('greets the user after the sign-in', async () => {
    using world = await createTestSession({ state: 'anonymous.signingIn' });
    const greeting = createGreeting(world.session);

    await world.release();

    expect(greeting.text()).toBe('Hello, ada');
  });

  it('loads its item across an expiry without a visible change', async () => {
    using world = await createTestSession({
      accessTokenLifetime: 60,
      session: { refresh: { proactive: false } },
    });
    const greeting = createGreeting(world.session);
    await world.clock.advance(60_000);

    await greeting.load();

    expect(greeting.item()).toBe('item 7');
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 1, refused: 0 });
  });

  it('waits for the server while it refreshes', async () => {
    using world = await createTestSession({ state: 'refreshing' });
    const greeting = createGreeting(world.session);

    const loading = greeting.load();
    await world.clock.advance(0);
    expect(greeting.item()).toBe('nothing yet');
    await world.release();
    await loading;

    expect(greeting.item()).toBe('item 7');
  });

  it('asks to sign in again when the session ends', async () => {
    using world = await createTestSession();
    const greeting = createGreeting(world.session);
    world.server.expireAccessTokens();
    world.server.expireRefreshTokens();

    await greeting.load();

    expect(greeting.item()).toBe('sign in to see it');
    expect(greeting.text()).toBe('Sign in again, ada');
  });

  it('gives up on a server that stays down, without waiting in real time', async () => {
    using world = await createTestSession({ state: 'authenticated.due.ready' });
    const greeting = createGreeting(world.session);
    world.server.intercept('refresh', () => new Response(null, { status: 503 }));

    const loading = greeting.load();
    await world.clock.advance(30_000);
    await loading;

    expect(greeting.item()).toBe('not now');
    expect(greeting.text()).toBe('Hello, ada');
    expect(world.server.counts()).toMatchObject({ refresh: 11 });
  });
});
