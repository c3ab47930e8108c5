import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import { ada, openWorld, outcome, quiet, type AppSession, type World } from './world.ts';

const patience = 60_000;

const challenge =
  'Bearer error="insufficient_user_authentication", error_description="A stronger sign-in", acr_values="gold silver", max_age="300"';

const isTransfer = (request: Request) => new URL(request.url).pathname === '/api/echo';

/** Adopts other tokens of ada, as a redirect to the authorization server brings them. */
async function signInAgain({ server: { accounts } }: World, session: AppSession): Promise<string> {
  const account = await accounts.verifyPassword(ada.username, ada.password);
  if (account === undefined) throw new Error('There is no ada');
  const accessToken = await accounts.issueAccessToken(account);
  await session.adopt({ accessToken, expiresIn: 60, user: { username: 'ada' } });
  return accessToken;
}

/** A user who is signed in, at a server that accepts a transfer only with tokens that `strong` contains. */
async function signedIn(world: World, whileStepUp: false | number = patience, limit = 1_000) {
  const session = world.start({ refresh: { proactive: false }, hold: { whileStepUp, limit } });
  await session.login(ada);
  const strong = new Set<string>();
  world.server.intercept('api', (request, next) => {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    if (!isTransfer(request) || strong.has(token)) return next();
    return Response.json({ refused: true }, { status: 401, headers: { 'www-authenticate': challenge } });
  });
  return { session, strong };
}

const doors = [
  {
    door: 'session.api',
    transfer: (session: AppSession) =>
      session.api.post('api/echo', { json: { amount: 7 }, retry: 0, throwHttpErrors: false }),
  },
  {
    door: 'session.fetch',
    transfer: (session: AppSession) =>
      session.fetch('api/echo', { method: 'POST', body: JSON.stringify({ amount: 7 }) }),
  },
] as const;

async function untilHeld(session: AppSession): Promise<void> {
  await expect.poll(() => session.getSnapshot().stepUp).not.toBeNull();
}

test('The event and the view say which sign-in the server asks for', async () => {
  await using world = await openWorld();
  const { session } = await signedIn(world);
  const told: unknown[] = [];
  session.on('session.stepUpRequired', (event) => told.push(event));
  void outcome(session.fetch('api/echo', { method: 'POST' }));
  await untilHeld(session);

  const asked = { acrValues: 'gold silver', maxAge: 300 };
  expect(told).toEqual([expect.objectContaining({ ...asked, code: 'insufficient_user_authentication' })]);
  expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', stepUp: asked });
});

