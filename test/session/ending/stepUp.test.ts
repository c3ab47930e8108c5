import { describe, expect, test } from 'vitest';
import { createGate } from '../../referenceServer/authorities.ts';
import {
  ada,
  inState,
  lifetime,
  openWorld,
  outcome,
  quiet,
  stateOf,
  type AppSession,
  type World,
} from './world.ts';

const code = 'insufficient_user_authentication';
const headers = { 'www-authenticate': `Bearer error="${code}"` };

function listen(session: AppSession): unknown[] {
  const told: unknown[] = [];
  session.on('session.stepUpRequired', (event) => told.push(event));
  return told;
}

describe('A response that asks for a stronger sign-in', () => {
  test.each([
    { state: 'authenticated.fresh', reach: () => Promise.resolve() },
    {
      state: 'refreshing.requesting',
      async reach(world: World, session: AppSession) {
        const dam = world.dam('refresh');
        void outcome(session.refresh());
        await dam.reached;
      },
    },
    {
      state: 'refreshing.backingOff',
      async reach(world: World, session: AppSession) {
        await world.clock.advance(lifetime);
        world.server.intercept('refresh', () => new Response(null, { status: 503 }));
        void outcome(session.refresh());
        await inState(session, 'refreshing.backingOff');
      },
    },
  ])('emits `session.stepUpRequired` once in $state, and is returned', async ({ state, reach }) => {
    await using world = await openWorld();
    const session = world.start({ refresh: { proactive: false } });
    await session.login(ada);
    const told = listen(session);
    const { sessionId, generation } = session.actor.getSnapshot().context;
    world.server.intercept('api', () => new Response(null, { status: 401, headers }), { times: 1 });
    const dam = world.dam('api');
    const response = session.fetch('api/transfers', { method: 'POST' });
    await dam.reached;
    await reach(world, session);
    dam.open();

    expect((await response).status).toBe(401);
    expect(told).toEqual([
      expect.objectContaining({ type: 'session.stepUpRequired', sessionId, generation, status: 401, code }),
    ]);
    expect(stateOf(session)).toBe(state);
  });

  test('emits nothing if another session starts while its body is being read', async () => {
    await using world = await openWorld();
    const arrived = createGate();
    const session = world.start({
      ky: {
        async fetch(...request) {
          const response = await fetch(...request);
          if (response.status === 401) arrived.open();
          return response;
        },
      },
    });
    await session.login(ada);
    const told = listen(session);
    const json = { ...headers, 'content-type': 'application/json' };
    const endless = () => new ReadableStream<Uint8Array>();
    world.server.intercept('api', () => new Response(endless(), { status: 401, headers: json }), {
      times: 1,
    });
    const request = outcome(session.fetch('api/transfers', { method: 'POST' }));
    await arrived.opened;
    await session.adopt({ accessToken: 'of-another', user: { username: 'grace' } });

    await request;
    await quiet(world);
    expect(told).toEqual([]);
  });
});