describe('A request that the server refuses until the user signs in again', () => {
  test.each(doors)('of $door is sent again with new tokens of the same user', async ({ transfer }) => {
    await using world = await openWorld();
    const { session, strong } = await signedIn(world);
    const { identity } = session.getSnapshot();
    const held = transfer(session);
    await untilHeld(session);
    const other = await session.fetch('api/me');
    expect(other.status).toBe(200);
    const issue = world.server.accounts.issueAccessToken.bind(world.server.accounts);
    world.server.accounts.issueAccessToken = async (account) => {
      const token = await issue(account);
      strong.add(token);
      return token;
    };
    await signInAgain(world, session);

    const response = await held;
    expect(response.status).toBe(200);
    expect(world.asked('/api/echo')).toBe(2);
    expect(session.getSnapshot()).toMatchObject({ identity, stepUp: null });
  });

  test.each(doors)(
    'of $door gets the server’s response if the sign-in is cancelled',
    async ({ transfer }) => {
      await using world = await openWorld();
      const { session } = await signedIn(world);
      const held = transfer(session);
      await untilHeld(session);
      session.cancelStepUp();

      const response = await held;
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ refused: true });
      expect(world.asked('/api/echo')).toBe(1);
      expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', stepUp: null });
    },
  );

  test.each(doors)('of $door gets the server’s response after `hold.whileStepUp`', async ({ transfer }) => {
    await using world = await openWorld();
    const { session } = await signedIn(world);
    const held = transfer(session);
    await untilHeld(session);
    await world.clock.advance(patience);

    expect((await held).status).toBe(401);
    await expect.poll(() => session.getSnapshot().stepUp).toBeNull();
  });

  test('gets the server’s response if the new tokens are not strong enough, after two replays at most', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world);
    const held = session.fetch('api/echo', { method: 'POST' });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await untilHeld(session);
      await signInAgain(world, session);
    }

    expect((await held).status).toBe(401);
    expect(world.asked('/api/echo')).toBe(3);
  });

  test('waits through a refresh, which does not count as a sign-in', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world);
    const held = session.fetch('api/echo', { method: 'POST' });
    await untilHeld(session);
    await session.refresh();
    await quiet(world);

    expect(world.asked('/api/echo')).toBe(1);
    session.cancelStepUp();
    expect((await held).status).toBe(401);
  });

  test('is never sent with the tokens of another user', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world);
    const held = outcome(session.fetch('api/echo', { method: 'POST' }));
    await untilHeld(session);
    await session.adopt({ accessToken: 'of-another', user: { username: 'grace' } });

    expect(await held).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(world.asked('/api/echo')).toBe(1);
    expect(session.getSnapshot().stepUp).toBeNull();
  });

  test('is refused when the user signs out', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world);
    const held = outcome(session.fetch('api/echo', { method: 'POST' }));
    await untilHeld(session);
    await session.logout();

    expect(await held).toMatchObject({ code: 'ERR_LOGGED_OUT' });
  });

  test('ends as soon as its own signal is aborted', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world);
    const controller = new AbortController();
    const held = outcome(session.fetch('api/echo', { method: 'POST', signal: controller.signal }));
    await untilHeld(session);
    controller.abort(new Error('Left'));

    expect(await held).toMatchObject({ message: 'Left' });
  });

  test('waits with `hold.limit` others at most, and the last one that leaves cancels the sign-in', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world, patience, 2);
    const leave = [1, 2].map(() => {
      const controller = new AbortController();
      const { signal } = controller;
      const held = outcome(session.fetch('api/echo', { method: 'POST', signal }));
      return () => {
        controller.abort(new Error('Left'));
        return held;
      };
    });
    await expect.poll(() => world.asked('/api/echo')).toBe(2);
    await quiet(world);
    const beyond = await session.fetch('api/echo', { method: 'POST' });

    expect(beyond.status).toBe(401);
    expect(world.asked('/api/echo')).toBe(3);
    expect(await leave[0]?.()).toMatchObject({ message: 'Left' });
    await quiet(world);
    expect(session.getSnapshot().stepUp).not.toBeNull();
    expect(await leave[1]?.()).toMatchObject({ message: 'Left' });
    expect(session.getSnapshot().stepUp).toBeNull();
  });

  test('gets the server’s response at once without the option', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world, false);

    expect((await session.fetch('api/echo', { method: 'POST' })).status).toBe(401);
    expect(session.getSnapshot().stepUp).toBeNull();
  });

  test.each([
    ['is sent again', patience, 200, 2],
    ['gets the server’s response without the option', false, 401, 1],
  ] as const)('after the user has just signed in again %s', async (_, whileStepUp, status, times) => {
    await using world = await openWorld();
    const { session, strong } = await signedIn(world, whileStepUp);
    const { reached, released } = { reached: createGate(), released: createGate() };
    world.server.intercept(
      'api',
      async (_request, next) => {
        reached.open();
        await released.opened;
        return next();
      },
      { times: 1 },
    );
    const held = session.fetch('api/echo', { method: 'POST' });
    await reached.opened;
    strong.add(await signInAgain(world, session));
    released.open();

    expect((await held).status).toBe(status);
    expect(world.asked('/api/echo')).toBe(times);
  });

  test('does not delay the response 403 of another request', async () => {
    await using world = await openWorld();
    const { session } = await signedIn(world);
    void outcome(session.fetch('api/echo', { method: 'POST' }));
    await untilHeld(session);
    world.server.intercept('api', () => Response.json({ error: 'insufficient_scope' }, { status: 403 }), {
      times: 1,
    });

    expect((await session.fetch('api/me')).status).toBe(403);
    expect(session.getSnapshot().stepUp).not.toBeNull();
  });
});
